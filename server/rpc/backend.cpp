#include "server/rpc/backend.h"

#include <utility>

#include "rules/errors.h"
#include "server/rpc/server_limits.h"

namespace holdfast::server {
namespace {

absl::Status Starting() {
  return RefuseFor(Reason::kUnreachable, "", "the practice is starting: try again in a moment",
                   kStartingRetryMs);
}

}  // namespace

absl::Status Backend::CheckToken(const Caller& caller) const {
  return committer_.load() == nullptr ? Starting() : core_->CheckToken(caller);
}

absl::Status Backend::Submit(Admission admission, Size size, Request request, Answer answer) {
  Committer* const committer = committer_.load();
  if (committer == nullptr) return Starting();
  if (waiting_bytes_.fetch_add(size.memory) + size.memory > kWaitingBytesMax) {
    waiting_bytes_ -= size.memory;
    return RefuseFor(Reason::kServerBusy, "", "the practice is busy. Try again shortly",
                     kBusyRetryMs);
  }
  const bool writes = admission == Admission::kWithSpace;
  if (writes) charge_(size.wire);
  absl::Status submitted = committer->Submit(
      writes, std::move(request),
      [this, bytes = size.memory, answer = std::move(answer)](absl::Status outcome) {
        waiting_bytes_ -= bytes;
        answer(std::move(outcome));
      },
      size.steps);
  if (!submitted.ok()) waiting_bytes_ -= size.memory;
  return submitted;
}

}  // namespace holdfast::server
