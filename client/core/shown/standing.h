// How things stand in a bond: what is open, what is owed, by when. All of it
// follows from the ledger that this device checked itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/errors.h"
#include "rules/ledger_book.h"

namespace holdfast::client {

struct PromiseView {
  BondId bond;
  EnvelopeId envelope;
  PromiseLine line;
  // Its due time has passed by this device's clock, and the practice has not said so.
  bool overdue = false;
  // A restored backup took it out of the ledger. It is owed as before; only the practice knows
  // nothing of it: it cannot be moved, and no note waits for it to be missed.
  bool lost = false;
};

// Decided here, and not in the ledger yet.
struct ActView {
  BondId bond;
  ActId id;
  ActKind kind = ActKind::kAvailability;
  std::uint64_t made_at_ms = 0;
  std::string refusal;  // why the practice did not take it, in its words; empty while it waits
  std::optional<Reason> refusal_reason;  // none where an earlier version kept it
};

struct StandingView {
  BondId bond;
  bool ended = false;
  std::optional<std::uint64_t> paused_until_ms;
  bool pause_holds_ahead = false;  // what was written ahead waits for the end of the pause
  std::optional<Availability> availability;
  std::optional<Rhythm> rhythm;    // accepted
  std::optional<Rhythm> proposal;  // not answered yet
  Hash proposal_hash;              // of it, by which it is accepted
  bool proposal_shown = false;     // to the person at this device, as it is now
  std::optional<SlotLine> open_slot;
  std::optional<Slot> next_slot;  // within a pause it will be skipped
  // The newest slot that closed with nothing in it, where none was filled since.
  std::optional<SlotLine> empty_slot;
  std::vector<PromiseView> promises;  // open or missed, the first due first
  std::vector<ActView> waiting;       // decided here, also what was refused
  std::uint64_t entries = 0;          // of the ledger
  Hash head;
  bool doubted = false;  // the practice's ledger stopped following from what is held
};

// A ledger's entry for people and programs.
struct LedgerLine {
  LedgerEntry entry;
  Hash hash;
  std::optional<Act> act;
  // Of an acceptance and of an end: the rhythm that it names, and whether that had been
  // accepted, or only proposed, before.
  std::optional<Rhythm> rhythm = {};
  bool was_accepted = false;
};

// A kind word, at a time that the person chose.
struct ReminderView {
  BondId bond;
  std::optional<SlotId> slot;
  std::optional<EnvelopeId> envelope;
  std::uint64_t at_ms = 0;
  std::uint64_t due_at_ms = 0;  // of the promise, or when the slot closes
};

}  // namespace holdfast::client
