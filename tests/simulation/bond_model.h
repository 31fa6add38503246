// What a bond's ledger must say, one entry after another: from what people signed,
// from the envelopes that were stored, and from time. An implementation of its own,
// which shares nothing with the server's nor with the devices'.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/act.h"
#include "rules/ledger.h"
#include "simulation/ahead_model.h"
#include "simulation/model_parts.h"

namespace holdfast::simulation {

enum class Standing : std::uint8_t { kOpen, kKept, kMissed, kRepaired };

struct ModelPromise {
  Standing standing = Standing::kOpen;
  std::uint64_t due_ms = 0;
  std::uint64_t remind_ms = 0;  // 0: not at all
  std::uint32_t availability = 0;
  bool reminded = false;
};

struct ModelSlot {
  Slot slot;
  std::uint64_t reminders = 0;            // that the rhythm asks for
  std::uint64_t told = 0;                 // of them
  std::uint64_t newest_told = 0;          // number of the newest
  std::optional<std::uint64_t> ended_in;  // batch; open until then
  bool was_paused = false;                // at any time since it opened
};

class BondModel {
 public:
  explicit BondModel(const Complain& complain) : complain_(complain), ahead_(complain) {}

  void TakeEnvelope(const StoredEnvelope& envelope);
  void TakeEntry(const LedgerEntry& entry, const Act* act, const ModelMoment& moment);
  void TakeSlotReminder(const SlotId& slot, std::uint64_t at_ms, const ModelMoment& moment);
  void TakePromiseReminder(const EnvelopeId& envelope, std::uint64_t at_ms);
  // Nothing may be missing that belongs to what was taken.
  void EndBatch();

  // The earliest time at which an entry is to come.
  std::uint64_t next_due_ms() const { return next_due_ms_; }
  const std::map<EnvelopeId, ModelPromise>& promises() const { return promises_; }
  const std::map<EnvelopeId, ModelAhead>& ahead() const { return ahead_.notes(); }

 private:
  // What must come next, in this very batch.
  struct Must {
    LedgerKind kind = LedgerKind::kAct;
    LedgerSubject subject;
    LedgerSubject by;
  };

  std::uint64_t NextDueMs() const;
  void TakeAct(const LedgerEntry& entry, const Act& act);
  void Apply(const LedgerEntry& entry, const Act& act, const Availability& what);
  void Apply(const LedgerEntry& entry, const Act& act, const Rhythm& what);
  void Apply(const LedgerEntry& entry, const Act& act, const AcceptRhythm& what);
  void Apply(const LedgerEntry& entry, const Act& act, const EndRhythm& what);
  void Apply(const LedgerEntry& entry, const Act& act, const Reschedule& what);
  void Apply(const LedgerEntry& entry, const Act& act, const Pause& what);
  void Apply(const LedgerEntry& entry, const Act& act, const Resume& what);
  void Apply(const LedgerEntry& entry, const Act& act, const EndBond& what);
  void Apply(const LedgerEntry& entry, const Act& act, const Withdraw& what);
  void TakeMust(const LedgerEntry& entry);
  void BeginSlot(const LedgerEntry& entry, const ModelMoment& moment);
  void EndSlot(const LedgerEntry& entry, const ModelMoment& moment);
  void MakePromise(const LedgerEntry& entry);
  void SettlePromise(const LedgerEntry& entry, const ModelMoment& moment);
  void MustFillSlot(const StoredEnvelope& envelope);
  void MustSettlePromise(const StoredEnvelope& envelope);
  void MustMakePromise(const StoredEnvelope& envelope);
  void NotEarly(const char* what, std::uint64_t due_ms, const LedgerEntry& entry,
                const ModelMoment& moment);
  void Require(bool is_so, const std::string& what) const {
    if (!is_so) complain_(what);
  }

  Complain complain_;
  AheadModel ahead_;
  std::optional<Availability> availability_;
  std::optional<Rhythm> proposal_;
  Hash proposal_hash_;
  std::uint32_t newest_rhythm_ = 0;
  std::optional<Rhythm> rhythm_;
  std::optional<Slot> next_slot_;
  std::uint64_t paused_until_ms_ = 0;
  std::uint64_t paused_in_ = 0;  // batch of the newest pause
  std::uint64_t batch_ = 0;      // the newest
  bool ended_ = false;
  std::uint64_t next_due_ms_ = kNever;
  std::map<SlotId, ModelSlot> slots_;
  std::map<EnvelopeId, ModelPromise> promises_;
  std::vector<Must> must_;
};

}  // namespace holdfast::simulation
