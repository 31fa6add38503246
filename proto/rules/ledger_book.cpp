#include "rules/ledger_book.h"

#include <algorithm>

#include "rules/ledger_broken.h"

namespace holdfast {

absl::Status LedgerBook::Add(const LedgerEntry& entry, const Hash& entry_hash, const Act* act,
                             const Hash& act_hash) {
  HOLDFAST_RETURN_IF_ERROR(CheckPlace(entry));
  HOLDFAST_RETURN_IF_ERROR(Apply(entry, act, act_hash));
  number_ = entry.number;
  head_ = entry_hash;
  at_ms_ = entry.at_ms;
  practice_ = entry.practice;
  bond_ = entry.bond;
  incarnation_ = entry.incarnation;
  incarnations_.insert(entry.incarnation);
  return absl::OkStatus();
}

absl::Status LedgerBook::CheckPlace(const LedgerEntry& entry) const {
  if (entry.number != number_ + 1) return LedgerBroken("number", "does not follow the one before");
  if (entry.previous != head_) {
    return LedgerBroken("previous", "is not the hash of the entry before");
  }
  if (entry.at_ms < at_ms_) return LedgerBroken("at_ms", "is before the entry before");
  if (number_ == 0) return absl::OkStatus();
  if (entry.practice != practice_) return LedgerBroken("practice", "is another than before");
  if (entry.bond != bond_) return LedgerBroken("bond", "is another than before");
  const bool is_restored = entry.kind == LedgerKind::kRestored;
  if (is_restored && incarnations_.contains(entry.incarnation)) {
    return LedgerBroken("incarnation", "is not a new one, although a backup was restored");
  }
  if (!is_restored && entry.incarnation != incarnation_) {
    return LedgerBroken("incarnation", "changed although no backup was restored");
  }
  if (ended_ && !is_restored) return LedgerBroken("kind", "comes after the end of the bond");
  return absl::OkStatus();
}

absl::Status LedgerBook::Apply(const LedgerEntry& entry, const Act* act, const Hash& act_hash) {
  if ((entry.kind == LedgerKind::kAct) != (act != nullptr)) {
    return LedgerBroken("kind", "does not agree with whether there is an act");
  }
  switch (entry.kind) {
    case LedgerKind::kAct:
      return ApplyAct(entry, *act, act_hash);
    case LedgerKind::kSlotOpened:
    case LedgerKind::kSlotSkipped:
      return BeginSlot(entry);
    case LedgerKind::kSlotFilled:
    case LedgerKind::kSlotClosedEmpty:
      return EndSlot(entry);
    case LedgerKind::kPromiseMade:
      return MakePromise(entry);
    case LedgerKind::kPromiseKept:
    case LedgerKind::kPromiseMissed:
    case LedgerKind::kPromiseRepaired:
      return SettlePromise(entry);
    case LedgerKind::kReleased:
      return ReleaseAhead(entry);
    case LedgerKind::kRestored:
      return absl::OkStatus();
  }
  return LedgerBroken("kind", "is not a known kind of entry");
}

const Availability* LedgerBook::availability() const {
  return availabilities_.empty() ? nullptr : &availabilities_.rbegin()->second;
}

std::optional<std::uint64_t> LedgerBook::paused_until_ms() const {
  if (!pause_) return std::nullopt;
  return pause_->until_ms;
}

std::vector<SlotLine> LedgerBook::open_slots() const {
  std::vector<SlotLine> open;
  for (const auto& [id, line] : slots_) {
    if (line.state == SlotState::kOpen) open.push_back(line);
  }
  std::ranges::sort(open, {}, [](const SlotLine& line) { return line.slot.opens_at_ms; });
  return open;
}

std::optional<SlotLine> LedgerBook::open_slot() const {
  const std::vector<SlotLine> open = open_slots();
  if (open.empty()) return std::nullopt;
  return open.back();
}

absl::StatusOr<std::optional<Slot>> LedgerBook::next_slot() const {
  if (!rhythm_) return std::optional<Slot>();
  return coming_.After(*rhythm_, slots_after_ms_);
}

}  // namespace holdfast
