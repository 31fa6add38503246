// Acts and ledgers for tests of the server's core: what people sign, and a reader
// who believes nothing that it has not checked itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/act.h"
#include "rules/ledger_book.h"
#include "rules/receipt.h"
#include "support/server_world.h"

namespace holdfast::server {

// Central Europe: changes of the clock on the last Sundays of March and October.
Zone TestZone();
// Monday to Friday, 9 to 17; a reply within 16 working hours, reminded 4 before.
Availability TestAvailability(std::uint32_t number = 1);
// Every week at that local time, open for 48 hours, two reminders.
Rhythm TestRhythm(LocalMs first, std::uint32_t number = 1);
// Of a local date and time of day, e.g. Local(2026, 10, 19, 20, 0).
LocalMs Local(int year, unsigned month, unsigned day, unsigned hour, unsigned minute = 0);
// The same as an instant.
std::uint64_t Instant(int year, unsigned month, unsigned day, unsigned hour, unsigned minute = 0);

using Deed = decltype(Act::what);

// As the device signs it now.
Act MakeAct(ServerWorld& world, const TestBond& bond, const TestDevice& device, Deed deed);
crypto::Signed SignedAct(const TestDevice& device, const Act& act);
// In a call alone; the act's refusal where it is refused.
absl::Status Perform(ServerWorld& world, const TestDevice& device, const crypto::Signed& act,
                     v1::PerformResult& result);
// Several in one call, each with its result.
absl::StatusOr<v1::PerformResponse> PerformAll(ServerWorld& world, const TestDevice& device,
                                               const std::vector<crypto::Signed>& acts);
v1::PerformRequest RequestOf(const std::vector<crypto::Signed>& acts);
absl::Status OutcomeOf(const v1::PerformResult& result);
// All of these at once; the act's entry is thrown away.
absl::Status Do(ServerWorld& world, const TestBond& bond, const TestDevice& device, Deed deed);
// A rhythm, proposed and accepted.
void KeepRhythm(ServerWorld& world, const TestBond& bond, const Rhythm& rhythm);

// An envelope of a kind, with what the engine looks at. Its id.
struct Sent {
  Kind kind = Kind::kNote;
  bool reply_owed = false;
  SlotId slot;
  EnvelopeId reply_to;
};
EnvelopeId SendAs(ServerWorld& world, const TestBond& bond, const TestDevice& sender,
                  const Sent& sent, ReceiptLeaf* leaf = nullptr);

// The client pauses until a day from now, so often: acts that anybody may count.
void PauseTimes(ServerWorld& world, const TestBond& bond, int times);

v1::ReadLedgerRequest Of(const BondId& bond, std::uint64_t after = 0, std::uint32_t limit = 0);
absl::StatusOr<v1::ReadLedgerResponse> ReadPage(ServerWorld& world, const TestDevice& reader,
                                                const v1::ReadLedgerRequest& request);

// A bond's whole ledger as one of its devices reads it: proofs, hashes, signatures
// and times checked, and every entry put to LedgerBook.
struct ReadBook {
  LedgerBook book;
  std::vector<LedgerEntry> entries;
  std::string kinds() const;  // e.g. "act made missed": one word an entry
};
// Fails the test where anything is not as it has to be.
ReadBook CheckedLedger(ServerWorld& world, const TestBond& bond, const TestDevice& reader);
ReadBook CheckedLedger(ServerWorld& world, const TestBond& bond);
// What that word is.
std::string WordOf(LedgerKind kind);

// What the device's mailbox holds of the engine, in order: the words of the entries,
// and "reminder".
std::string Told(ServerWorld& world, const TestDevice& device);

}  // namespace holdfast::server
