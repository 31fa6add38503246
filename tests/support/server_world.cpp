#include "support/server_world.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "crypto/public/enrolment_code.h"
#include "crypto/public/hash.h"
#include "crypto/public/invitation_statement.h"
#include "crypto/public/login.h"
#include "rules/codec.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

constexpr std::uint32_t kPrekeyId = 1;
constexpr std::size_t kBodyBytes = limits::kBucketBytes.front() + limits::kBodyOverheadBytes;

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "test fixture: " << status << std::endl;
  std::abort();
}

template <class Id>
Id DrawId(Entropy& entropy) {
  return Id::From(entropy.Draw(Id::size), "id").value();
}

}  // namespace

Bytes FakeEntropy::Draw(std::size_t bytes) {
  const auto drawn = crypto::Hkdf("", Encoder().U64(++drawn_).bytes(), "test entropy", bytes);
  return Bytes(drawn.Expose());
}

v1::SignedStatement Carried(const crypto::Signed& from) {
  v1::SignedStatement to;
  to.set_statement(from.statement);
  to.set_signature(from.signature);
  return to;
}

ServerWorld::ServerWorld() {
  Must(crypto::Initialise());
  practice_seed = crypto::SigningSeed::From(entropy.Draw(32), "seed").value();
  practice = crypto::SigningKey(practice_seed.Clone()).public_key<PracticeKey>();
  tls_key = DrawId<TlsKeyHash>(entropy);
  Restart();
}

MemoryStore::Rows ServerWorld::RowsButClock() const {
  MemoryStore::Rows rows = store.rows();
  rows.erase(keys::EngineClock());
  return rows;
}

void ServerWorld::Restart() {
  store.Crash();
  CoreConfig config{crypto::SigningKey(practice_seed.Clone()), {{tls_key}}, "practice.test:1"};
  core = std::make_unique<Core>(std::move(config), clock, entropy);
  const auto transaction = store.Begin();
  Must(core->Open(*transaction));
  if (transaction->Commit() != CommitOutcome::kCommitted) std::abort();
}

std::vector<absl::Status> ServerWorld::RunBatch(const std::vector<Ask>& asks) {
  core->BeginBatch();
  const auto transaction = store.Begin();
  auto timers = core->FireTimers(*transaction, timers_max);
  Must(timers.status());
  fired = *std::move(timers);
  std::vector<absl::Status> outcomes;
  for (const Ask& ask : asks) {
    outcomes.push_back(core->Attempt(*transaction, [&] { return ask(*core, *transaction); }));
  }
  Must(core->SealBatch(*transaction));
  if (transaction->Commit() != CommitOutcome::kCommitted) std::abort();
  wakes = core->TakeWakes();
  return outcomes;
}

void ServerWorld::Pass(std::uint64_t ms) {
  const std::uint64_t until_ms = clock.boot_ms + ms;
  FireDue();
  while (clock.boot_ms < until_ms) {
    core->BeginBatch();
    const auto delay_ms = core->NextDue(*store.Begin());
    Must(delay_ms.status());
    clock.Advance(std::min(*delay_ms, until_ms - clock.boot_ms));
    FireDue();
  }
}

void ServerWorld::FireDue() {
  constexpr int kBatchesMax = 10'000;
  for (int i = 0; i < kBatchesMax; ++i) {
    RunBatch({});
    if (fired.count == 0) return;
  }
  std::abort();
}

crypto::SigningKey ServerWorld::DrawKey() {
  return crypto::SigningKey(crypto::SigningSeed::From(entropy.Draw(32), "seed").value());
}

