#include "client/core/archiving/archive_exchange.h"

#include <algorithm>
#include <optional>

#include "client/core/archive/facts.h"
#include "client/core/archiving/fact_taking.h"
#include "client/core/outside/limits.h"
#include "client/core/people/peers.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/archive.h"
#include "crypto/public/archive_record.h"
#include "rules/own_clock.h"
#include "rules/retry.h"

namespace holdfast::client {

// A record in the making, and what of the notes it takes along.
struct ArchiveExchange::Gathered {
  v1::Facts facts;
  std::vector<vault::Name<v1::Fact>> names;

  Gathered() = default;
  Gathered(Gathered&&) = default;
  ~Gathered() {
    for (v1::Fact& fact : *facts.mutable_facts()) WipeFact(fact);
  }
};

namespace {

absl::StatusOr<DeviceKey> WriterOf(const VaultReader& reader, const OwnDevice& own,
                                   const DeviceId& device) {
  if (device == own.device) return own.signing.public_key<DeviceKey>();
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(reader, own.account));
  const crypto::Device* const writer = known ? known->FindEver(device) : nullptr;
  if (writer != nullptr) return writer->certificate.signing;
  return Refuse(Reason::kIntegrity, "archive_record.device", "is none of this account's");
}

absl::StatusOr<Hash> HeadOfArchive(const vault::Progress& progress) {
  if (progress.archive_number() == 0) return Hash();
  return Hash::From(progress.archive_head(), "vault.progress");
}

// The next record, sealed and signed.
absl::StatusOr<v1::ArchiveRecord> SealRecord(const VaultReader& reader, const OwnDevice& own,
                                             const v1::Facts& facts, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  crypto::ArchiveRecord record;
  record.account = own.account;
  record.number = progress.archive_number() + 1;
  HOLDFAST_ASSIGN_OR_RETURN(record.previous, HeadOfArchive(progress));
  record.epoch = progress.archive_epoch();
  record.device = own.device;
  record.at_ms = now_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveKey key, ArchiveKeyOf(reader, record.epoch));
  const crypto::SecretBytes content(facts.SerializeAsString());
  v1::ArchiveRecord wire;
  HOLDFAST_ASSIGN_OR_RETURN(*wire.mutable_sealed(),
                            crypto::SealArchiveRecord(key, record, content.Expose()));
  *wire.mutable_record() = ToWire(crypto::SignArchiveRecord(own.signing, record));
  return wire;
}

// Place and head move with every record that is taken in or appended.
void PutRecord(VaultChange& change, vault::Progress& progress, const crypto::ArchiveRecord& record,
               const v1::ArchiveRecord& wire) {
  change.Put(names::Archive(record.number), wire);
  progress.set_archive_number(record.number);
  progress.set_archive_head(crypto::ArchiveRecordHash(wire.record().statement()).str());
  progress.set_archive_reached(std::max(progress.archive_reached(), record.epoch));
  change.Put(names::kProgress, progress);
}

absl::Status NoteAgain(VaultChange& change, const v1::ArchiveRecord& wire) {
  auto facts = FactsIn(change, wire);
  if (!facts.ok()) return absl::OkStatus();  // it said nothing before, either
  for (auto fact = facts->mutable_facts()->rbegin(); fact != facts->mutable_facts()->rend();
       ++fact) {
    const auto name = names::kToArchive.At(SubjectOf(*fact));
    HOLDFAST_ASSIGN_OR_RETURN(const bool has_newer, change.Has(name));
    if (!has_newer) change.Put(name, *fact);
    WipeFact(*fact);
    const auto id = EnvelopeId::From(fact->message().envelope(), "message.envelope");
    if (!id.ok()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(*id)));
    if (message && message->erased_ms() != 0) {
      HOLDFAST_RETURN_IF_ERROR(StripKeyNoted(change, id->view()));
    }
  }
  return absl::OkStatus();
}

std::string LifeNow(const vault::Progress& progress) {
  return progress.incarnations().empty() ? std::string() : *progress.incarnations().rbegin();
}

absl::Status CheckPlace(const vault::Progress& progress, const OwnDevice& own,
                        const crypto::ArchiveRecord& record) {
  if (record.account != own.account) {
    return Refuse(Reason::kIntegrity, "archive_record.account", "is another account");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Hash head, HeadOfArchive(progress));
  if (record.number != progress.archive_number() + 1 || record.previous != head) {
    return Refuse(Reason::kArchiveMoved, "archive_record.previous",
                  "does not follow what is held here");
  }
  return absl::OkStatus();
}

