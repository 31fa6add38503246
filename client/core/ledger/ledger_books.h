// Every bond's ledger as this device holds it: in the vault as it came, in memory
// as what it adds up to.
#pragma once

#include <functional>
#include <map>

#include "client/core/ledger/ledger_items.h"
#include "rules/ledger_book.h"

namespace holdfast::client {

// Who and when beside what the book itself knows.
struct ActNote {
  DeviceId device;
  std::uint64_t at_ms = 0;  // the entry's
  Incarnation incarnation;
};

struct ReleaseNote {
  std::uint64_t number = 0;        // the entry's
  std::uint64_t at_ms = 0;         // the entry's
  std::uint64_t came_true_ms = 0;  // its condition
};

struct HeldLedger {
  LedgerBook book;
  std::map<std::uint32_t, ActNote> availabilities;
  std::optional<ActNote> rhythm;  // of the newest proposal
  std::map<EnvelopeId, ReleaseNote> released;
  std::uint64_t restored_at_ms = 0;  // of the newest kRestored; 0: none
};

// This device was told of a restored backup and has not taken in the new life's ledger
// yet: the practice may not have what is held here.
bool IsBehindRestore(const HeldLedger& held, const vault::Progress& progress);

// Whether a restored backup explains that something written at `sent_ms` does not agree
// with the ledger: it was written before the newest restore, or IsBehindRestore
// (crypto/PROTOCOL.md "After a restored backup").
bool RestoreExplains(const HeldLedger& held, const vault::Progress& progress,
                     std::uint64_t sent_ms);

class LedgerBooks {
 public:
  // Built from the vault when it is first asked for. vault_damaged.
  absl::StatusOr<const HeldLedger*> Of(const VaultReader& reader, const BondId& bond);

  // The next entry, into the change and the book. integrity where it does not
  // follow; nothing is changed then. Where the change is let go, the book is as it was.
  absl::Status Add(VaultChange& change, const CheckedItem& checked, const v1::LedgerItem& item);

  // Cuts the ledger after `number`; what comes after it is kept aside. Acts that
  // `device` signed among it are handed to `lost` in their order.
  absl::Status CutAfter(VaultChange& change, const BondId& bond, std::uint64_t number,
                        const DeviceId& device,
                        const std::function<absl::Status(const v1::SignedStatement&)>& lost);

 private:
  // What is held of the bond is made with the change from here on: where that is let go,
  // it is built again when it is asked for.
  void FollowChange(VaultChange& change, const BondId& bond);
  static absl::Status AddTo(HeldLedger& held, const CheckedItem& checked);

  std::map<BondId, HeldLedger> held_;
};

// The hash of an entry held, by its number; of one kept aside, any of them.
absl::StatusOr<std::optional<Hash>> HeldHash(const VaultReader& reader, const BondId& bond,
                                             std::uint64_t number);
absl::StatusOr<bool> WasHeldAside(const VaultReader& reader, const BondId& bond,
                                  std::uint64_t number, const Hash& hash);

}  // namespace holdfast::client