TestDevice ServerWorld::MakeDevice() {
  TestDevice device{DrawKey(), DrawKey(), {}, {}, {}, {}, {}, {}};
  device.account = device.account_key.public_key<AccountKey>();
  device.certificate = {device.account, device.device_key.public_key<DeviceKey>(),
                        DrawId<DhKey>(entropy), clock.wall_ms};
  device.id = crypto::DeviceIdOf(device.certificate);
  const crypto::Signed list = crypto::SignDeviceList(
      device.account_key, {device.account, 1, Hash(), clock.wall_ms, {device.id}});
  device.list_hash = crypto::DeviceListHash(list.statement);
  v1::Registration& registration = device.registration;
  *registration.mutable_list() = Carried(list);
  *registration.mutable_certificate() =
      Carried(crypto::SignCertificate(device.account_key, device.certificate));
  *registration.mutable_prekey() = Carried(MakePrekey(device, kPrekeyId));
  registration.set_recovery_lookup(entropy.Draw(LookupId::size));
  registration.set_recovery_authentication_hash(entropy.Draw(Hash::size));
  registration.set_sealed_account_key(entropy.Draw(73));
  return device;
}

crypto::Signed ServerWorld::MakePrekey(const TestDevice& device, std::uint32_t id) {
  return crypto::SignPrekey(device.device_key, {device.id, id, DrawId<DhKey>(entropy),
                                                clock.wall_ms, 1, device.list_hash});
}

Bytes ServerWorld::AddTherapist() {
  Bytes token;
  Must(Run([&](Core& the_core, Transaction& transaction) {
    const auto text = the_core.AddTherapist(transaction);
    Must(text.status());
    const crypto::EnrolmentCode code = crypto::DecodeEnrolmentCode(*text).value();
    token = Bytes(crypto::EnrolmentToken(code.secret).Expose());
    return absl::OkStatus();
  }));
  return token;
}

v1::EnrollTherapistRequest ServerWorld::Enrolment(const TestDevice& device,
                                                  const Bytes& token) const {
  v1::EnrollTherapistRequest request;
  request.set_enrolment_token(token);
  *request.mutable_registration() = device.registration;
  return request;
}

TestDevice ServerWorld::EnrolledTherapist() {
  TestDevice therapist = MakeDevice();
  const v1::EnrollTherapistRequest request = Enrolment(therapist, AddTherapist());
  Must(Run([&](Core& the_core, Transaction& transaction) {
    v1::EnrollTherapistResponse response;
    return the_core.EnrollTherapist(transaction, request, response);
  }));
  LogIn(therapist);
  return therapist;
}

v1::SignedStatement ServerWorld::MakeInvitation(const TestDevice& therapist,
                                                std::uint64_t expires_in_ms) {
  return Carried(crypto::SignInvitationStatement(
      therapist.device_key, {practice, DrawId<LookupId>(entropy), DrawId<BondId>(entropy),
                             therapist.account, therapist.id, clock.wall_ms + expires_in_ms}));
}

v1::SignedStatement ServerWorld::MakeWithdrawal(const TestDevice& therapist,
                                                const v1::SignedStatement& invitation) {
  const auto stated = crypto::DecodeInvitationStatement(invitation.statement()).value();
  return Carried(crypto::SignInvitationWithdrawal(
      therapist.device_key,
      {stated.practice, stated.lookup, stated.therapist, stated.device, clock.wall_ms}));
}

v1::RedeemInvitationRequest ServerWorld::Redemption(const v1::SignedStatement& invitation,
                                                    const TestDevice& client) const {
  const auto stated = crypto::DecodeInvitationStatement(invitation.statement()).value();
  v1::RedeemInvitationRequest request;
  *request.mutable_invitation() = invitation;
  *request.mutable_registration() = client.registration;
  request.set_answer(crypto::EncodeInvitationAnswer(
      {practice, stated.bond, stated.therapist, client.account, client.list_hash, clock.wall_ms}));
  request.set_answer_mac(Bytes(Mac::size, 'm'));
  return request;
}

TestBond ServerWorld::FormBond(TestDevice therapist) {
  TestBond bond{{}, std::move(therapist), MakeDevice(), {}, {}};
  const v1::SignedStatement invitation = MakeInvitation(bond.therapist);
  bond.id = crypto::DecodeInvitationStatement(invitation.statement()).value().bond;
  bond.redemption = Redemption(invitation, bond.client);
  const auto outcomes = RunBatch(
      {[&](Core& the_core, Transaction& transaction) {
         v1::CreateInvitationRequest request;
         *request.mutable_invitation() = invitation;
         v1::CreateInvitationResponse response;
         return the_core.CreateInvitation(transaction, bond.therapist.caller(), request, response);
       },
       [&](Core& the_core, Transaction& transaction) {
         return the_core.RedeemInvitation(transaction, bond.redemption, bond.redeemed);
       }});
  for (const absl::Status& outcome : outcomes) Must(outcome);
  LogIn(bond.client);
  return bond;
}