// A device that was shut out knows the keys of before: under one that is over only those count
// that are listed now.
absl::StatusOr<bool> Counts(const VaultReader& reader, const OwnDevice& own,
                            const vault::Progress& progress, const crypto::ArchiveRecord& record) {
  if (record.epoch >= progress.archive_reached() || record.device == own.device) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(reader, own.account));
  return known && known->Find(record.device) != nullptr;
}

}  // namespace

absl::StatusOr<bool> ArchiveExchange::HasMore() const {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, look.Count(names::kToArchive));
  return count != 0;
}

absl::StatusOr<ArchiveExchange::Gathered> ArchiveExchange::GatherFacts() const {
  const VaultReader reader(context_.vault);
  Gathered gathered;
  std::size_t bytes = 0;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kToArchive, [&](BytesView key, v1::Fact fact) {
    const std::size_t size = fact.ByteSizeLong() + 8;      // with its tag and length
    if (size > limits::kFactsBytesPerRecord) return true;  // no device of ours notes such a one
    const bool has_room = gathered.facts.facts_size() < limits::kFactsPerRecordMax &&
                          bytes + size <= limits::kFactsBytesPerRecord;
    if (!has_room) {
      WipeFact(fact);
      return false;
    }
    bytes += size;
    *gathered.facts.add_facts() = std::move(fact);
    gathered.names.push_back(names::kToArchive.At(key));
    return true;
  }));
  return gathered;
}

Task<absl::Status> ArchiveExchange::Exchange(bool read_first) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.archive_epoch() == 0 || progress.rolled_back()) co_return absl::OkStatus();
  for (std::size_t rounds = 0; rounds < limits::kArchiveRoundsMax; ++rounds) {
    if (read_first || rounds > 0) {
      auto read = co_await ReadToEnd();
      HOLDFAST_CO_RETURN_IF_ERROR(read.status());
      if (!*read) co_return absl::OkStatus();  // it is not right, and this was said
    }
    Appended appended = Appended::kSome;
    while (appended == Appended::kSome) {
      auto next = co_await AppendNext();
      HOLDFAST_CO_RETURN_IF_ERROR(next.status());
      appended = *next;
    }
    if (appended == Appended::kAll) co_return absl::OkStatus();
  }
  co_return absl::OkStatus();  // others append as fast; at the next exchange
}

