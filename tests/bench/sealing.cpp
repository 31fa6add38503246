#include "bench/sealing.h"

#include <sodium.h>

#include <functional>
#include <stdexcept>

#include "bench/meter.h"

namespace holdfast::bench {
namespace {

constexpr int kMessages = 2000;
constexpr int kMessagesQuick = 100;

double CpuUs(int times, const std::function<void()>& work) {
  const Meter meter;
  for (int i = 0; i < times; ++i) work();
  return meter.Stop().cpu_s * 1e6 / times;
}

}  // namespace

Sealing::Sealing(const Options& options)
    : messages_(options.quick ? kMessagesQuick : kMessages),
      conversation_(therapist_, client_, BondId(), crypto::PreSharedKey::Random()) {
  conversation_.Settle();
  olm_ = OlmConversation::Begin();
}

void Sealing::RoundOfOlm(const std::string& content) {
  olm_one_way_us_.push_back(CpuUs(messages_, [&] { olm_->There(content); }));
  const double there_and_back_us = CpuUs(messages_ / 2, [&] {
    olm_->There(content);
    olm_->Back(content);
  });
  olm_ping_pong_us_.push_back(there_and_back_us / 2);
}

void Sealing::Round() {
  const Bytes content = test::RandomBytes(kContentBytes);
  const auto there = [&] { conversation_.OpenByTherapist(conversation_.SealByClient(content)); };
  const auto back = [&] { conversation_.OpenByClient(conversation_.SealByTherapist(content)); };
  one_way_us_.push_back(CpuUs(messages_, there));
  const double there_and_back_us = CpuUs(messages_ / 2, [&] {
    there();
    back();
  });
  ping_pong_us_.push_back(there_and_back_us / 2);
  if (olm_) RoundOfOlm(std::string(content));

  DhKey shared;
  bool agreed = true;
  const crypto::DhPair& own = client_.identity();
  three_x25519_us_.push_back(CpuUs(messages_, [&] {
    for (int i = 0; i < 3; ++i) {
      agreed &= crypto_scalarmult(shared.data(), own.secret.data(),
                                  therapist_.identity().key.data()) == 0;
    }
  }));
  if (!agreed) throw std::runtime_error("X25519 gave no shared secret");
}

void Sealing::ReportOlm(Table& table) const {
  table.Add({"libolm, 1 KiB, one direction", "us CPU", olm_one_way_us_, {}, "AES-CBC and HMAC"});
  table.Add({"libolm, 1 KiB, ping-pong", "us CPU", olm_ping_pong_us_, {}, "its own Curve25519"});
  table.Add({"libolm's one direction against ours",
             "ratio",
             Ratios(olm_one_way_us_, one_way_us_),
             {},
             "ours seals a body and a capsule, and binds header, chain and heads"});
  table.Add({"libolm's ping-pong against ours", "ratio", Ratios(olm_ping_pong_us_, ping_pong_us_),
             Target{Target::Kind::kAtLeast, 3}, "two X25519 agreements and a key pair in each"});
}

void Sealing::Report(Table& table) const {
  table.Add({"seal + open 1 KiB, one direction",
             "us CPU",
             one_way_us_,
             {},
             "XChaCha20-Poly1305 over body and capsule, BLAKE2b, HKDF"});
  table.Add({"seal + open 1 KiB, ping-pong",
             "us CPU",
             ping_pong_us_,
             {},
             "the ratchet's step: two X25519 agreements and a key pair a message"});
  table.Add({"three X25519 operations", "us CPU", three_x25519_us_, {}, "libsodium"});
  table.Add({"ping-pong against three X25519", "ratio", Ratios(three_x25519_us_, ping_pong_us_),
             Target{Target::Kind::kAtLeast, 0.75}, "what a message costs beside its ratchet step"});
  if (olm_) ReportOlm(table);
}

}  // namespace holdfast::bench
