#include "support/server_ledger.h"

#include <chrono>
#include <map>

#include "crypto/public/ledger.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

std::uint64_t LastSunday(int year, unsigned month) {
  const std::chrono::sys_days day =
      std::chrono::year(year) / static_cast<int>(month) / std::chrono::Sunday[std::chrono::last];
  return static_cast<std::uint64_t>(day.time_since_epoch().count()) * limits::kDayMs;
}

crypto::Signed SignedOf(const v1::SignedStatement& from) {
  return {from.statement(), from.signature()};
}

crypto::LedgerProof ProofOf(const v1::LedgerItem& item) {
  crypto::LedgerProof proof;
  proof.entry = item.entry();
  proof.index = item.index();
  for (const Bytes& hash : item.path()) proof.path.push_back(Hash::From(hash, "path").value());
  proof.batch = SignedOf(item.batch());
  return proof;
}

// The act in the item, signed by the device that it names.
Act ActIn(const v1::LedgerItem& item, const TestBond& bond) {
  const Act claimed = DecodeAct(item.act().statement()).value();
  const bool is_clients = claimed.device == bond.client.id;
  const TestDevice& author = is_clients ? bond.client : bond.therapist;
  CHECK(claimed.device == author.id);
  CHECK(claimed.account == author.account);
  const auto act =
      crypto::VerifyAct(SignedOf(item.act()), author.device_key.public_key<DeviceKey>());
  REQUIRE(act.ok());
  return *act;
}

void Take(ServerWorld& world, const TestBond& bond, const v1::LedgerItem& item, ReadBook& read) {
  const auto entry = crypto::VerifyLedgerEntry(ProofOf(item), world.practice);
  REQUIRE(entry.ok());
  CHECK(entry->bond == bond.id);
  std::optional<Act> act;
  Hash act_hash;
  if (entry->kind == LedgerKind::kAct) {
    act = ActIn(item, bond);
    act_hash = crypto::ActHash(SignedOf(item.act()));
  }
  const absl::Status added =
      read.book.Add(*entry, crypto::LedgerEntryHash(item.entry()), act ? &*act : nullptr, act_hash);
  INFO("entry " << entry->number << " " << WordOf(entry->kind) << ": " << added);
  REQUIRE(added.ok());
  read.entries.push_back(*entry);
}

}  // namespace

Zone TestZone() {
  Zone zone{"Europe/Zurich", 3600, LastSunday(2035, 10), {}};
  for (int year = 2025; year < 2035; ++year) {
    zone.changes.push_back({LastSunday(year, 3) + limits::kHourMs, 7200});
    zone.changes.push_back({LastSunday(year, 10) + limits::kHourMs, 3600});
  }
  return zone;
}

Availability TestAvailability(std::uint32_t number) {
  Availability availability{number, 16 * 60, 4 * 60, TestZone(), {}, {}};
  for (std::uint8_t day = 1; day <= 5; ++day) {
    availability.hours.push_back({day, 9 * 60, 17 * 60});
  }
  return availability;
}

Rhythm TestRhythm(LocalMs first, std::uint32_t number) {
  return {number, TestZone(), first, "FREQ=WEEKLY", limits::kWindowMinutes, 2};
}

LocalMs Local(int year, unsigned month, unsigned day, unsigned hour, unsigned minute) {
  const std::chrono::sys_days date =
      std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day);
  return static_cast<std::uint64_t>(date.time_since_epoch().count()) * limits::kDayMs +
         hour * limits::kHourMs + minute * limits::kMinuteMs;
}

std::uint64_t Instant(int year, unsigned month, unsigned day, unsigned hour, unsigned minute) {
  return ToUtc(TestZone(), Local(year, month, day, hour, minute));
}

Act MakeAct(ServerWorld& world, const TestBond& bond, const TestDevice& device, Deed deed) {
  return {bond.id,
          ActId::From(world.entropy.Draw(ActId::size), "id").value(),
          device.account,
          device.id,
          world.clock.wall_ms,
          std::move(deed)};
}

crypto::Signed SignedAct(const TestDevice& device, const Act& act) {
  return crypto::SignAct(device.device_key, act);
}

v1::PerformRequest RequestOf(const std::vector<crypto::Signed>& acts) {
  v1::PerformRequest request;
  for (const crypto::Signed& act : acts) *request.add_acts() = Carried(act);
  return request;
}

absl::Status OutcomeOf(const v1::PerformResult& result) {
  if (result.has_item()) return absl::OkStatus();
  const v1::ErrorDetail& detail = result.refusal().detail();
  return RefuseFor(ReasonNamed(detail.reason()).value_or(Reason::kInternal), detail.field(),
                   result.refusal().message(), detail.retry_after_ms());
}

absl::StatusOr<v1::PerformResponse> PerformAll(ServerWorld& world, const TestDevice& device,
                                               const std::vector<crypto::Signed>& acts) {
  const v1::PerformRequest request = RequestOf(acts);
  v1::PerformResponse response;
  world.LogInAgain(device);
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.Perform(transaction, device.caller(), request, response);
  }));
  return response;
}

