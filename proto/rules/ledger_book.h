// A ledger read from its beginning: checks that every entry follows from those
// before it, and holds what they add up to. Pure: the same on a device, in an
// export read offline, and in tests of the server.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "rules/act.h"
#include "rules/ledger.h"

namespace holdfast {

enum class PromiseState : std::uint8_t { kOpen, kKept, kMissed, kRepaired };

struct PromiseLine {
  PromiseState state = PromiseState::kOpen;
  std::uint64_t made_at_ms = 0;  // when its envelope was stored
  std::uint64_t due_at_ms = 0;   // now; first_due_at_ms unless rescheduled
  std::uint64_t first_due_at_ms = 0;
  std::uint32_t availability = 0;   // number that the first due time follows from
  std::uint64_t settled_at_ms = 0;  // kept, missed or repaired; else 0
  std::uint64_t missed_at_ms = 0;
  EnvelopeId reply;  // kept or repaired
};

enum class SlotState : std::uint8_t { kOpen, kFilled, kClosedEmpty, kSkipped };

struct SlotLine {
  Slot slot;
  SlotState state = SlotState::kOpen;
  std::uint32_t rhythm = 0;
  EnvelopeId check_in;  // filled
};

class LedgerBook {
 public:
  // The next entry. `entry_hash` is the hash of its bytes; `act` what it embeds,
  // decoded, and `act_hash` the hash of that, where the kind is kAct. Signatures
  // are the caller's to check. integrity naming "ledger.<field>" where an entry
  // does not follow; nothing is changed then.
  absl::Status Add(const LedgerEntry& entry, const Hash& entry_hash, const Act* act,
                   const Hash& act_hash);

  std::uint64_t number() const { return number_; }  // of the newest entry; 0: none
  const Hash& head() const { return head_; }
  std::uint64_t at_ms() const { return at_ms_; }

  const std::map<std::uint32_t, Availability>& availabilities() const { return availabilities_; }
  const Availability* availability() const;  // the newest; null: none yet
  // Proposed and neither accepted, replaced nor ended; with its act's hash.
  const std::optional<Rhythm>& proposal() const { return proposal_; }
  const Hash& proposal_hash() const { return proposal_hash_; }
  const std::optional<Rhythm>& rhythm() const { return rhythm_; }  // accepted and not ended
  std::optional<std::uint64_t> paused_until_ms() const;
  bool ended() const { return ended_; }
  const std::map<EnvelopeId, PromiseLine>& promises() const { return promises_; }
  const std::map<SlotId, SlotLine>& slots() const { return slots_; }
  std::optional<SlotLine> open_slot() const;
  // What the rhythm says comes next, pauses left out of account.
  absl::StatusOr<std::optional<Slot>> next_slot() const;

 private:
  std::uint64_t number_ = 0;
  Hash head_;
  std::uint64_t at_ms_ = 0;
  std::map<std::uint32_t, Availability> availabilities_;
  std::optional<Rhythm> proposal_;
  Hash proposal_hash_;
  std::optional<Rhythm> rhythm_;
  std::uint64_t paused_until_ms_ = 0;
  bool ended_ = false;
  std::map<EnvelopeId, PromiseLine> promises_;
  std::map<SlotId, SlotLine> slots_;
};

}  // namespace holdfast
