#include "server/rpc/call_counts.h"

namespace holdfast::server {
namespace {

std::size_t IndexOf(Reason reason) { return static_cast<std::size_t>(reason); }

}  // namespace

void CallCounts::Refused(const absl::Status& refusal) {
  if (refusal.ok() || refusal.code() == absl::StatusCode::kCancelled) return;
  refused_[IndexOf(ReasonOf(refusal))].fetch_add(1, std::memory_order_relaxed);
}

void CallCounts::Refused(std::string_view reason) {
  const Reason known = ReasonNamed(reason).value_or(Reason::kInternal);
  refused_[IndexOf(known)].fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t CallCounts::refused(Reason reason) const {
  return refused_[IndexOf(reason)].load(std::memory_order_relaxed);
}

}  // namespace holdfast::server
