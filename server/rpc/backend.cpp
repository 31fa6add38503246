#include "server/rpc/backend.h"

#include <utility>

#include "rules/errors.h"

namespace holdfast::server {
absl::Status Backend::Submit(Admission admission, std::size_t bytes, Request request,
                             Answer answer) {
  Committer* const committer = committer_.load();
  if (committer == nullptr) {
    return RefuseFor(Reason::kUnreachable, "", "the practice is starting: try again in a moment",
                     kStartingRetryMs);
  }
  const bool writes = admission == Admission::kWithSpace;
  if (writes) charge_(bytes);
  return committer->Submit(writes, std::move(request), std::move(answer));
}

}  // namespace holdfast::server
