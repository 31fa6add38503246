#include "bench/engine/engine_practice.h"

#include <cstdlib>

#include "bench/must.h"
#include "crypto/public/login.h"
#include "server/core/records/tables.h"

namespace holdfast::bench {
namespace {

server::CoreConfig ConfigOf(const server::ServerWorld& world) {
  server::CoreConfig config{
      crypto::SigningKey(world.practice_seed.Clone()), {{world.tls_key}}, "practice.test:1"};
  // A load is many days' worth of a few people.
  config.envelopes_per_day = config.bytes_per_day = ~std::uint64_t{0};
  return config;
}

}  // namespace

std::unique_ptr<server::RocksDbStore> OpenDatabase(const std::filesystem::path& directory) {
  return Must(server::RocksDbStore::Open({directory.string(), std::string(server::kLargeTables)}),
              "open a database");
}

void RunAlone(server::Core& core, server::Store& store, const server::Request& request) {
  core.BeginBatch();
  const std::unique_ptr<server::Transaction> transaction = store.Begin();
  Must(request(core, *transaction), "run a request");
  Must(core.SealBatch(*transaction), "seal a batch");
  if (transaction->Commit() != server::CommitOutcome::kCommitted) {
    throw std::runtime_error("a batch was not committed");
  }
  core.TakeWakes();
}

EnginePractice::EnginePractice(const server::ServerWorld& world, server::Store& store,
                               std::uint64_t at_ms)
    : store_(store),
      clock_(at_ms),
      practice_(world.practice),
      tls_key_(world.tls_key),
      core_(ConfigOf(world), clock_, entropy_) {
  const std::unique_ptr<server::Transaction> transaction = store_.Begin();
  Must(core_.Open(*transaction), "open a practice");
  if (transaction->Commit() != server::CommitOutcome::kCommitted) {
    throw std::runtime_error("a practice was not opened");
  }
}

EnginePractice::~EnginePractice() = default;

void EnginePractice::LogIn(const server::TestDevice& device) {
  RunAlone(core_, store_, [&](server::Core& core, server::Transaction& transaction) {
    return LogInTo(core, transaction, practice_, tls_key_, device);
  });
}

server::Committer& EnginePractice::Serve() {
  committer_ = std::make_unique<server::Committer>(
      core_, store_, server::CommitterHooks{nullptr, [](const absl::Status&) { std::abort(); }});
  return *committer_;
}

absl::Status LogInTo(server::Core& core, server::Transaction& transaction,
                     const PracticeKey& practice, const TlsKeyHash& tls_key,
                     const server::TestDevice& device) {
  v1::ChallengeResponse challenge;
  HOLDFAST_RETURN_IF_ERROR(core.Challenge(transaction, {}, challenge));
  HOLDFAST_ASSIGN_OR_RETURN(const auto nonce, LoginNonce::From(challenge.nonce(), "nonce"));
  v1::AuthenticateRequest request;
  *request.mutable_login() = server::Carried(crypto::SignLogin(
      device.device_key,
      {practice, tls_key, device.account, device.id, nonce, challenge.expires_at_ms(), 1}));
  v1::AuthenticateResponse response;
  HOLDFAST_RETURN_IF_ERROR(core.Authenticate(transaction, request, response));
  device.token = response.token();
  return absl::OkStatus();
}

}  // namespace holdfast::bench
