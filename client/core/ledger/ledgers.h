// Taking in bonds' ledgers: entries from the mailbox, what is missing read from the
// practice, every one checked and replayed, and the other side's head compared.
// What is not as it must be raises an alarm and changes nothing.
#pragma once

#include "client/core/ledger/ledger_books.h"
#include "client/core/ledger/ledger_listener.h"
#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/shown/alarm.h"
#include "client/core/vault/context.h"
#include "crypto/capsule.h"

namespace holdfast::client {

class Ledgers {
 public:
  Ledgers(Context context, Connection& connection, LedgerListener& listener)
      : context_(context), connection_(connection), listener_(listener) {}

  absl::StatusOr<const HeldLedger*> Of(const VaultReader& reader, const BondId& bond) {
    return books_.Of(reader, bond);
  }

  // bond_ended where nothing more can be sent in it.
  absl::Status CheckNotEnded(const VaultReader& reader, const BondId& bond);

  // One entry as it came. Where it is not the next one, the bond is noted and
  // Settle reads what is between. True where it was new.
  enum class Source : std::uint8_t { kMailbox, kAnswer };
  absl::StatusOr<bool> Take(VaultChange& change, const OwnDevice& own, const v1::LedgerItem& item,
                            Source source);

  // The ledger head of an authentic message of the bond, written at `sent_ms`.
  absl::Status TakeHead(VaultChange& change, vault::Bond& bond, const PersonName& who,
                        const crypto::LedgerHead& head, std::uint64_t sent_ms);

  // Whether a receipt can be judged without reading the ledger first.
  absl::StatusOr<bool> CanJudge(const v1::Receipt& receipt);

  // Reads on, and from the beginning where that does not fit.
  Task<absl::Status> Settle(BondId bond);
  // Bonds whose newest entries this device has from an answer, and not yet from the
  // mailbox: a restored store may have lost them, and its cursor would not tell.
  Task<absl::Status> SettleUnseen();
  // Every bond that was noted.
  Task<absl::Status> SettleNoted();

 private:
  enum class Step { kAdded, kKnown, kAhead, kForked, kStopped };
  struct Reading {
    bool forked = false;
    std::uint64_t newest = 0;  // the practice's
  };

  Task<absl::StatusOr<Reading>> ReadAfter(BondId bond, std::uint64_t after);
  Task<absl::StatusOr<Reading>> ReadFromBeginning(BondId bond);
  absl::StatusOr<Step> TakeOne(VaultChange& change, const OwnDevice& own, vault::Bond& bond,
                               const v1::LedgerItem& item);
  // `past`: what the practice shows in the place of what is held, as far as it was
  // read; kForked while nothing in it says why.
  absl::StatusOr<Step> TakeOtherPast(const BondId& bond, const std::vector<v1::LedgerItem>& past);
  absl::StatusOr<Step> ReplayOtherPast(const BondId& bond, const std::vector<v1::LedgerItem>& past,
                                       std::uint64_t from);
  absl::StatusOr<bool> SaysRestored(const BondId& bond, const v1::LedgerItem& item);
  absl::StatusOr<Step> TakeRead(const BondId& bond, const v1::LedgerItem& item);
  absl::Status StopAtOtherPast(const BondId& bond);
  absl::Status Finish(const BondId& bond, std::uint64_t newest);
  absl::Status Shorter(VaultChange& change, const OwnDevice& own, vault::Bond& bond,
                       std::uint64_t newest);
  absl::Status CompareHeard(VaultChange& change, vault::Bond& bond);
  absl::Status Stop(VaultChange& change, vault::Bond& bond, AlarmKind kind,
                    const AlarmArgs& args = {});

  Context context_;
  Connection& connection_;
  LedgerListener& listener_;
  LedgerBooks books_;
};

}  // namespace holdfast::client
