#include "client/core/ahead/ahead_announcing.h"

#include <algorithm>

#include "client/core/outside/limits.h"

namespace holdfast::client {
namespace {

std::uint64_t SlotCloses(const LedgerBook& book, const SlotId& slot) {
  const auto known = book.slots().find(slot);
  if (known != book.slots().end()) return known->second.slot.closes_at_ms;
  const SlotParts parts = PartsOf(slot);
  if (!book.rhythm() || book.rhythm()->number != parts.rhythm) return 0;
  return parts.opens_at_ms + book.rhythm()->window_minutes * limits::kMinuteMs;
}

// Of the promise named, or the first that is due.
std::uint64_t MissAt(const LedgerBook& book, const EnvelopeId& promise) {
  std::uint64_t first_ms = 0;
  for (const auto& [envelope, line] : book.promises()) {
    const bool counts =
        line.state == PromiseState::kOpen && (promise.is_zero() || envelope == promise);
    if (counts && (first_ms == 0 || line.due_at_ms < first_ms)) first_ms = line.due_at_ms;
  }
  return first_ms;
}

std::uint64_t ComesTrueAt(const LedgerBook& book, const Condition& condition) {
  switch (condition.release.when) {
    case ReleaseWhen::kNow:
      return 0;
    case ReleaseWhen::kAtTime:
      return condition.release.at_ms;
    case ReleaseWhen::kSlotOpens:
      return PartsOf(condition.release.slot).opens_at_ms;
    case ReleaseWhen::kSlotClosesEmpty:
      return SlotCloses(book, condition.release.slot);
    case ReleaseWhen::kPromiseMissed:
      return MissAt(book, condition.promise);
  }
  return 0;
}

}  // namespace

std::uint64_t GoesAt(const LedgerBook& book, const Condition& condition) {
  const std::uint64_t true_at_ms = ComesTrueAt(book, condition);
  if (true_at_ms == 0 || !book.pause() || !book.pause()->ahead_too) return true_at_ms;
  return std::max(true_at_ms, book.pause()->until_ms);
}

std::uint64_t AnnouncedFrom(const Availability* hours, std::uint64_t goes_at_ms) {
  const std::uint64_t from_ms = goes_at_ms - std::min(goes_at_ms, limits::kAnnounceMsMax);
  if (hours == nullptr) return from_ms;
  const std::uint64_t latest_ms = goes_at_ms - std::min(goes_at_ms, limits::kAnnounceMsMin);
  for (int days = 0; days <= limits::kAnnounceDaysBackMax; ++days) {
    const std::uint64_t back_ms = static_cast<std::uint64_t>(days) * limits::kDayMs;
    const auto worked = AfterWorkingTime(*hours, from_ms - std::min(from_ms, back_ms), 0);
    if (worked.ok() && *worked <= latest_ms) return *worked;
  }
  return from_ms;
}

}  // namespace holdfast::client
