#include "server/ops/check/practice_facts.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/version_info.h>
#include <openssl/crypto.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "crypto/public/practice.h"
#include "rules/errors.h"
#include "rules/version.h"
#include "server/core/records/tables.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/practice_key.h"
#include "server/ops/store_start.h"
#include "server/ops/tls_renewal.h"
#include "server/runtime/system_world.h"
#include "server/store/rocksdb_store.h"
#include "server/store/store_files.h"

namespace holdfast::server {
namespace {

using Document = nlohmann::json;

void SampleInto(PracticeFacts& facts, Transaction& transaction, std::size_t envelopes) {
  SystemEntropy entropy;
  const Bytes seed = entropy.Draw(envelopes * kSeedBytes);
  facts.findings.clear();
  const auto counts = InspectSample(transaction, envelopes, seed, [&](const StoreFinding& finding) {
    facts.findings.push_back(InWords(finding));
  });
  facts.sampled = counts.ok() ? counts->envelopes : 0;
  if (!counts.ok()) facts.findings.emplace_back(counts.status().message());
}

// The newest key that is endorsed, and until when.
absl::Status EndorsedInto(PracticeFacts& facts, Core& core, Transaction& transaction) {
  v1::DescribeResponse described;
  HOLDFAST_RETURN_IF_ERROR(core.Describe(transaction, {}, described));
  if (described.endorsements().empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Endorsement endorsement,
                            crypto::DecodeEndorsement(described.endorsements(0).statement()));
  facts.endorsed_key = endorsement.tls_key.hex();
  facts.endorsed_until_ms = endorsement.not_after_ms;
  return absl::OkStatus();
}

absl::Status FactsOfCore(PracticeFacts& facts, Core& core, Transaction& transaction,
                         std::size_t envelopes) {
  const Core::ClockReading clock = core.ReadClock();
  facts.version = kVersion;
  facts.wall_ms = clock.wall_ms;
  facts.engine_ms = clock.engine_ms;
  facts.timers_held = clock.state != ClockState::kSteady;
  facts.libraries = ListLibraries();
  HOLDFAST_ASSIGN_OR_RETURN(facts.standing, ReadStanding(transaction, clock.engine_ms));
  HOLDFAST_RETURN_IF_ERROR(EndorsedInto(facts, core, transaction));
  SampleInto(facts, transaction, envelopes);
  return absl::OkStatus();
}

absl::StatusOr<CoreConfig> ConfigureToLook(const DataDirectory& directory, const TlsIdentity& tls) {
  HOLDFAST_ASSIGN_OR_RETURN(crypto::SigningKey key, ReadPracticeKey(PracticeKeyOf(directory)));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsFacts in_use, InspectTlsIdentity(tls));
  return CoreConfig{std::move(key), {InUse(in_use)}, ""};
}

LibraryFacts Library(const char* name, std::string running, const std::string& built) {
  const bool is_same = running == built;
  return {name, std::move(running), is_same ? "" : built};
}

}  // namespace

std::vector<LibraryFacts> ListLibraries() {
  // OpenSSL keeps its promises within a release, so its security updates are welcome.
  return {Library("gRPC", grpc::Version(), GRPC_CPP_VERSION_STRING),
          Library("RocksDB", RocksDbRunning(), RocksDbBuiltWith()),
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING), ""}};
}

void TellPracticeFacts(Committer& committer,
                       const std::function<void(absl::StatusOr<std::string>)>& done) {
  const auto facts = std::make_shared<PracticeFacts>();
  facts->descriptors = CountDescriptors();
  facts->has_key = PracticeKeyHandedOver().has_value();
  const absl::Status submitted = committer.Submit(
      false,
      [facts](Core& core, Transaction& transaction) {
        return FactsOfCore(*facts, core, transaction, kSampledServing);
      },
      [facts, done](const absl::Status& outcome) {
        if (outcome.ok()) {
          done(WritePracticeFacts(*facts));
        } else {
          done(outcome);
        }
      });
  if (!submitted.ok()) done(submitted);
}