v1::SignedStatement ServerWorld::MakeLogin(const TestDevice& device, std::uint64_t generation) {
  v1::ChallengeResponse challenge;
  Must(Run([&](Core& the_core, Transaction& transaction) {
    return the_core.Challenge(transaction, {}, challenge);
  }));
  return Carried(
      crypto::SignLogin(device.device_key, {practice, tls_key, device.account, device.id,
                                            LoginNonce::From(challenge.nonce(), "nonce").value(),
                                            challenge.expires_at_ms(), generation}));
}

void ServerWorld::LogIn(const TestDevice& device) {
  v1::AuthenticateRequest request;
  *request.mutable_login() = MakeLogin(device);
  v1::AuthenticateResponse response;
  Must(Run([&](Core& the_core, Transaction& transaction) {
    return the_core.Authenticate(transaction, request, response);
  }));
  device.token = response.token();
}

Header ServerWorld::MakeHeader(const TestBond& bond, const TestDevice& sender, Kind kind) {
  Header header;
  header.bond = bond.id;
  header.envelope = DrawId<EnvelopeId>(entropy);
  header.sender_account = sender.account;
  header.sender_device = sender.id;
  header.kind = kind;
  header.sent_at_ms = clock.wall_ms;
  header.body_bytes = kBodyBytes;
  header.sender_list_version = 1;
  header.receiver_list_version = 1;
  return header;
}

v1::SendRequest ServerWorld::MakeSend(const TestBond& bond, const TestDevice& sender,
                                      const Header& header) {
  const TestDevice& receiver = sender.id == bond.client.id ? bond.therapist : bond.client;
  v1::SendRequest request;
  request.set_header(EncodeHeader(header));
  request.set_body(entropy.Draw(kBodyBytes));
  v1::Capsule& capsule = *request.add_capsules();
  capsule.set_device(receiver.id.str());
  capsule.set_sealed(entropy.Draw(300));
  return request;
}

absl::Status ServerWorld::Send(const TestDevice& sender, const v1::SendRequest& request,
                               v1::SendResponse& response) {
  return Run([&](Core& the_core, Transaction& transaction) {
    return the_core.Send(transaction, sender.caller(), request, response);
  });
}

absl::StatusOr<v1::SubscribeResponse> ServerWorld::Read(const TestDevice& device,
                                                        const v1::Cursor& cursor) {
  v1::SubscribeRequest request;
  *request.mutable_cursor() = cursor;
  v1::SubscribeResponse response;
  DeviceId whose;
  HOLDFAST_RETURN_IF_ERROR(Run([&](Core& the_core, Transaction& transaction) {
    return the_core.ReadMailbox(transaction, device.caller(), request, whose, response);
  }));
  if (whose != device.id) std::abort();
  return response;
}

std::vector<v1::Entry> ServerWorld::ReadAll(const TestDevice& device, v1::Cursor cursor) {
  constexpr int kPagesMax = 10'000;
  std::vector<v1::Entry> entries;
  for (int page = 0; page < kPagesMax; ++page) {
    const auto response = Read(device, cursor);
    Must(response.status());
    entries.insert(entries.end(), response->entries().begin(), response->entries().end());
    if (response->caught_up()) break;
    cursor = response->cursor();
  }
  return entries;
}

absl::Status ServerWorld::Acknowledge(const TestDevice& device, const v1::Cursor& cursor) {
  v1::AcknowledgeRequest request;
  *request.mutable_cursor() = cursor;
  return Run([&](Core& the_core, Transaction& transaction) {
    v1::AcknowledgeResponse response;
    return the_core.Acknowledge(transaction, device.caller(), request, response);
  });
}

}  // namespace holdfast::server
