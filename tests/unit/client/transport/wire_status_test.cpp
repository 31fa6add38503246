// What a gRPC status means to a device.
#include "client/transport/wire_status.h"

#include "client/core/outside/wire_refusal.h"
#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

constexpr const char* kAddress = "practice.example:7443";

absl::Status Heard(const grpc::Status& status) { return FromWire(status, kAddress); }

grpc::Status Wire(grpc::StatusCode code, const std::string& reason, const std::string& field,
                  const std::string& message, std::uint64_t retry_after_ms = 0) {
  v1::ErrorDetail detail;
  detail.set_reason(reason);
  detail.set_field(field);
  detail.set_retry_after_ms(retry_after_ms);
  return {code, message, detail.SerializeAsString()};
}

TEST_CASE("every refusal that is the practice's arrives as it was sent", "[wire_status]") {
  for (const ReasonRow& row : ReasonTable()) {
    if (row.exit_code != 3 && row.exit_code != 4) continue;
    const absl::Status status = Heard(Wire(static_cast<grpc::StatusCode>(row.code),
                                           std::string(row.name), "body", "body: too long", 7));
    INFO(row.name);
    CHECK(ReasonOf(status) == row.reason);
    CHECK(FieldOf(status) == "body");
    CHECK(status.message() == "body: too long");
    CHECK(RetryAfterMs(status) == 7);
  }
}

TEST_CASE("a practice cannot raise this device's own alarms", "[wire_status]") {
  for (const char* reason : {"vault_damaged", "vault_rolled_back", "wrong_practice", "integrity",
                             "not_decryptable", "wrong_passphrase"}) {
    INFO(reason);
    const absl::Status status = Heard(Wire(grpc::StatusCode::DATA_LOSS, reason, "", "boo"));
    CHECK(ReasonOf(status) == Reason::kNotPermitted);
    CHECK(std::string(status.message()).find("boo") != std::string::npos);
  }
}

TEST_CASE("a reason from the future keeps its words and gets the nearest reason", "[wire_status]") {
  const absl::Status status =
      Heard(Wire(grpc::StatusCode::RESOURCE_EXHAUSTED, "moon_phase", "moon", "moon: wait", 9));
  CHECK(ReasonOf(status) == Reason::kServerBusy);
  CHECK(FieldOf(status) == "moon");
  CHECK(status.message() == "moon: the practice refused: wait");
  CHECK(RetryAfterMs(status) == 9);
}

TEST_CASE("a code that gRPC does not have gives up nothing", "[wire_status]") {
  for (const int code : {17, 42, -1}) {
    INFO(code);
    const absl::Status heard = Heard({static_cast<grpc::StatusCode>(code), "x"});
    CHECK(ReasonOf(heard) == Reason::kUnreachable);
    CHECK(std::string(heard.message()).find("a problem of its own") != std::string::npos);
  }
}

TEST_CASE("a failure without detail says whether the practice is away", "[wire_status]") {
  for (const auto code :
       {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::DEADLINE_EXCEEDED,
        grpc::StatusCode::CANCELLED, grpc::StatusCode::INTERNAL, grpc::StatusCode::UNKNOWN}) {
    CHECK(ReasonOf(Heard({code, "x"})) == Reason::kUnreachable);
  }
  const absl::Status away = Heard({grpc::StatusCode::UNAVAILABLE, "x"});
  CHECK(away.message() == "the practice at practice.example:7443 cannot be reached just now");
  CHECK(ReasonOf(Heard({grpc::StatusCode::UNIMPLEMENTED, "x"})) == Reason::kUnsupportedVersion);
  CHECK(ReasonOf(Heard({grpc::StatusCode::PERMISSION_DENIED, "x", "garbage"})) ==
        Reason::kNotPermitted);
  CHECK(Heard(grpc::Status::OK).ok());
}

TEST_CASE("an unknown name, no answer and a refusal are told apart", "[wire_status]") {
  const auto words = [](const std::string& text) {
    return std::string(Heard({grpc::StatusCode::UNAVAILABLE, text}).message());
  };
  const std::string unknown = words("DNS resolution failed for practice.example:7443: x");
  const std::string refused = words(
      "failed to connect to all addresses; last error: UNKNOWN: "
      "ipv4:127.0.0.1:1: Connection refused");
  const std::string silent = words(
      "failed to connect to all addresses; last error: UNKNOWN: "
      "ipv4:192.0.2.1:1: connection attempt timed out");
  CHECK(unknown.find("name") != std::string::npos);
  CHECK(unknown.find("spelt") != std::string::npos);
  CHECK(refused.find("no practice answers") != std::string::npos);
  CHECK(silent.find("nothing answers") != std::string::npos);
  for (const std::string& text : {unknown, refused, silent}) {
    CHECK(text.find(kAddress) != std::string::npos);
  }
}

TEST_CASE("a long text from the network is cut", "[wire_status]") {
  const absl::Status status =
      Heard({grpc::StatusCode::PERMISSION_DENIED, std::string(100'000, 'x')});
  CHECK(status.message().size() < kWireMessageBytesMax + 64);
}

}  // namespace
}  // namespace holdfast::client
