// Bad input changes nothing and stops nobody: whatever arrives, the practice
// answers with a typed refusal and goes on serving.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <random>

#include "rules/limits.h"
#include "support/catch.h"
#include "support/practice_process.h"
#include "support/tcp_proxy.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

constexpr int kRandomRequests = 3000;

const char* const kMethods[] = {"/holdfast.v1.Practice/Describe",
                                "/holdfast.v1.Login/Challenge",
                                "/holdfast.v1.Login/Authenticate",
                                "/holdfast.v1.Directory/EnrollTherapist",
                                "/holdfast.v1.Directory/CreateInvitation",
                                "/holdfast.v1.Directory/WithdrawInvitation",
                                "/holdfast.v1.Directory/GetInvitation",
                                "/holdfast.v1.Directory/RedeemInvitation",
                                "/holdfast.v1.Directory/PublishPrekey",
                                "/holdfast.v1.Directory/GetDevices",
                                "/holdfast.v1.Directory/ChangeAccount",
                                "/holdfast.v1.Directory/SuspendDevice",
                                "/holdfast.v1.Directory/CreateLink",
                                "/holdfast.v1.Directory/GetLink",
                                "/holdfast.v1.Directory/GetRecovery",
                                "/holdfast.v1.Archive/AppendArchive",
                                "/holdfast.v1.Archive/ReadArchive",
                                "/holdfast.v1.Directory/ListBonds",
                                "/holdfast.v1.Mailbox/Send",
                                "/holdfast.v1.Mailbox/Acknowledge",
                                "/holdfast.v1.Mailbox/History",
                                "/holdfast.v1.Mailbox/ReportRestore",
                                "/holdfast.v1.Mailbox/Subscribe",
                                "/holdfast.v1.Mailbox/NoSuchCall"};

// One call by name, with these bytes as its message.
grpc::Status CallRaw(WireChannel& wire, const std::string& method, const Bytes& message,
                     const Bytes& token, Bytes* answer = nullptr) {
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub(
      std::shared_ptr<grpc::ChannelInterface>(wire.channel()));
  const auto context = CallContext(token);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(message);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(context.get(), method, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.ok() && answer != nullptr) {
    std::vector<grpc::Slice> slices;
    response.Dump(&slices);
    for (const grpc::Slice& piece : slices) {
      answer->append(reinterpret_cast<const char*>(piece.begin()), piece.size());
    }
  }
  return status;
}

bool IsServing(WireChannel& wire) {
  Bytes answer;
  const grpc::Status status = CallRaw(wire, "/grpc.health.v1.Health/Check", {}, {}, &answer);
  return status.ok() && answer == "\x08\x01";  // status: SERVING
}

struct MalformedSetting {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  WireDevice therapist, client;

  MalformedSetting() {
    practice.Start();
    REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
    REQUIRE(client.Join(therapist.Invite()).ok());
  }
  v1::SendRequest Message() const { return client.Message(client.bond(), therapist.id()); }
  void CheckUnharmed() {
    CHECK(practice.running());
    CHECK(IsServing(client.wire()));
    v1::SendResponse response;
    CHECK(client.Send(Message(), response).ok());
    CHECK(therapist.LogIn().ok());
  }
};

Bytes Mutated(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return random() % end; };
  switch (below(4)) {
    case 0:
      for (std::size_t i = 0; i <= below(8) && !bytes.empty(); ++i) {
        bytes[below(bytes.size())] = static_cast<char>(random());
      }
      return bytes;
    case 1:
      return bytes.substr(0, below(bytes.size() + 1));
    case 2:
      return bytes.insert(below(bytes.size() + 1), RandomBytes(below(64)));
    default:
      return RandomBytes(below(300));
  }
}

