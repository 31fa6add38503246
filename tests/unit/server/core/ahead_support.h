// Two people who seal messages ahead, for the tests of when these come out.
#pragma once

#include "crypto/public/receipt.h"
#include "support/catch.h"
#include "support/server_ledger.h"

namespace holdfast::server {

// Mondays at 20:00 from 28 September 2026 on, open for two days.
inline LocalMs FirstMonday() { return Local(2026, 9, 28, 20); }
inline std::uint64_t FirstOpening() { return Instant(2026, 9, 28, 20); }
inline SlotId FirstSlot() { return SlotIdOf(1, FirstOpening()); }
inline constexpr std::uint64_t kWeekMs = 7 * limits::kDayMs;
inline constexpr std::uint64_t kWindowMs = limits::kWindowMinutes * limits::kMinuteMs;
// Of what the client asks at the very beginning; as in TestAvailability.
inline std::uint64_t DueOfFirst() { return Instant(2026, 9, 23, 16, 13) + 20 * limits::kSecondMs; }

inline Release AtTime(std::uint64_t at_ms) { return {ReleaseWhen::kAtTime, at_ms, {}}; }
inline Release OnOpening(const SlotId& slot) { return {ReleaseWhen::kSlotOpens, 0, slot}; }
inline Release OnEmpty(const SlotId& slot) { return {ReleaseWhen::kSlotClosesEmpty, 0, slot}; }
inline Release OnMiss() { return {ReleaseWhen::kPromiseMissed, 0, {}}; }

struct AheadPractice : ServerWorld {
  AheadPractice() : bond(FormBond()) {}

  void SetHours() { REQUIRE(ByTherapist(TestAvailability()).ok()); }
  void Keep() { KeepRhythm(*this, bond, TestRhythm(FirstMonday())); }
  EnvelopeId Ask() { return SendAs(*this, bond, bond.client, {Kind::kCheckIn, true, {}, {}}); }
  absl::Status ByClient(Deed deed) { return Do(*this, bond, bond.client, std::move(deed)); }
  absl::Status ByTherapist(Deed deed) { return Do(*this, bond, bond.therapist, std::move(deed)); }
  std::uint64_t now() const { return clock.wall_ms; }
  void SleepUntil(std::uint64_t at_ms) { clock.Advance(at_ms - clock.wall_ms); }
  void PassUntil(std::uint64_t at_ms) { Pass(at_ms - clock.wall_ms); }

  Header AheadHeader(const TestDevice& author, const Release& release,
                     const EnvelopeId& reply_to = {}) {
    Header header = MakeHeader(bond, author);
    header.release = release;
    header.reply_to = reply_to;
    return header;
  }
  v1::SendRequest Sealed(const TestDevice& author, const Header& header) {
    v1::SendRequest request = MakeSend(bond, author, header);
    request.clear_capsules();
    return request;
  }
  absl::Status Offer(const TestDevice& author, const v1::SendRequest& request,
                     v1::SendResponse& response) {
    LogInAgain(author);
    return Send(author, request, response);
  }
  absl::Status Offer(const TestDevice& author, const Header& header) {
    v1::SendResponse response;
    return Offer(author, Sealed(author, header), response);
  }
  // What has to be taken; its id.
  EnvelopeId Seal(const TestDevice& author, const Release& release,
                  const EnvelopeId& reply_to = {}) {
    const Header header = AheadHeader(author, release, reply_to);
    const absl::Status status = Offer(author, header);
    INFO(status);
    REQUIRE(status.ok());
    return header.envelope;
  }

  ReadBook Ledger() { return CheckedLedger(*this, bond); }
  std::string Kinds() { return Ledger().kinds(); }
  // The engine's words and "note" for what was delivered, in the mailbox's order.
  std::string Heard(const TestDevice& device) {
    std::string words;
    LogInAgain(device);
    for (const v1::Entry& entry : ReadAll(device)) {
      if (!entry.has_ledger() && !entry.has_delivery()) continue;
      words += words.empty() ? "" : " ";
      words += entry.has_delivery()
                   ? "note"
                   : WordOf(DecodeLedgerEntry(entry.ledger().entry()).value().kind);
    }
    return words;
  }
  // The notes in the device's mailbox, in order.
  std::vector<v1::Delivery> Delivered(const TestDevice& device) {
    std::vector<v1::Delivery> notes;
    LogInAgain(device);
    for (const v1::Entry& entry : ReadAll(device)) {
      if (entry.has_delivery()) notes.push_back(entry.delivery());
    }
    return notes;
  }
  std::vector<EnvelopeId> DeliveredIds(const TestDevice& device) {
    std::vector<EnvelopeId> ids;
    for (const v1::Delivery& note : Delivered(device)) {
      ids.push_back(DecodeHeader(note.header()).value().envelope);
    }
    return ids;
  }
  v1::HistoryResponse History(const TestDevice& device, std::uint64_t after = 0,
                              std::uint32_t limit = 0) {
    v1::HistoryRequest request;
    request.set_bond(bond.id.str());
    request.set_after_position(after);
    request.set_limit(limit);
    v1::HistoryResponse response;
    LogInAgain(device);
    REQUIRE(Run([&](Core& the_core, Transaction& transaction) {
              return the_core.History(transaction, device.caller(), request, response);
            }).ok());
    return response;
  }
  // A batch that fires what is due, and is never committed.
  void Die() {
    core->BeginBatch();
    const auto transaction = store.Begin();
    REQUIRE(core->FireTimers(*transaction, 32).ok());
    REQUIRE(core->SealBatch(*transaction).ok());
    Restart();
  }
  bool HoldsBody(const v1::SendRequest& request) const {
    for (const auto& [key, value] : rows()) {
      if (value == request.body()) return true;
    }
    return false;
  }

  TestBond bond;
};

}  // namespace holdfast::server