Task<absl::StatusOr<bool>> ArchiveExchange::ReadToEnd() {
  bool refreshed = false;
  bool gave_back = false;
  std::uint64_t back = 1;  // records; doubled, so that the parting of the ways is found soon
  for (std::size_t pages = 0; pages < limits::kArchivePagesPerSyncMax; ++pages) {
    const VaultReader look(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
    // After a restore another device's record may stand where the last one that is held did.
    const bool compares =
        progress.archive_number() > 0 && progress.archive_life() != LifeNow(progress);
    v1::ReadArchiveRequest request;
    request.set_after_number(progress.archive_number() - (compares ? 1 : 0));
    request.set_after_epoch(progress.archive_epoch());
    auto page = co_await connection_.Ask(&Transport::ReadArchive, request);
    HOLDFAST_CO_RETURN_IF_ERROR(page.status());
    if (page->newest_number() < progress.archive_number()) {
      // What was given back and accepted is there; a practice that says otherwise is not asked on.
      if (gave_back) {
        HOLDFAST_CO_RETURN_IF_ERROR(SayHidden());
        co_return false;
      }
      gave_back = true;
      auto given = co_await GiveBack(page->newest_number());
      HOLDFAST_CO_RETURN_IF_ERROR(given.status());
      if (!*given) co_return false;
      continue;
    }
    absl::Status taken;
    if (compares) {
      HOLDFAST_CO_ASSIGN_OR_RETURN(const auto last,
                                   look.Read(names::Archive(progress.archive_number())));
      const bool is_same = !page->records().empty() &&
                           page->records(0).record().statement() == last.record().statement();
      if (is_same) page->mutable_records()->DeleteSubrange(0, 1);
      if (!is_same) taken = Refuse(Reason::kArchiveMoved, "records", "are others than are held");
    }
    if (taken.ok()) taken = TakePage(*page);
    if (ReasonOf(taken) == Reason::kArchiveMoved) {
      // After a restore another device appended first: what is held from there on is noted anew.
      if (progress.archive_life() == LifeNow(progress)) {
        HOLDFAST_CO_RETURN_IF_ERROR(SayHidden());
      }
      HOLDFAST_CO_ASSIGN_OR_RETURN(
          const bool again,
          NoteAgainFrom(progress.archive_number() - std::min(back, progress.archive_number())));
      back *= 2;
      if (!again) co_return false;
      continue;
    }
    if (IsVaultFailure(taken)) co_return taken;
    if (!taken.ok() && FieldOf(taken) == "archive_record.device" && !refreshed) {
      // One that was linked since the own list was fetched.
      refreshed = true;
      auto fetched = co_await directory_.RefreshOwn();
      HOLDFAST_CO_RETURN_IF_ERROR(fetched);
      continue;
    }
    if (!taken.ok()) {
      HOLDFAST_CO_RETURN_IF_ERROR(SayWrong(taken));
      co_return false;
    }
    if (page->records().empty()) co_return true;
  }
  co_return true;
}

absl::Status ArchiveExchange::TakePage(const v1::ReadArchiveResponse& page) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(TakeEpochs(change, *own, page));
  // Records before one that is not right are taken in all the same.
  absl::Status wrong;
  for (const v1::ArchiveRecord& record : page.records()) {
    wrong = TakeRecord(change, *own, record);
    if (IsVaultFailure(wrong)) return wrong;
    if (!wrong.ok()) break;
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const std::string life = LifeNow(progress);
  const bool is_end = page.records().empty();
  const bool is_nothing_new = is_end && page.epochs().empty() && progress.archive_life() == life &&
                              progress.archive_reached() == progress.archive_epoch();
  if (is_nothing_new) return absl::OkStatus();
  if (is_end) {
    progress.set_archive_life(life);
    // Whatever comes from now on was appended under this key or a later one.
    progress.set_archive_reached(progress.archive_epoch());
  }
  change.Put(names::kProgress, progress);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return wrong;
}

absl::Status ArchiveExchange::TakeEpochs(VaultChange& change, const OwnDevice& own,
                                         const v1::ReadArchiveResponse& page) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  for (const v1::SignedStatement& statement : page.epochs()) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveEpoch epoch,
                              crypto::VerifyArchiveEpoch(FromWire(statement), own.account));
    if (epoch.epoch <= progress.archive_epoch()) continue;
    if (epoch.epoch != progress.archive_epoch() + 1) {
      return Refuse(Reason::kIntegrity, "epochs", "leave one out");
    }
    HOLDFAST_ASSIGN_OR_RETURN(
        const crypto::ArchiveKey key,
        crypto::OpenArchiveEpoch(epoch, own.device, own.identity, own.account_psk));
    PutArchiveKey(change, epoch.epoch, key);
    change.Put(names::OwnEpoch(epoch.epoch), statement);
    progress.set_archive_epoch(epoch.epoch);
  }
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

absl::Status ArchiveExchange::TakeRecord(VaultChange& change, const OwnDevice& own,
                                         const v1::ArchiveRecord& wire) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveRecord record,
                            crypto::DecodeArchiveRecord(wire.record().statement()));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_RETURN_IF_ERROR(CheckPlace(progress, own, record));
  HOLDFAST_ASSIGN_OR_RETURN(const DeviceKey writer, WriterOf(change, own, record.device));
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyArchiveRecord(FromWire(wire.record()), writer).status());
  HOLDFAST_ASSIGN_OR_RETURN(const bool counts, Counts(change, own, progress, record));
  if (counts) HOLDFAST_RETURN_IF_ERROR(TakeFacts(change, own, record, wire));
  HOLDFAST_ASSIGN_OR_RETURN(progress, change.Read(names::kProgress));
  PutRecord(change, progress, record, wire);
  return absl::OkStatus();
}