TEST_CASE("thousands of random and damaged requests leave the practice serving", "[malformed]") {
  MalformedSetting fixture;
  std::mt19937 random(7);
  v1::EnrollTherapistRequest enroll;
  enroll.set_enrolment_token(RandomBytes(32));
  *enroll.mutable_registration() = fixture.client.registration();
  v1::RedeemInvitationRequest redeem;
  *redeem.mutable_registration() = fixture.client.registration();
  redeem.set_answer(RandomBytes(177));
  const std::vector<Bytes> seeds = {
      fixture.Message().SerializeAsString(), enroll.SerializeAsString(), redeem.SerializeAsString(),
      fixture.client.Login(RandomBytes(48), fixture.client.wire().tls_key()).SerializeAsString()};
  std::map<int, int> codes;
  for (int i = 0; i < kRandomRequests; ++i) {
    const char* method = kMethods[random() % std::size(kMethods)];
    const Bytes message = Mutated(seeds[random() % seeds.size()], random);
    const Bytes token = random() % 4 == 0 ? RandomBytes(64) : fixture.client.token();
    const grpc::Status status = CallRaw(fixture.client.wire(), method, message, token);
    ++codes[status.error_code()];
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
        status.error_code() == grpc::StatusCode::UNKNOWN ||
        status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
      FAIL(method << ": " << status.error_message() << "\n" << fixture.practice.log());
    }
  }
  CHECK(codes.size() >= 3);
  fixture.CheckUnharmed();
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("a damaged envelope is refused with the field to blame", "[malformed]") {
  MalformedSetting fixture;
  const v1::SendRequest good = fixture.Message();
  struct Bad {
    std::string what;
    std::function<void(v1::SendRequest&)> damage;
    std::string field;
  };
  const std::vector<Bad> all = {
      {"no header", [](v1::SendRequest& r) { r.clear_header(); }, "header"},
      {"long header", [](v1::SendRequest& r) { r.mutable_header()->push_back('x'); }, "header"},
      {"other version", [](v1::SendRequest& r) { (*r.mutable_header())[0] = 9; }, "header"},
      {"no body", [](v1::SendRequest& r) { r.clear_body(); }, "header.body_bytes"},
      {"short body", [](v1::SendRequest& r) { r.mutable_body()->pop_back(); }, "header.body_bytes"},
      {"huge body", [](v1::SendRequest& r) { r.set_body(Bytes(limits::kBodyBytesMax + 1, 'x')); },
       "body"},
      {"no capsules", [](v1::SendRequest& r) { r.clear_capsules(); }, "capsules"},
      {"capsule twice", [](v1::SendRequest& r) { *r.add_capsules() = r.capsules(0); }, "capsules"},
      {"huge capsule",
       [](v1::SendRequest& r) {
         r.mutable_capsules(0)->set_sealed(Bytes(limits::kCapsuleBytesMax + 1, 'x'));
       },
       "capsules"},
      {"short device",
       [](v1::SendRequest& r) { r.mutable_capsules(0)->mutable_device()->pop_back(); }, "capsules"},
      {"many capsules",
       [](v1::SendRequest& r) {
         for (int i = 0; i < 16; ++i) *r.add_capsules() = r.capsules(0);
       },
       "capsules"},
  };
  for (const Bad& bad : all) {
    v1::SendRequest request = good;
    bad.damage(request);
    v1::SendResponse response;
    const grpc::Status status = fixture.client.Send(request, response);
    INFO(bad.what << ": " << status.error_message() << " / " << FieldIn(status));
    CHECK_FALSE(status.ok());
    CHECK_FALSE(ReasonIn(status).empty());
    if (ReasonIn(status) != "stale_device_list") {
      CHECK(FieldIn(status).substr(0, bad.field.size()) == bad.field);
    }
  }
  // Nothing of it was stored: the good one is the bond's first.
  v1::SendResponse response;
  REQUIRE(fixture.client.Send(good, response).ok());
  const auto leaf = fixture.client.Check(good, response.receipt());
  REQUIRE(leaf.ok());
  CHECK(leaf->position == 1);
}

TEST_CASE("a message beyond every limit is refused and the connection lives", "[malformed]") {
  MalformedSetting fixture;
  v1::SendRequest request = fixture.Message();
  request.set_body(Bytes(3 * limits::kMessageBytesMax, 'x'));
  v1::SendResponse response;
  const grpc::Status status = fixture.client.Send(request, response);
  INFO(status.error_message());
  CHECK((status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::INVALID_ARGUMENT));
  fixture.CheckUnharmed();
}