absl::StatusOr<std::unique_ptr<RocksDbStore>> OpenStopped(const DataDirectory& directory,
                                                          const TlsIdentity& tls) {
  const RocksDbOptions options{directory.database().string(), std::string(kLargeTables)};
  HOLDFAST_ASSIGN_OR_RETURN(CoreConfig to_judge, ConfigureToLook(directory, tls));
  HOLDFAST_RETURN_IF_ERROR(
      JudgeStore(directory, options, std::move(to_judge), StoreStart::kGoesOn).status());
  HOLDFAST_ASSIGN_OR_RETURN(const FoundStore found, LookForStore(options.directory));
  if (found.files == StoreFiles::kNone) {
    return Refuse(Reason::kStorageFailed, "", "nothing was stored yet: start holdfastd");
  }
  return RocksDbStore::OpenToRead(options);
}

absl::StatusOr<PracticeFacts> ReadPracticeFacts(const DataDirectory& directory,
                                                const TlsIdentity& tls) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto store, OpenStopped(directory, tls));
  HOLDFAST_ASSIGN_OR_RETURN(CoreConfig config, ConfigureToLook(directory, tls));
  const std::unique_ptr<Transaction> transaction = store->Begin();
  const SystemClock clock;
  SystemEntropy entropy;
  Core core(std::move(config), clock, entropy);
  HOLDFAST_RETURN_IF_ERROR(core.Open(*transaction));
  core.BeginBatch();
  PracticeFacts facts;
  HOLDFAST_RETURN_IF_ERROR(FactsOfCore(facts, core, *transaction, kSampledStopped));
  return facts;
}

std::string WritePracticeFacts(const PracticeFacts& facts) {
  Document document = {{"version", facts.version},
                       {"descriptors", facts.descriptors.open},
                       {"descriptors_limit", facts.descriptors.limit},
                       {"has_key", facts.has_key},
                       {"wall_ms", facts.wall_ms},
                       {"engine_ms", facts.engine_ms},
                       {"timers_held", facts.timers_held},
                       {"late_ms", facts.standing.late_ms},
                       {"missed_today", facts.standing.missed_today},
                       {"missed_yesterday", facts.standing.missed_yesterday},
                       {"sampled", facts.sampled},
                       {"findings", facts.findings},
                       {"endorsed_key", facts.endorsed_key},
                       {"endorsed_until_ms", facts.endorsed_until_ms},
                       {"libraries", Document::array()}};
  for (const LibraryFacts& library : facts.libraries) {
    document["libraries"].push_back({library.name, library.running, library.built});
  }
  return document.dump(-1, ' ', false, Document::error_handler_t::replace);
}

absl::StatusOr<PracticeFacts> ParsePracticeFacts(const std::string& line) {
  const Document document = Document::parse(line, nullptr, false);
  try {
    PracticeFacts facts;
    document.at("version").get_to(facts.version);
    document.at("descriptors").get_to(facts.descriptors.open);
    document.at("descriptors_limit").get_to(facts.descriptors.limit);
    document.at("has_key").get_to(facts.has_key);
    document.at("wall_ms").get_to(facts.wall_ms);
    document.at("engine_ms").get_to(facts.engine_ms);
    document.at("timers_held").get_to(facts.timers_held);
    document.at("late_ms").get_to(facts.standing.late_ms);
    document.at("missed_today").get_to(facts.standing.missed_today);
    document.at("missed_yesterday").get_to(facts.standing.missed_yesterday);
    document.at("sampled").get_to(facts.sampled);
    document.at("findings").get_to(facts.findings);
    document.at("endorsed_key").get_to(facts.endorsed_key);
    document.at("endorsed_until_ms").get_to(facts.endorsed_until_ms);
    for (const Document& library : document.at("libraries")) {
      facts.libraries.push_back({library.at(0), library.at(1), library.at(2)});
    }
    return facts;
  } catch (const Document::exception&) {
    return Refuse(Reason::kUnreachable, "",
                  "holdfastd answers in another way than this version: restart it");
  }
}

}  // namespace holdfast::server
