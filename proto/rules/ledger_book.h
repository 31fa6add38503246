// A ledger read from its beginning: checks that every entry follows from those
// before it, and holds what they add up to. Pure: the same on a device, in an
// export read offline, and in tests of the server (crypto/PROTOCOL.md "Ledger",
// "What follows").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "rules/act.h"
#include "rules/coming_slots.h"
#include "rules/ledger.h"

namespace holdfast {

enum class PromiseState : std::uint8_t { kOpen, kKept, kMissed, kRepaired };

struct PromiseLine {
  PromiseState state = PromiseState::kOpen;
  std::uint64_t made_at_ms = 0;  // when its envelope was stored
  std::uint64_t due_at_ms = 0;   // now; first_due_at_ms unless rescheduled
  std::uint64_t first_due_at_ms = 0;
  std::uint32_t availability = 0;   // number that the first due time follows from
  std::uint64_t settled_at_ms = 0;  // kept or repaired; else 0
  std::uint64_t missed_at_ms = 0;   // also where it was repaired since; else 0
  EnvelopeId reply;                 // kept or repaired
};

enum class SlotState : std::uint8_t { kOpen, kFilled, kClosedEmpty, kSkipped };

struct SlotLine {
  Slot slot;
  SlotState state = SlotState::kOpen;
  std::uint32_t rhythm = 0;
  EnvelopeId check_in;  // filled
};

// Whose bond it is, where that is known.
struct LedgerPeople {
  AccountKey therapist;
  AccountKey client;
};

class LedgerBook {
 public:
  // Without the people anybody's act is taken for what it is; with them each kind
  // of act must be the one's who may sign it.
  LedgerBook() = default;
  explicit LedgerBook(const LedgerPeople& people) : people_(people) {}

  // The next entry. `entry_hash` is the hash of its bytes; `act` what it embeds,
  // decoded, and `act_hash` the hash of that, where the kind is kAct. Signatures
  // are the caller's to check. integrity naming "ledger.<field>" where an entry
  // does not follow; nothing is changed then.
  absl::Status Add(const LedgerEntry& entry, const Hash& entry_hash, const Act* act,
                   const Hash& act_hash);

  std::uint64_t number() const { return number_; }  // of the newest entry; 0: none
  const Hash& head() const { return head_; }
  std::uint64_t at_ms() const { return at_ms_; }
  // Of the newest entry.
  const PracticeKey& practice() const { return practice_; }
  const BondId& bond() const { return bond_; }
  const Incarnation& incarnation() const { return incarnation_; }
  bool holds_act(const ActId& act) const { return acts_.contains(act); }

  const std::map<std::uint32_t, Availability>& availabilities() const { return availabilities_; }
  const Availability* availability() const;  // the newest; null: none yet
  // Proposed and neither accepted, replaced nor ended; with its act's hash.
  const std::optional<Rhythm>& proposal() const { return proposal_; }
  const Hash& proposal_hash() const { return proposal_hash_; }
  const std::optional<Rhythm>& rhythm() const { return rhythm_; }  // accepted and not ended
  std::uint32_t newest_rhythm() const { return newest_rhythm_; }   // proposed or more; 0: none
  // The newest pause that was not resumed; it may be over by now.
  const std::optional<Pause>& pause() const { return pause_; }
  std::optional<std::uint64_t> paused_until_ms() const;
  bool ended() const { return ended_; }
  const std::map<EnvelopeId, PromiseLine>& promises() const { return promises_; }
  const std::map<SlotId, SlotLine>& slots() const { return slots_; }
  // In order of opening. More than one where a rhythm took over from another.
  std::vector<SlotLine> open_slots() const;
  std::optional<SlotLine> open_slot() const;  // the one that opened last
  // What the rhythm says comes next, pauses left out of account.
  absl::StatusOr<std::optional<Slot>> next_slot() const;
  bool released(const EnvelopeId& envelope) const { return released_.contains(envelope); }
  bool withdrawn(const EnvelopeId& envelope) const { return withdrawn_.contains(envelope); }

 private:
  // Each checks everything before it changes anything.
  absl::Status CheckPlace(const LedgerEntry& entry) const;
  absl::Status Apply(const LedgerEntry& entry, const Act* act, const Hash& act_hash);
  absl::Status ApplyAct(const LedgerEntry& entry, const Act& act, const Hash& act_hash);
  absl::Status CheckAct(const LedgerEntry& entry, const Act& act, const Hash& act_hash) const;
  absl::Status ApplyWhat(const LedgerEntry& entry, const Availability& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const Rhythm& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const AcceptRhythm& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const EndRhythm& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const Reschedule& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const Pause& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const Resume& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const Withdraw& what);
  absl::Status ApplyWhat(const LedgerEntry& entry, const EndBond& what);
  absl::Status BeginSlot(const LedgerEntry& entry);
  absl::Status EndSlot(const LedgerEntry& entry);
  absl::Status MakePromise(const LedgerEntry& entry);
  absl::Status SettlePromise(const LedgerEntry& entry);
  absl::Status ReleaseAhead(const LedgerEntry& entry);

  std::optional<LedgerPeople> people_;
  std::uint64_t number_ = 0;
  Hash head_;
  std::uint64_t at_ms_ = 0;
  PracticeKey practice_;
  BondId bond_;
  Incarnation incarnation_;
  std::set<Incarnation> incarnations_;
  std::set<ActId> acts_;
  std::map<std::uint32_t, Availability> availabilities_;
  std::optional<Rhythm> proposal_;
  Hash proposal_hash_;
  std::optional<Rhythm> rhythm_;
  std::uint32_t newest_rhythm_ = 0;
  std::uint64_t slots_after_ms_ = 0;  // the acceptance, then the newest opening
  mutable ComingSlots coming_;        // of rhythm_; remembers, and says nothing new
  std::optional<Pause> pause_;
  bool ended_ = false;
  std::map<EnvelopeId, PromiseLine> promises_;
  std::map<SlotId, SlotLine> slots_;
  std::set<EnvelopeId> released_;
  std::set<EnvelopeId> withdrawn_;
};

}  // namespace holdfast
