#include "bench/recorded_sends.h"

#include <fstream>
#include <future>

#include "bench/must.h"
#include "bench/setting.h"
#include "client/transport/peer_key.h"
#include "server/core/records/tables.h"
#include "server/rpc/server.h"
#include "server/runtime/system_world.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kConnectionsMax = 1024;

constexpr std::chrono::seconds kDrainMax{5};
// Ends by itself when every envelope has been sent.
constexpr std::chrono::minutes kRoundMax{10};

// A file beside the store, for gRPC, which reads them itself.
std::string Kept(const std::filesystem::path& directory, const char* kind,
                 const std::string& text) {
  const std::string file = directory.string() + kind;
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  return file;
}

// The parts of holdfastd that a send passes through, over a recording store.
class Practice {
 public:
  Practice(const std::filesystem::path& directory, const std::string& tls_key,
           const std::string& tls_certificate)
      : inner_(Must(
            server::RocksDbStore::Open({directory.string(), std::string(server::kLargeTables)}),
            "open a database")),
        rpc_(Must(server::RpcServer::Start({"127.0.0.1:0",
                                            {},
                                            Kept(directory, ".crt", tls_certificate),
                                            Kept(directory, ".key", tls_key),
                                            kConnectionsMax},
                                           backend_, subscribers_),
                  "listen")),
        core_(ConfigOf(tls_certificate), clock_, entropy_) {
    const std::unique_ptr<server::Transaction> transaction = store_.Begin();
    Must(core_.Open(*transaction), "open a practice");
    if (transaction->Commit() != server::CommitOutcome::kCommitted) {
      throw std::runtime_error("open a practice: not committed");
    }
  }

  void Serve() {
    committer_ = std::make_unique<server::Committer>(
        core_, store_,
        server::CommitterHooks{[](const DeviceId&) {}, [](const absl::Status&) { std::abort(); }});
    backend_.Open(*committer_, core_);
    rpc_->SetReadiness(server::Readiness::kFull);
  }

  ~Practice() {
    rpc_->Stop(kDrainMax);
    if (committer_) committer_->Drain();
  }

  std::string EnrolmentCode() {
    std::promise<absl::Status> done;
    std::string code;
    Must(committer_->Submit(
             true,
             [&](server::Core& core, server::Transaction& transaction) -> absl::Status {
               HOLDFAST_ASSIGN_OR_RETURN(code, core.AddTherapist(transaction));
               return absl::OkStatus();
             },
             [&](const absl::Status& status) { done.set_value(status); }),
         "make an enrolment code");
    Must(done.get_future().get(), "make an enrolment code");
    return code;
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(rpc_->port()); }
  RecordingStore& store() { return store_; }

 private:
  server::CoreConfig ConfigOf(const std::string& tls_certificate) const {
    server::CoreConfig config{
        crypto::SigningKey::Generate(),
        {{Must(client::KeyHashOfCertificate(tls_certificate), "read the certificate")}},
        address()};
    config.envelopes_per_day = config.bytes_per_day = ~std::uint64_t{0};
    return config;
  }

  std::unique_ptr<server::RocksDbStore> inner_;
  RecordingStore store_{*inner_};
  server::SystemClock clock_;
  server::SystemEntropy entropy_;
  server::Subscribers subscribers_;
  server::Backend backend_{[](std::size_t) {}};
  std::unique_ptr<server::RpcServer> rpc_;
  server::Core core_;
  std::unique_ptr<server::Committer> committer_;
};

}  // namespace

RecordedSends RecordSends(const std::filesystem::path& directory, const std::string& tls_key,
                          const std::string& tls_certificate, std::size_t sends) {
  Practice practice(directory, tls_key, tls_certificate);
  practice.Serve();
  People people;
  for (std::size_t i = 0; i < kPairs; ++i) {
    people.push_back(std::make_unique<Pair>(practice.EnrolmentCode()));
  }
  Lines lines = LinesOf(people, practice.address(), kPairs, sends / kPairs);
  practice.store().Record();
  RecordedSends recorded;
  recorded.sends = RunLoad(lines, kTopInFlight, kRoundMax, Supply::kOnce, 0).answered;
  recorded.batches = practice.store().TakeBatches();
  for (const Batch& batch : recorded.batches) {
    for (const Write& write : batch) {
      recorded.bytes += write.key.size() + (write.value ? write.value->size() : 0);
    }
  }
  return recorded;
}

}  // namespace holdfast::bench
