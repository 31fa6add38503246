// GrpcTransport against a real gRPC server over TLS in the same process.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/host/loop.h"
#include "client/transport/grpc_log.h"
#include "client/transport/grpc_transport.h"
#include "client/transport/peer_key.h"
#include "holdfast/v1/login.grpc.pb.h"
#include "holdfast/v1/mailbox.grpc.pb.h"
#include "holdfast/v1/practice.grpc.pb.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "unit/client/transport/tls_fixture.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kWaitMs = 15'000;
constexpr int kPages = 5;

struct PracticeService final : v1::Practice::Service {
  grpc::Status Describe(grpc::ServerContext* context, const v1::DescribeRequest*,
                        v1::DescribeResponse* response) override {
    response->set_protocol_version(1);
    saw_token = context->client_metadata().contains("authorization");
    return grpc::Status::OK;
  }
  std::atomic<bool> saw_token = false;
};

struct LoginService final : v1::Login::Service {
  grpc::Status Challenge(grpc::ServerContext*, const v1::ChallengeRequest*,
                         v1::ChallengeResponse* response) override {
    ++calls;
    response->set_nonce("nonce");
    return grpc::Status::OK;
  }
  std::atomic<int> calls = 0;
};

struct MailboxService final : v1::Mailbox::Service {
  // Answers only when the caller has given up.
  grpc::Status Send(grpc::ServerContext* context, const v1::SendRequest*,
                    v1::SendResponse*) override {
    while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return grpc::Status::CANCELLED;
  }
  grpc::Status Acknowledge(grpc::ServerContext* context, const v1::AcknowledgeRequest*,
                           v1::AcknowledgeResponse*) override {
    const auto found = context->client_metadata().find("authorization");
    if (found != context->client_metadata().end()) {
      token = std::string(found->second.data(), found->second.size());
    }
    v1::ErrorDetail detail;
    detail.set_reason("cursor_unknown");
    detail.set_field("cursor");
    return {grpc::StatusCode::OUT_OF_RANGE, "cursor: ahead", detail.SerializeAsString()};
  }
  grpc::Status Subscribe(grpc::ServerContext* context, const v1::SubscribeRequest* request,
                         grpc::ServerWriter<v1::SubscribeResponse>* writer) override {
    for (int i = 1; i <= kPages; ++i) {
      v1::SubscribeResponse page;
      page.mutable_cursor()->set_position(static_cast<std::uint64_t>(i));
      writer->Write(page);
    }
    while (request->follow() && !context->IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return grpc::Status::OK;
  }
  std::string token;
};

struct PracticeServer {
  explicit PracticeServer(const test::TlsKey& key, const std::string& listen = "127.0.0.1:0") {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({key.PrivatePem(), key.Certificate(1)});
    grpc::ServerBuilder builder;
    builder.AddListeningPort(listen, grpc::SslServerCredentials(options), &port);
    builder.RegisterService(&practice).RegisterService(&login).RegisterService(&mailbox);
    server = builder.BuildAndStart();
  }
  ~PracticeServer() { server->Shutdown(std::chrono::system_clock::now()); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port); }

  PracticeService practice;
  LoginService login;
  MailboxService mailbox;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

TlsKeyHash HashOf(const test::TlsKey& key) {
  return KeyHashOfCertificate(key.Certificate(1)).value();
}

class Caller {
 public:
  Caller() { QuietenGrpc(); }

  template <class Response, class Begin>
  absl::StatusOr<Response> Await(Begin begin) {
    const auto answer = std::make_shared<std::optional<absl::StatusOr<Response>>>();
    begin([answer](absl::StatusOr<Response> response) { *answer = std::move(response); });
    if (answer->has_value()) throw std::logic_error("answered inside the call");
    if (!loop.RunUntil([&] { return answer->has_value(); }, kWaitMs)) {
      throw std::runtime_error("no answer");
    }
    return std::move(**answer);
  }
  absl::Status Describe() {
    return Await<v1::DescribeResponse>([&](auto done) { transport.Describe({}, done); }).status();
  }
  absl::Status Challenge() {
    return Await<v1::ChallengeResponse>([&](auto done) { transport.Challenge({}, done); }).status();
  }
  absl::Status Acknowledge() {
    return Await<v1::AcknowledgeResponse>([&](auto done) { transport.Acknowledge({}, done); })
        .status();
  }

