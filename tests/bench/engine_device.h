// A device whose engine runs in this process, with the product's own transport.
#pragma once

#include <memory>
#include <string>

#include "bench/must.h"
#include "client/core/engine.h"
#include "client/core/outside/vault_storage.h"
#include "client/host/loop.h"
#include "client/host/system_world.h"
#include "client/host/zone_file.h"
#include "client/transport/grpc_transport.h"

namespace holdfast::bench {

class EngineDevice {
 public:
  EngineDevice(std::unique_ptr<client::VaultStorage> storage, crypto::VaultKey key)
      : storage_(std::move(storage)), transport_(loop_) {
    engine_ = Must(client::Engine::Open(std::move(key),
                                        {*storage_, transport_, clock_, loop_, entropy_, &zones_}),
                   "open a vault");
  }
  ~EngineDevice() { engine_.reset(); }
  EngineDevice(const EngineDevice&) = delete;
  EngineDevice& operator=(const EngineDevice&) = delete;

  client::Engine& engine() { return *engine_; }
  std::uint64_t now_ms() const { return clock_.WallMs(); }

  void Enroll(const std::string& code) {
    Await<client::Enrolled>([&](auto done) { engine_->Enroll(code, std::move(done)); });
  }
  void Join(const std::string& invitation) {
    Await<client::Enrolled>([&](auto done) { engine_->Join(invitation, std::move(done)); });
  }
  std::string Invite(const std::string& label) {
    return Await<std::string>(
        [&](auto done) { engine_->Invite(label, limits::kInvitationMs, std::move(done)); });
  }
  void Sync() {
    Await<client::SyncReport>([&](auto done) { engine_->Sync(std::move(done)); });
  }

 private:
  static constexpr std::uint64_t kAnswerMsMax = 60'000;

  template <class Result>
  Result Await(const std::function<void(client::Done<Result>)>& begin) {
    const auto answer = std::make_shared<std::optional<absl::StatusOr<Result>>>();
    begin([answer](absl::StatusOr<Result> result) { *answer = std::move(result); });
    if (!loop_.RunUntil([&] { return answer->has_value(); }, kAnswerMsMax)) {
      throw std::runtime_error("the practice does not answer");
    }
    return Must(std::move(**answer), "ask the practice");
  }

  client::Loop loop_;
  client::SystemClock clock_;
  client::SystemEntropy entropy_;
  client::ZoneFolder zones_{client::kZoneFolder};
  std::unique_ptr<client::VaultStorage> storage_;
  client::GrpcTransport transport_;
  std::unique_ptr<client::Engine> engine_;
};

}  // namespace holdfast::bench
