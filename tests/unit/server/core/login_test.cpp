// A login is by a listed device, for this practice, over its TLS key, once.
#include "crypto/public/login.h"

#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

absl::Status Authenticate(ServerWorld& world, const v1::SignedStatement& login,
                          v1::AuthenticateResponse* out = nullptr) {
  v1::AuthenticateRequest request;
  *request.mutable_login() = login;
  v1::AuthenticateResponse response;
  const absl::Status status = world.Run([&](Core& core, Transaction& transaction) {
    return core.Authenticate(transaction, request, response);
  });
  if (out != nullptr) *out = response;
  return status;
}

absl::Status ListBonds(ServerWorld& world, const Bytes& token) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::ListBondsResponse response;
    return core.ListBonds(transaction, {token}, {}, response);
  });
}

}  // namespace

TEST_CASE("a login gives a token that is good for fifteen minutes, whatever the clock is set to") {
  ServerWorld world;
  TestDevice therapist = world.EnrolledTherapist();
  CHECK(ListBonds(world, therapist.token).ok());
  world.clock.wall_ms += limits::kDayMs;
  CHECK(ListBonds(world, therapist.token).ok());
  world.clock.Advance(limits::kTokenMs - 1);
  CHECK(ListBonds(world, therapist.token).ok());
  world.clock.Advance(1);
  CHECK(ReasonOf(ListBonds(world, therapist.token)) == Reason::kTokenExpired);
}

TEST_CASE("a token dies with the process, and is refused when a bit of it is changed") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  for (std::size_t i = 0; i < therapist.token.size(); ++i) {
    Bytes token = therapist.token;
    token[i] ^= 1;
    CHECK(ReasonOf(ListBonds(world, token)) == Reason::kTokenInvalid);
  }
  CHECK(ReasonOf(ListBonds(world, "")) == Reason::kTokenMissing);
  CHECK(ReasonOf(ListBonds(world, "short")) == Reason::kTokenInvalid);
  world.Restart();
  CHECK(ReasonOf(ListBonds(world, therapist.token)) == Reason::kTokenInvalid);
}

TEST_CASE("a nonce is good for one login") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const v1::SignedStatement login = world.MakeLogin(therapist);
  CHECK(Authenticate(world, login).ok());
  CHECK(ReasonOf(Authenticate(world, login)) == Reason::kLoginRefused);
  // Also within one batch.
  v1::AuthenticateRequest request;
  *request.mutable_login() = world.MakeLogin(therapist);
  const ServerWorld::Ask ask = [&](Core& core, Transaction& transaction) {
    v1::AuthenticateResponse response;
    return core.Authenticate(transaction, request, response);
  };
  const auto outcomes = world.RunBatch({ask, ask});
  CHECK(outcomes[0].ok());
  CHECK(ReasonOf(outcomes[1]) == Reason::kLoginRefused);
}

TEST_CASE("a nonce expires after a minute") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const v1::SignedStatement login = world.MakeLogin(therapist);
  world.clock.boot_ms += limits::kLoginNonceMs;
  CHECK(ReasonOf(Authenticate(world, login)) == Reason::kLoginRefused);
}

TEST_CASE("a batch that is run again may use its nonces again") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  v1::AuthenticateRequest request;
  *request.mutable_login() = world.MakeLogin(therapist);
  world.core->BeginBatch();
  {
    const auto lost = world.store.Begin();
    v1::AuthenticateResponse response;
    REQUIRE(world.core->Authenticate(*lost, request, response).ok());
  }
  CHECK(Authenticate(world, request.login()).ok());
}

TEST_CASE("every refused login has one and the same answer, and changes nothing") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const TestDevice stranger = world.MakeDevice();
  const MemoryStore::Rows rows = world.rows();

  std::vector<v1::SignedStatement> logins;
  const auto changed = [&](auto change, const TestDevice& signer) {
    const v1::SignedStatement good = world.MakeLogin(therapist);
    crypto::LoginStatement login = crypto::DecodeLogin(good.statement()).value();
    change(login);
    logins.push_back(Carried(crypto::SignLogin(signer.device_key, login)));
  };
  using Login = crypto::LoginStatement;
  changed([](Login& login) { login.practice = PracticeKey(); }, therapist);
  changed([](Login& login) { login.tls_key = TlsKeyHash(); }, therapist);
  changed([&](Login& login) { login.account = stranger.account; }, therapist);
  changed([&](Login& login) { login.device = stranger.id; }, therapist);
  changed([](Login& login) { login.nonce = LoginNonce(); }, therapist);
  changed([](Login& login) { login.expires_at_ms += limits::kHourMs; }, therapist);
  changed([](Login& login) { login.expires_at_ms -= limits::kHourMs; }, therapist);
  changed([](Login&) {}, stranger);
  logins.push_back(world.MakeLogin(stranger));

  const absl::Status expected = Authenticate(world, logins.front());
  for (const v1::SignedStatement& login : logins) {
    const absl::Status status = Authenticate(world, login);
    CHECK(ReasonOf(status) == Reason::kLoginRefused);
    CHECK(status == expected);
  }
  CHECK(world.rows() == rows);
}

TEST_CASE("a login is answered with the device's highest vault generation so far") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  v1::AuthenticateResponse high, low;
  const v1::SignedStatement newest = world.MakeLogin(therapist, 9);
  REQUIRE(Authenticate(world, newest, &high).ok());
  CHECK(high.highest_login().statement() == newest.statement());
  REQUIRE(Authenticate(world, world.MakeLogin(therapist, 4), &low).ok());
  CHECK(low.highest_login().statement() == newest.statement());
  world.Restart();
  REQUIRE(Authenticate(world, world.MakeLogin(therapist, 4), &low).ok());
  CHECK(low.highest_login().statement() == newest.statement());
}

TEST_CASE("one device's logins leave room for everybody else's, and come back by themselves") {
  ServerWorld world;
  const TestDevice eager = world.EnrolledTherapist();  // its first login
  const TestDevice other = world.EnrolledTherapist();
  for (std::size_t i = 1; i < kUsedNoncesOfDeviceMax; ++i) {
    REQUIRE(Authenticate(world, world.MakeLogin(eager)).ok());
  }
  const absl::Status refused = Authenticate(world, world.MakeLogin(eager));
  CHECK(ReasonOf(refused) == Reason::kServerBusy);
  CHECK(RetryAfterMs(refused) > 0);
  CHECK(Authenticate(world, world.MakeLogin(other)).ok());
  world.clock.Advance(limits::kLoginNonceMs);
  CHECK(Authenticate(world, world.MakeLogin(eager)).ok());
}

TEST_CASE("one device's logins in one batch are counted together") {
  ServerWorld world;
  const TestDevice eager = world.EnrolledTherapist();
  world.clock.Advance(limits::kLoginNonceMs);
  std::vector<v1::AuthenticateRequest> requests(kUsedNoncesOfDeviceMax + 1);
  std::vector<v1::AuthenticateResponse> responses(requests.size());
  std::vector<ServerWorld::Ask> asks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    *requests[i].mutable_login() = world.MakeLogin(eager);
    asks.push_back([&, i](Core& core, Transaction& transaction) {
      return core.Authenticate(transaction, requests[i], responses[i]);
    });
  }
  const auto outcomes = world.RunBatch(asks);
  for (std::size_t i = 0; i < kUsedNoncesOfDeviceMax; ++i) CHECK(outcomes[i].ok());
  CHECK(ReasonOf(outcomes.back()) == Reason::kServerBusy);
}

}  // namespace holdfast::server
