// A note that was written ahead may come on a day on which it does harm. While one of three signals
// is open in a bond by what a device knows, a therapist's note that nobody has opened is held: the
// client's devices take it in and show it nowhere, until its author decides
// (crypto/PROTOCOL.md "Held notes").
#pragma once

#include <map>
#include <optional>
#include <set>

#include "client/core/ahead/ahead_outlook.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Whether `message` is a therapist's note that was written ahead.
bool IsTherapistsNote(const OwnDevice& own, const vault::Message& message);

// What holds notes, as far as one reader of the vault shows it. Each part is read when it is first
// asked for, and is as old as that.
class Holding {
 public:
  Holding(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own)
      : reader_(reader), ledgers_(ledgers), own_(own) {}

  // Which signals are open in the bond now.
  absl::StatusOr<AheadHold> SignalsIn(const BondId& bond);
  // What holds this note, or would were it released now; none where nothing does, where its author
  // decided, or where it was opened. A mark on the note itself says that it was read.
  absl::StatusOr<std::optional<AheadHold>> HoldOf(const EnvelopeId& id,
                                                  const vault::Message& message);
  // On a client's device: nobody is shown that it is there.
  absl::StatusOr<bool> Hides(const EnvelopeId& id, const vault::Message& message);

 private:
  absl::Status ReadMarks();
  absl::Status ReadNotSafe();
  absl::StatusOr<bool> HasOpenMiss(const BondId& bond);

  const VaultReader& reader_;
  Ledgers& ledgers_;
  const OwnDevice& own_;
  std::optional<std::set<BondId>> marked_;
  std::optional<std::set<BondId>> not_safe_;
  std::map<BondId, AheadHold> signals_;
};

// unknown_envelope where it is hidden here: nothing is done with what nobody can see.
absl::Status CheckIsShown(const VaultReader& reader, Ledgers& ledgers, const EnvelopeId& id);

// A released note is here, or, to its author, released: kept track of until somebody opens it, and
// held at once where a signal is open. One that was taken back meanwhile loses its words. The
// caller puts `message`. True where a person may see it.
absl::StatusOr<bool> NoteIsOut(VaultChange& change, Ledgers& ledgers, const OwnDevice& own,
                               const EnvelopeId& id, vault::Message& message, bool from_history,
                               std::uint64_t now_ms);
// Somebody opened it, or it was taken back: nothing holds it any more.
void ForgetReleased(VaultChange& change, const vault::Message& message, const EnvelopeId& id);

// Holds what is here and unopened in bonds where a signal is open now; it stays held when the
// signal ends. Commits where that changed something.
absl::Status HoldNotes(Context context, Ledgers& ledgers);
// The same within a change that may have opened a signal. True where that changed something.
absl::StatusOr<bool> HoldNotesIn(VaultChange& change, Ledgers& ledgers, const OwnDevice& own);

}  // namespace holdfast::client
