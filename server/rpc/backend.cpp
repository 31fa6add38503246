#include "server/rpc/backend.h"

#include <exception>
#include <utility>

#include "rules/errors.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// An exception must end neither the committer's thread nor the batch of others.
Request Guarded(Request request) {
  return [request = std::move(request)](Core& core, Transaction& transaction) -> absl::Status {
    try {
      return request(core, transaction);
    } catch (const std::exception& exception) {
      Log(LogLevel::kError, "request_failed", {{"error", exception.what()}});
    } catch (...) {
      Log(LogLevel::kError, "request_failed");
    }
    return Refuse(Reason::kInternal, "", "the practice failed to handle this; nothing was changed");
  };
}

}  // namespace

absl::Status Backend::Submit(Admission admission, std::size_t bytes, Request request,
                             Answer answer) {
  Committer* const committer = committer_.load();
  if (committer == nullptr) {
    return RefuseFor(Reason::kUnreachable, "", "the practice is starting: try again in a moment",
                     kStartingRetryMs);
  }
  const bool writes = admission == Admission::kWithSpace;
  if (writes) charge_(bytes);
  return committer->Submit(writes, Guarded(std::move(request)), std::move(answer));
}

}  // namespace holdfast::server