// Signed by a device of the account. Where it does not open, or says nothing, whatever stands
// behind it is read all the same, and that is said.
absl::Status ArchiveExchange::TakeFacts(VaultChange& change, const OwnDevice& own,
                                        const crypto::ArchiveRecord& record,
                                        const v1::ArchiveRecord& wire) {
  HOLDFAST_RETURN_IF_ERROR(ArchiveKeyOf(change, record.epoch).status());
  auto facts = FactsIn(change, wire);
  if (!facts.ok() && ReasonOf(facts.status()) == Reason::kIntegrity && !wire.sealed().empty()) {
    return facts.status();  // not the bytes that were signed for
  }
  if (!facts.ok()) {
    return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                      AlarmKind::kArchiveWrong, {.cause = CauseOf(facts.status())});
  }
  for (v1::Fact& fact : *facts->mutable_facts()) {
    const absl::Status taken = TakeFact(change, own, fact, context_.Now());
    WipeFact(fact);
    HOLDFAST_RETURN_IF_ERROR(taken);
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<ArchiveExchange::Appended>> ArchiveExchange::AppendNext() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const Gathered gathered, GatherFacts());
  if (gathered.names.empty()) co_return Appended::kAll;
  v1::AppendArchiveRequest request;
  HOLDFAST_CO_ASSIGN_OR_RETURN(*request.add_records(),
                               SealRecord(look, *own, gathered.facts, context_.Now()));
  auto response = co_await connection_.Ask(&Transport::AppendArchive, request);
  if (ReasonOf(response.status()) == Reason::kArchiveMoved) co_return Appended::kMoved;
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const v1::ArchiveRecord& wire = request.records(0);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::ArchiveRecord record,
                               crypto::DecodeArchiveRecord(wire.record().statement()));
  PutRecord(change, progress, record, wire);
  for (std::size_t i = 0; i < gathered.names.size(); ++i) {
    // What was noted of the same meanwhile waits for the next record.
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto waiting, change.Find(gathered.names[i]));
    const v1::Fact& told = gathered.facts.facts(static_cast<int>(i));
    const bool is_same = waiting && waiting->SerializeAsString() == told.SerializeAsString();
    if (is_same) change.Erase(gathered.names[i]);
  }
  HOLDFAST_CO_RETURN_IF_ERROR(change.Commit());
  co_return Appended::kSome;
}

Task<absl::StatusOr<bool>> ArchiveExchange::GiveBack(std::uint64_t newest) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  // A store that was restored says so by a life of its own.
  if (progress.archive_life() == LifeNow(progress)) HOLDFAST_CO_RETURN_IF_ERROR(SayHidden());
  for (std::uint64_t number = newest + 1; number <= progress.archive_number(); ++number) {
    v1::AppendArchiveRequest request;
    HOLDFAST_CO_ASSIGN_OR_RETURN(*request.add_records(), look.Read(names::Archive(number)));
    auto response = co_await connection_.Ask(&Transport::AppendArchive, request);
    if (response.ok()) continue;
    // Another device's record stands there by now, or a newer epoch began.
    if (ReasonOf(response.status()) != Reason::kArchiveMoved) co_return response.status();
    co_return NoteAgainFrom(number - 1);
  }
  co_return true;
}

// What is held behind `number`'s predecessors and the practice does not show: noted once more,
// to be appended behind what it shows. The parting of the ways is looked for from the end.
absl::StatusOr<bool> ArchiveExchange::NoteAgainFrom(std::uint64_t number) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (progress.archive_number() == 0) {
    HOLDFAST_RETURN_IF_ERROR(
        SayWrong(Refuse(Reason::kIntegrity, "archive_record.previous", "begins in the middle")));
    return false;
  }
  const std::uint64_t keep = std::min(number, progress.archive_number() - 1);
  // The newest first: of two facts about the same thing the later one holds.
  for (std::uint64_t at = progress.archive_number(); at > keep; --at) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto wire, change.Read(names::Archive(at)));
    HOLDFAST_RETURN_IF_ERROR(NoteAgain(change, wire));
    change.Erase(names::Archive(at));
  }
  progress.set_archive_number(keep);
  progress.clear_archive_head();
  if (keep != 0) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto wire, change.Read(names::Archive(keep)));
    progress.set_archive_head(crypto::ArchiveRecordHash(wire.record().statement()).str());
  }
  change.Put(names::kProgress, progress);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return true;
}

absl::Status ArchiveExchange::SayHidden() {
  VaultChange change(context_.vault);
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kStaleDeviceList,
                                      std::nullopt, AlarmKind::kArchiveHidden));
  return change.Commit();
}

absl::Status ArchiveExchange::SayWrong(const absl::Status& why) {
  VaultChange change(context_.vault);
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                                      AlarmKind::kArchiveWrong, {.cause = CauseOf(why)}));
  return change.Commit();
}

}  // namespace holdfast::client
