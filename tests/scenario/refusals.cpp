// Every call without a good token, or about what is not the caller's, gets a typed
// refusal and changes nothing.
#include <chrono>
#include <vector>

#include "crypto/public/login.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "support/practice_process.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

using grpc::StatusCode;

// Sooner than a subscription looks by itself.
constexpr std::chrono::seconds kAtOnce{5};

// Two bonds that know nothing of each other.
struct RefusalsSetting {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  WireDevice therapist, client, other_therapist, other_client;

  explicit RefusalsSetting(const std::string& token_seconds = "900") {
    practice.Configure("token_seconds", token_seconds);
    practice.Start();
    REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
    REQUIRE(other_therapist.Enroll(practice.EnrolmentCode()).ok());
    REQUIRE(client.Join(therapist.Invite()).ok());
    REQUIRE(other_client.Join(other_therapist.Invite()).ok());
  }
};

struct Call {
  std::string name;
  std::function<grpc::Status(const Bytes& token)> run;
};

// Every call that needs a token, each well-formed.
std::vector<Call> CallsWithToken(RefusalsSetting& fixture) {
  WireDevice& device = fixture.client;
  const auto unary = [&device](auto stub, auto method, auto request, auto response) {
    return [&device, stub, method, request, response](const Bytes& token) mutable {
      return (stub(device).*method)(CallContext(token).get(), request, &response);
    };
  };
  const auto directory = [](WireDevice& of) -> v1::Directory::Stub& {
    return of.wire().directory();
  };
  const auto mailbox = [](WireDevice& of) -> v1::Mailbox::Stub& { return of.wire().mailbox(); };
  v1::GetDevicesRequest devices;
  devices.set_account(fixture.therapist.account().str());
  v1::PublishPrekeyRequest prekey;
  *prekey.mutable_prekey() = device.registration().prekey();
  v1::HistoryRequest history;
  history.set_bond(device.bond().str());
  const v1::SendRequest send = device.Message(device.bond(), fixture.therapist.id());
  const auto subscribe = [&device](const Bytes& token) {
    const auto context = CallContext(token);
    const auto stream = device.wire().mailbox().Subscribe(context.get(), {});
    v1::SubscribeResponse page;
    while (stream->Read(&page)) CHECK(page.entries().empty());
    return stream->Finish();
  };
  const auto archive = [](WireDevice& of) -> v1::Archive::Stub& { return of.wire().archive(); };
  using Archive = v1::Archive::Stub;
  using Directory = v1::Directory::Stub;
  using Mailbox = v1::Mailbox::Stub;
  return {
      {"CreateInvitation", unary(directory, &Directory::CreateInvitation,
                                 v1::CreateInvitationRequest(), v1::CreateInvitationResponse())},
      {"WithdrawInvitation",
       unary(directory, &Directory::WithdrawInvitation, v1::WithdrawInvitationRequest(),
             v1::WithdrawInvitationResponse())},
      {"PublishPrekey",
       unary(directory, &Directory::PublishPrekey, prekey, v1::PublishPrekeyResponse())},
      {"GetDevices", unary(directory, &Directory::GetDevices, devices, v1::GetDevicesResponse())},
      {"ChangeAccount", unary(directory, &Directory::ChangeAccount, device.Replacement(),
                              v1::ChangeAccountResponse())},
      {"SuspendDevice", unary(directory, &Directory::SuspendDevice, v1::SuspendDeviceRequest(),
                              v1::SuspendDeviceResponse())},
      {"CreateLink",
       unary(directory, &Directory::CreateLink, v1::CreateLinkRequest(), v1::CreateLinkResponse())},
      {"AppendArchive", unary(archive, &Archive::AppendArchive, v1::AppendArchiveRequest(),
                              v1::AppendArchiveResponse())},
      {"ReadArchive",
       unary(archive, &Archive::ReadArchive, v1::ReadArchiveRequest(), v1::ReadArchiveResponse())},
      {"ListBonds",
       unary(directory, &Directory::ListBonds, v1::ListBondsRequest(), v1::ListBondsResponse())},
      {"Send", unary(mailbox, &Mailbox::Send, send, v1::SendResponse())},
      {"Acknowledge",
       unary(mailbox, &Mailbox::Acknowledge, v1::AcknowledgeRequest(), v1::AcknowledgeResponse())},
      {"History", unary(mailbox, &Mailbox::History, history, v1::HistoryResponse())},
      {"ReportRestore", unary(mailbox, &Mailbox::ReportRestore, v1::ReportRestoreRequest(),
                              v1::ReportRestoreResponse())},
      {"Subscribe", subscribe},
  };
}

std::size_t EntriesOf(WireDevice& device) {
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(device.Read(cursor, false, entries).ok());
  return entries.size();
}

TEST_CASE("every call without a token is refused as such", "[refusals]") {
  RefusalsSetting fixture;
  for (const Call& call : CallsWithToken(fixture)) {
    const grpc::Status status = call.run({});
    INFO(call.name << ": " << status.error_message());
    CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
    CHECK(ReasonIn(status) == "token_missing");
  }
  CHECK(EntriesOf(fixture.therapist) == 1);  // that the bond was formed
}

