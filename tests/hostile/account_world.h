// Two people with something written, whose practice is malicious, and a device that is to become
// one of the client's.
#pragma once

#include <algorithm>

#include "crypto/link_code.h"
#include "crypto/public/device.h"
#include "crypto/recovery_code.h"
#include "hostile/hostile_practice.h"
#include "support/wire_device.h"

namespace holdfast::test {

struct AccountWorld {
  AccountWorld() {
    practice.Start();
    middleman = std::make_unique<Middleman>(practice);
    therapist_code = therapist.Enroll(Readdressed(practice.EnrolmentCode(), middleman->address()))
                         .at("recovery_code");
    client_code =
        client.Join(Readdressed(therapist.Invite(), middleman->address())).at("recovery_code");
    therapist.Sync();
    client.CheckIn("first");
    client.CheckIn("second");
    therapist.Sync();
    therapist.Do({"send", "--text", "I am here"});
    client.Sync();
  }
  Json MakeLink() {
    return client.Do({"devices", "invite", "--recovery-code-file", "-"}, client_code);
  }
  Outcome Link(const std::string& link) { return fresh.Try({"link", "--code-file", "-"}, link); }
  Outcome Recover(const std::string& code) {
    return fresh.Try({"recover", "--practice", middleman->address(), "--code-file", "-"}, code);
  }
  bool WasAsked(const std::string& call) const {
    const auto calls = middleman->calls();
    return std::ranges::find(calls, call) != calls.end();
  }
  void Do(const Tamper& tamper) { middleman->Set(tamper); }
  void Honest() { middleman->Set({}); }
  // The account as its code opens it, in the hand of somebody who has it.
  crypto::SealedAccount OpenClient() {
    const crypto::RecoveryKeys keys =
        crypto::DeriveRecoveryKeys(crypto::DecodeRecoveryCode(client_code).value());
    v1::GetRecoveryRequest request;
    request.set_lookup_id(keys.lookup.str());
    request.set_token(Bytes(keys.token.Expose()));
    WireChannel channel(practice.address());
    grpc::ClientContext context;
    v1::NewDeviceResponse shown;
    REQUIRE(channel.directory().GetRecovery(&context, request, &shown).ok());
    const auto stated = crypto::DecodeAccount(shown.account().statement());
    REQUIRE(stated.ok());
    auto opened = crypto::OpenAccount(keys.account, shown.sealed_account(), stated->account);
    REQUIRE(opened.ok());
    return *std::move(opened);
  }

  TempDir files;
  PracticeProcess practice{files / "practice"};
  Person therapist{files / "therapist"};
  Person client{files / "client"};
  Person fresh{files / "fresh"};
  std::unique_ptr<Middleman> middleman;
  std::string therapist_code;
  std::string client_code;
};

}  // namespace holdfast::test