absl::Status Perform(ServerWorld& world, const TestDevice& device, const crypto::Signed& act,
                     v1::PerformResult& result) {
  HOLDFAST_ASSIGN_OR_RETURN(const v1::PerformResponse response, PerformAll(world, device, {act}));
  result = response.results(0);
  return OutcomeOf(result);
}

absl::Status Do(ServerWorld& world, const TestBond& bond, const TestDevice& device, Deed deed) {
  v1::PerformResult result;
  return Perform(world, device, SignedAct(device, MakeAct(world, bond, device, std::move(deed))),
                 result);
}

void KeepRhythm(ServerWorld& world, const TestBond& bond, const Rhythm& rhythm) {
  const crypto::Signed proposal =
      SignedAct(bond.therapist, MakeAct(world, bond, bond.therapist, rhythm));
  v1::PerformResult result;
  REQUIRE(Perform(world, bond.therapist, proposal, result).ok());
  REQUIRE(
      Do(world, bond, bond.client, AcceptRhythm{rhythm.number, crypto::ActHash(proposal)}).ok());
}

EnvelopeId SendAs(ServerWorld& world, const TestBond& bond, const TestDevice& sender,
                  const Sent& sent, ReceiptLeaf* leaf) {
  Header header = world.MakeHeader(bond, sender, sent.kind);
  header.reply_owed = sent.reply_owed;
  header.slot = sent.slot;
  header.reply_to = sent.reply_to;
  v1::SendResponse response;
  world.LogInAgain(sender);
  const absl::Status status = world.Send(sender, world.MakeSend(bond, sender, header), response);
  INFO(status);
  REQUIRE(status.ok());
  if (leaf != nullptr) *leaf = DecodeReceiptLeaf(response.receipt().leaf()).value();
  return header.envelope;
}

void PauseTimes(ServerWorld& world, const TestBond& bond, int times) {
  for (int i = 0; i < times; ++i) {
    REQUIRE(Do(world, bond, bond.client, Pause{world.clock.wall_ms + limits::kDayMs, false}).ok());
  }
}

absl::StatusOr<v1::ReadLedgerResponse> ReadPage(ServerWorld& world, const TestDevice& reader,
                                                const v1::ReadLedgerRequest& request) {
  v1::ReadLedgerResponse response;
  world.LogIn(reader);
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.ReadLedger(transaction, reader.caller(), request, response);
  }));
  return response;
}

v1::ReadLedgerRequest Of(const BondId& bond, std::uint64_t after, std::uint32_t limit) {
  v1::ReadLedgerRequest request;
  request.set_bond(bond.str());
  request.set_after_number(after);
  request.set_limit(limit);
  return request;
}

std::string WordOf(LedgerKind kind) {
  static const std::map<LedgerKind, std::string> kWords = {
      {LedgerKind::kAct, "act"},
      {LedgerKind::kSlotOpened, "opened"},
      {LedgerKind::kSlotFilled, "filled"},
      {LedgerKind::kSlotClosedEmpty, "empty"},
      {LedgerKind::kSlotSkipped, "skipped"},
      {LedgerKind::kPromiseMade, "made"},
      {LedgerKind::kPromiseKept, "kept"},
      {LedgerKind::kPromiseMissed, "missed"},
      {LedgerKind::kPromiseRepaired, "repaired"},
      {LedgerKind::kReleased, "released"},
      {LedgerKind::kRestored, "restored"},
  };
  return kWords.at(kind);
}

std::string ReadBook::kinds() const {
  std::string words;
  for (const LedgerEntry& entry : entries) {
    words += (words.empty() ? "" : " ") + WordOf(entry.kind);
  }
  return words;
}

ReadBook CheckedLedger(ServerWorld& world, const TestBond& bond, const TestDevice& reader) {
  constexpr int kPagesMax = 1000;
  ReadBook read;
  for (int page = 0; page < kPagesMax; ++page) {
    const auto response = ReadPage(world, reader, Of(bond.id, read.book.number()));
    REQUIRE(response.ok());
    for (const v1::LedgerItem& item : response->items()) Take(world, bond, item, read);
    if (read.book.number() == response->newest()) break;
  }
  return read;
}

ReadBook CheckedLedger(ServerWorld& world, const TestBond& bond) {
  return CheckedLedger(world, bond, bond.client);
}

std::string Told(ServerWorld& world, const TestDevice& device) {
  std::string words;
  world.LogInAgain(device);
  for (const v1::Entry& entry : world.ReadAll(device)) {
    if (!entry.has_ledger() && !entry.has_reminder()) continue;
    words += words.empty() ? "" : " ";
    words += entry.has_reminder() ? "reminder"
                                  : WordOf(DecodeLedgerEntry(entry.ledger().entry()).value().kind);
  }
  return words;
}

}  // namespace holdfast::server