TEST_CASE("every call with a forged token is refused as such", "[refusals]") {
  RefusalsSetting fixture;
  Bytes altered = fixture.client.token();
  altered[5] = static_cast<char>(altered[5] ^ 1);
  for (const Call& call : CallsWithToken(fixture)) {
    for (const Bytes& token : {altered, RandomBytes(64), RandomBytes(1), Bytes(64, '\0')}) {
      const grpc::Status status = call.run(token);
      INFO(call.name << ": " << status.error_message());
      CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
      CHECK((ReasonIn(status) == "token_invalid" || ReasonIn(status) == "token_expired"));
    }
  }
}

TEST_CASE("every call with a token past its time is refused as expired", "[refusals]") {
  RefusalsSetting fixture("2");
  REQUIRE(fixture.client.LogIn().ok());
  const Bytes token = fixture.client.token();
  const auto expired = [&] {
    v1::ListBondsResponse response;
    return !fixture.client.wire()
                .directory()
                .ListBonds(CallContext(token).get(), {}, &response)
                .ok();
  };
  REQUIRE(Eventually(expired));
  for (const Call& call : CallsWithToken(fixture)) {
    const grpc::Status status = call.run(token);
    INFO(call.name << ": " << status.error_message());
    CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
    CHECK(ReasonIn(status) == "token_expired");
  }
  REQUIRE(fixture.therapist.LogIn().ok());
  CHECK(EntriesOf(fixture.therapist) == 1);  // that the bond was formed
}

TEST_CASE("the open subscription of a device that comes off its list ends at once", "[refusals]") {
  RefusalsSetting fixture;
  WireDevice& device = fixture.client;
  const auto context = CallContext(device.token());
  v1::SubscribeRequest follow;
  follow.set_follow(true);
  const auto stream = device.wire().mailbox().Subscribe(context.get(), follow);
  v1::SubscribeResponse page;
  REQUIRE(stream->Read(&page));
  REQUIRE(page.caught_up());
  const auto begin = std::chrono::steady_clock::now();
  v1::ChangeAccountResponse response;
  REQUIRE(device.wire()
              .directory()
              .ChangeAccount(CallContext(device.token()).get(), device.Replacement(), &response)
              .ok());
  CHECK_FALSE(stream->Read(&page));
  const grpc::Status end = stream->Finish();
  INFO(end.error_message());
  CHECK(ReasonIn(end) == "device_unlinked");
  CHECK(std::chrono::steady_clock::now() - begin < kAtOnce);
  v1::ListBondsResponse bonds;
  CHECK(ReasonIn(device.wire().directory().ListBonds(CallContext(device.token()).get(), {},
                                                     &bonds)) == "device_unlinked");
  CHECK(ReasonIn(device.LogIn()) == "device_unlinked");
}

TEST_CASE("a token ends with the server's life", "[refusals]") {
  RefusalsSetting fixture;
  const Bytes before = fixture.client.token();
  fixture.practice.Kill();
  fixture.practice.Start();
  REQUIRE(Eventually([&] { return fixture.client.LogIn().ok(); }));
  for (const Call& call : CallsWithToken(fixture)) {
    const grpc::Status status = call.run(before);
    INFO(call.name << ": " << status.error_message());
    CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
    CHECK((ReasonIn(status) == "token_invalid" || ReasonIn(status) == "token_expired"));
  }
}

TEST_CASE("authorization that is no bearer token at all is refused", "[refusals]") {
  RefusalsSetting fixture;
  std::vector<std::string> values = {"Basic abc", "Bearer", "Bearer zz"};
  values.emplace_back(4000, 'a').insert(0, "Bearer ");
  for (const std::string& value : values) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", value);
    v1::ListBondsResponse response;
    const grpc::Status status =
        fixture.client.wire().directory().ListBonds(&context, {}, &response);
    INFO(value.substr(0, 20) << ": " << status.error_message());
    CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
  }
}

TEST_CASE("another device's token does not speak for this device", "[refusals]") {
  RefusalsSetting fixture;
  // The other side of the same bond, under the client's name.
  v1::SendResponse response;
  const v1::SendRequest request =
      fixture.client.Message(fixture.client.bond(), fixture.therapist.id());
  grpc::Status status = fixture.therapist.wire().mailbox().Send(
      CallContext(fixture.therapist.token()).get(), request, &response);
  CHECK(status.error_code() == StatusCode::PERMISSION_DENIED);
  CHECK(ReasonIn(status) == "not_permitted");
  // A stranger's token with a true envelope of this bond.
  status = fixture.client.wire().mailbox().Send(CallContext(fixture.other_client.token()).get(),
                                                request, &response);
  CHECK_FALSE(status.ok());
  CHECK((ReasonIn(status) == "unknown_bond" || ReasonIn(status) == "not_permitted"));
  CHECK(EntriesOf(fixture.therapist) == 1);

  v1::PublishPrekeyRequest prekey;
  *prekey.mutable_prekey() = fixture.client.registration().prekey();
  v1::PublishPrekeyResponse published;
  status = fixture.client.wire().directory().PublishPrekey(
      CallContext(fixture.other_client.token()).get(), prekey, &published);
  INFO(status.error_message());
  CHECK_FALSE(status.ok());
  CHECK_FALSE(ReasonIn(status).empty());
}