TEST_CASE("the largest honest envelope is taken, and not much more", "[malformed]") {
  MalformedSetting fixture;
  v1::SendRequest request = fixture.client.Message(fixture.client.bond(), fixture.therapist.id(),
                                                   limits::kContentBytesMax);
  REQUIRE(request.body().size() == limits::kBodyBytesMax);
  // A server of tomorrow may list so many devices; this one names the field.
  for (std::size_t i = 1; i < limits::kCapsulesMax; ++i) {
    v1::Capsule& capsule = *request.add_capsules();
    capsule.set_device(RandomBytes(DeviceId::size));
    capsule.set_sealed(RandomBytes(limits::kCapsuleBytesMax));
  }
  v1::SendResponse response;
  grpc::Status status = fixture.client.Send(request, response);
  INFO(status.error_message());
  CHECK(ReasonIn(status) == "malformed_field");
  CHECK(FieldIn(status) == "capsules");
  request.mutable_body()->resize(2 * limits::kBodyBytesMax);
  status = fixture.client.Send(request, response);
  CHECK(status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  fixture.CheckUnharmed();
}

TEST_CASE("a request of nothing but empty capsules is refused before it waits", "[malformed]") {
  MalformedSetting fixture;
  v1::SendRequest request = fixture.Message();
  for (std::size_t i = 0; i < 50'000; ++i) request.add_capsules();
  v1::SendResponse response;
  // Not even the token is looked at.
  const grpc::Status status =
      fixture.client.wire().mailbox().Send(CallContext().get(), request, &response);
  CHECK(ReasonIn(status) == "malformed_field");
  CHECK(FieldIn(status) == "capsules");
  fixture.CheckUnharmed();
}

TEST_CASE("nothing older than TLS 1.3 is spoken", "[malformed]") {
  MalformedSetting fixture;
  const auto shakes_hands = [&](int newest) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_max_proto_version(context.get(), newest);
    const unsigned char http2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), http2, sizeof http2);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
    const int fd = ConnectTo(fixture.practice.address());
    REQUIRE(fd >= 0);
    SSL_set_fd(tls.get(), fd);
    const bool done = SSL_connect(tls.get()) == 1;
    close(fd);
    return done;
  };
  CHECK_FALSE(shakes_hands(TLS1_2_VERSION));
  CHECK(shakes_hands(TLS1_3_VERSION));
}

TEST_CASE("what is no TLS at all is dropped, and idle connections hold nobody up", "[malformed]") {
  MalformedSetting fixture;
  std::vector<int> sockets;
  for (int i = 0; i < 50; ++i) {
    const int fd = ConnectTo(fixture.practice.address());
    REQUIRE(fd >= 0);
    sockets.push_back(fd);
    const Bytes noise = i % 2 == 0 ? RandomBytes(1000) : Bytes("GET / HTTP/1.1\r\n\r\n");
    if (i % 3 != 0) send(fd, noise.data(), noise.size(), MSG_NOSIGNAL);
  }
  fixture.CheckUnharmed();
  for (const int fd : sockets) close(fd);
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("a request that does not parse gets the answer that bad input is promised",
          "[malformed]") {
  MalformedSetting fixture;
  const Bytes garbage = "\xff\xff\xff\xff not a message";
  for (const char* method : kMethods) {
    if (std::string(method).ends_with("NoSuchCall")) continue;
    const grpc::Status status =
        CallRaw(fixture.client.wire(), method, garbage, fixture.client.token());
    INFO(method << ": " << status.error_code() << " " << status.error_message());
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    v1::ErrorDetail detail;
    REQUIRE(detail.ParseFromString(status.error_details()));
    CHECK(detail.reason() == "malformed_field");
    CHECK(detail.field() == "request");
  }
  fixture.CheckUnharmed();
}

}  // namespace
}  // namespace holdfast::test