  Loop loop;
  GrpcTransport transport{loop};
};

TEST_CASE("a renewed certificate over the same key is the same key", "[transport]") {
  const test::TlsKey key, other;
  CHECK(KeyHashOfCertificate(key.Certificate(1)).value() ==
        KeyHashOfCertificate(key.Certificate(2)).value());
  CHECK(HashOf(key) != HashOf(other));
  CHECK_FALSE(KeyHashOfCertificate("").ok());
  CHECK_FALSE(KeyHashOfCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n").ok());
}

TEST_CASE("only Describe leaves before the key is pinned, and never the token", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  Caller caller;
  caller.transport.SetToken("token");
  caller.transport.Open(server.address());
  CHECK_FALSE(caller.transport.ObservedTlsKey().has_value());
  REQUIRE(caller.Describe().ok());
  CHECK_FALSE(server.practice.saw_token);
  CHECK(caller.transport.ObservedTlsKey() == HashOf(key));
  CHECK_FALSE(caller.Challenge().ok());
  CHECK(server.login.calls == 0);

  caller.transport.PinTlsKey(HashOf(key));
  CHECK(caller.Challenge().ok());
  CHECK(server.login.calls == 1);
}

TEST_CASE("a key other than the pinned one is a wrong practice, not an absent one", "[transport]") {
  const test::TlsKey key, other;
  PracticeServer server(key);
  Caller caller;
  SECTION("pinned before the first connection") {
    caller.transport.Open(server.address());
    caller.transport.PinTlsKey(HashOf(other));
    CHECK(ReasonOf(caller.Describe()) == Reason::kWrongPractice);
  }
  SECTION("pinned although another was seen") {
    caller.transport.Open(server.address());
    REQUIRE(caller.Describe().ok());
    caller.transport.PinTlsKey(HashOf(other));
  }
  CHECK(ReasonOf(caller.Challenge()) == Reason::kWrongPractice);
  CHECK(server.login.calls == 0);
}

TEST_CASE("another server that takes the address over gets nothing", "[transport]") {
  const test::TlsKey key, other;
  Caller caller;
  std::string address;
  {
    PracticeServer server(key);
    address = server.address();
    caller.transport.Open(address);
    REQUIRE(caller.Describe().ok());
    caller.transport.PinTlsKey(HashOf(key));
    REQUIRE(caller.Challenge().ok());
  }
  PracticeServer impostor(other, address);
  absl::Status status;
  for (int i = 0; i < 50 && ReasonOf(status) != Reason::kWrongPractice; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = caller.Challenge();
    REQUIRE_FALSE(status.ok());
  }
  CHECK(ReasonOf(status) == Reason::kWrongPractice);
  CHECK(impostor.login.calls == 0);
}

TEST_CASE("nobody there is unreachable", "[transport]") {
  const test::TlsKey key;
  Caller caller;
  CHECK(ReasonOf(caller.Describe()) == Reason::kUnreachable);  // not opened
  std::string address;
  {
    PracticeServer server(key);
    address = server.address();
  }
  caller.transport.Open(address);
  const absl::Status refused = caller.Describe();
  CHECK(ReasonOf(refused) == Reason::kUnreachable);
  CHECK(refused.message().find("no practice answers on it") != absl::string_view::npos);
}

TEST_CASE("a name that nobody knows is said to be that, by the system's own names", "[transport]") {
  Caller caller;
  caller.transport.Open("no-such-practice.invalid:7443");
  const absl::Status unknown = caller.Describe();
  CHECK(ReasonOf(unknown) == Reason::kUnreachable);
  CHECK(unknown.message().find("no machine by the name") != absl::string_view::npos);
  CHECK(std::string(std::getenv("GRPC_DNS_RESOLVER")) == "native");
}

TEST_CASE("the token goes along in hex, and a refusal comes back typed", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  Caller caller;
  caller.transport.Open(server.address());
  caller.transport.PinTlsKey(HashOf(key));
  caller.transport.SetToken(Bytes("\x01\xAB", 2));
  const absl::Status status = caller.Acknowledge();
  CHECK(server.mailbox.token == "Bearer 01ab");
  CHECK(ReasonOf(status) == Reason::kCursorUnknown);
  CHECK(FieldOf(status) == "cursor");
}

struct Reader {
  Transport::Subscription Events() {
    return {
        [this](const v1::SubscribeResponse& page) { pages.push_back(page.cursor().position()); },
        [this](const absl::Status& status) { ends.push_back(status); }};
  }
  std::vector<std::uint64_t> pages;
  std::vector<absl::Status> ends;
};

TEST_CASE("the next page comes only when it is asked for, and the end once", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  Caller caller;
  caller.transport.Open(server.address());
  caller.transport.PinTlsKey(HashOf(key));
  Reader reader;
  caller.transport.Subscribe({}, reader.Events());
  for (std::size_t i = 1; i <= kPages; ++i) {
    REQUIRE(caller.loop.RunUntil([&] { return reader.pages.size() == i; }, kWaitMs));
    caller.loop.RunUntil([] { return false; }, 50);
    CHECK(reader.pages.size() == i);
    CHECK(reader.ends.empty());
    caller.transport.NextPage();
    caller.transport.NextPage();  // asking twice is asking once
  }
  REQUIRE(caller.loop.RunUntil([&] { return !reader.ends.empty(); }, kWaitMs));
  caller.loop.RunUntil([] { return false; }, 50);
  REQUIRE(reader.ends.size() == 1);
  CHECK(reader.ends.front().ok());
  CHECK(reader.pages == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("a new subscription ends the old silently, closing ends it as unreachable",
          "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  Caller caller;
  caller.transport.Open(server.address());
  caller.transport.PinTlsKey(HashOf(key));
  v1::SubscribeRequest follow;
  follow.set_follow(true);
  Reader first, second;
  caller.transport.Subscribe(follow, first.Events());
  REQUIRE(caller.loop.RunUntil([&] { return !first.pages.empty(); }, kWaitMs));
  caller.transport.Subscribe(follow, second.Events());
  REQUIRE(caller.loop.RunUntil([&] { return !second.pages.empty(); }, kWaitMs));
  caller.transport.Close();
  REQUIRE(caller.loop.RunUntil([&] { return !second.ends.empty(); }, kWaitMs));
  caller.loop.RunUntil([] { return false; }, 100);
  CHECK(first.ends.empty());
  REQUIRE(second.ends.size() == 1);
  CHECK(ReasonOf(second.ends.front()) == Reason::kUnreachable);
}

TEST_CASE("a call that is under way when the transport closes is answered", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  Caller caller;
  caller.transport.Open(server.address());
  caller.transport.PinTlsKey(HashOf(key));
  const auto sent = caller.Await<v1::SendResponse>([&](auto done) {
    caller.transport.Send({}, done);
    caller.loop.After(100, [&] { caller.transport.Close(); });
  });
  CHECK(ReasonOf(sent.status()) == Reason::kUnreachable);
}

TEST_CASE("a transport can go at the moment of an answer", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  for (int i = 0; i < 50; ++i) {
    Caller caller;
    caller.transport.Open(server.address());
    CHECK(caller.Describe().ok());
  }
}

TEST_CASE("a transport can go with calls and a stream under way", "[transport]") {
  const test::TlsKey key;
  PracticeServer server(key);
  for (int i = 0; i < 20; ++i) {
    Loop loop;
    Reader reader;
    {
      GrpcTransport transport(loop);
      transport.Open(server.address());
      transport.PinTlsKey(HashOf(key));
      transport.Send({}, [](const absl::StatusOr<v1::SendResponse>&) {});
      transport.Subscribe({}, reader.Events());
      loop.RunUntil([&] { return reader.pages.size() == 1; }, static_cast<std::uint64_t>(i) * 5);
    }
    loop.RunUntil([] { return false; }, 5);
  }
  SUCCEED();
}

}  // namespace
}  // namespace holdfast::client
