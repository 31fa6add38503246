// A refusal as gRPC carries it.
#include "server/rpc/status.h"

#include <string>

#include "holdfast/v1/common.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/errors.h"
#include "server/core/records/refusals.h"
#include "server/rpc/unary_call.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

v1::ErrorDetail DetailOf(const grpc::Status& status) {
  v1::ErrorDetail detail;
  REQUIRE(detail.ParseFromString(status.error_details()));
  return detail;
}

TEST_CASE("every reason travels with its code, name, field and delay") {
  for (const ReasonRow& row : ReasonTable()) {
    const grpc::Status sent = ToGrpc(RefuseFor(row.reason, "header.bond", "is wrong", 1500));
    CHECK(static_cast<int>(sent.error_code()) == static_cast<int>(row.code));
    CHECK(sent.error_message() == "header.bond: is wrong");
    const v1::ErrorDetail detail = DetailOf(sent);
    CHECK(detail.reason() == row.name);
    CHECK(detail.field() == "header.bond");
    CHECK(detail.retry_after_ms() == 1500);
  }
}

TEST_CASE("success carries nothing") {
  const grpc::Status sent = ToGrpc(absl::OkStatus());
  CHECK(sent.ok());
  CHECK(sent.error_details().empty());
}

TEST_CASE("a status from elsewhere gets a reason of the table") {
  CHECK(DetailOf(ToGrpc(absl::CancelledError("gone"))).reason() == "internal");
  CHECK(DetailOf(ToGrpc(absl::UnavailableError("away"))).reason() == "unreachable");
}

TEST_CASE("no message or field can break the connection's trailers") {
  const std::string endless(100'000, 'x');
  const grpc::Status sent = ToGrpc(Refuse(Reason::kMalformedField, endless, endless));
  CHECK(sent.error_message().size() == kErrorMessageBytesMax);
  CHECK(DetailOf(sent).field().size() == kErrorFieldBytesMax);
  CHECK(sent.error_message().size() + sent.error_details().size() < 4096);
}

TEST_CASE("a request that waits counts as it came and as it was read") {
  v1::SendRequest request;
  request.set_body(Bytes(30'000, 'b'));
  grpc::ByteBuffer bytes;
  REQUIRE(WriteMessage(request, bytes).ok());
  const Backend::Size size = SizeOf(bytes, request);
  CHECK(size.wire >= 30'000);
  CHECK(size.memory >= 2 * size.wire);
}

}  // namespace
}  // namespace holdfast::server