TEST_CASE("another bond's id is as unknown as one that nobody has", "[refusals]") {
  RefusalsSetting fixture;
  WireDevice& client = fixture.client;
  const BondId nobodys = BondId::From(RandomBytes(16), "bond").value();
  std::vector<std::string> answers;
  for (const BondId& bond : {fixture.other_client.bond(), nobodys}) {
    v1::SendResponse sent;
    grpc::Status status = client.Send(client.Message(bond, fixture.other_therapist.id()), sent);
    CHECK(status.error_code() == StatusCode::NOT_FOUND);
    CHECK(ReasonIn(status) == "unknown_bond");
    answers.push_back(status.error_message());
    v1::HistoryRequest request;
    request.set_bond(bond.str());
    v1::HistoryResponse history;
    status = client.wire().mailbox().History(CallContext(client.token()).get(), request, &history);
    CHECK(status.error_code() == StatusCode::NOT_FOUND);
    CHECK(ReasonIn(status) == "unknown_bond");
    answers.push_back(status.error_message());
  }
  // No difference to learn from.
  CHECK(answers[0] == answers[2]);
  CHECK(answers[1] == answers[3]);
  for (const AccountKey& account :
       {fixture.other_client.account(), crypto::SigningKey::Generate().public_key<AccountKey>()}) {
    v1::GetDevicesRequest request;
    request.set_account(account.str());
    v1::GetDevicesResponse devices;
    const grpc::Status status =
        client.wire().directory().GetDevices(CallContext(client.token()).get(), request, &devices);
    CHECK(status.error_code() == StatusCode::NOT_FOUND);
    CHECK(ReasonIn(status) == "unknown_account");
  }
}

TEST_CASE("a client cannot invite, and a therapist only in its own name", "[refusals]") {
  RefusalsSetting fixture;
  CHECK_THROWS(fixture.client.Invite());
  const std::string invitation = fixture.therapist.Invite();
  // Deposited by another therapist: not their signature.
  const auto decoded = crypto::DecodeInvitation(invitation);
  REQUIRE(decoded.ok());
  v1::GetInvitationRequest lookup;
  lookup.set_lookup_id(crypto::DeriveInvitationKeys(*decoded).lookup.str());
  v1::GetInvitationResponse found;
  REQUIRE(
      fixture.therapist.wire().directory().GetInvitation(CallContext().get(), lookup, &found).ok());
  v1::CreateInvitationRequest again;
  *again.mutable_invitation() = found.invitation();
  v1::CreateInvitationResponse response;
  const grpc::Status status = fixture.other_therapist.wire().directory().CreateInvitation(
      CallContext(fixture.other_therapist.token()).get(), again, &response);
  INFO(status.error_message());
  CHECK_FALSE(status.ok());
  CHECK_FALSE(ReasonIn(status).empty());
}

TEST_CASE("a login counts once, for this practice, this connection and this minute", "[refusals]") {
  RefusalsSetting fixture;
  WireDevice& client = fixture.client;
  const auto challenge = [&] {
    v1::ChallengeResponse response;
    REQUIRE(client.wire().login().Challenge(CallContext().get(), {}, &response).ok());
    return response.nonce();
  };
  const auto answer = [&](const v1::AuthenticateRequest& request) {
    v1::AuthenticateResponse response;
    return client.wire().login().Authenticate(CallContext().get(), request, &response);
  };
  const TlsKeyHash key = client.wire().tls_key();
  const v1::AuthenticateRequest good = client.Login(challenge(), key);
  REQUIRE(answer(good).ok());
  std::vector<v1::AuthenticateRequest> refused;
  refused.push_back(good);                                     // replayed
  refused.push_back(client.Login(RandomBytes(48), key));       // a nonce nobody gave
  refused.push_back(client.Login(challenge(), TlsKeyHash()));  // relayed
  refused.push_back(WireDevice().Login(challenge(), key));     // unknown device
  refused.push_back(client.Login(challenge(), key));           // altered
  (*refused.back().mutable_login()->mutable_signature())[3] ^= 1;
  std::string message;
  for (const v1::AuthenticateRequest& request : refused) {
    const grpc::Status status = answer(request);
    INFO(status.error_message());
    CHECK(status.error_code() == StatusCode::UNAUTHENTICATED);
    CHECK(ReasonIn(status) == "login_refused");
    if (message.empty()) message = status.error_message();
    CHECK(status.error_message() == message);
  }
}

}  // namespace
}  // namespace holdfast::test
