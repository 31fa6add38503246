#include "client/transport/wire_status.h"

#include <string>
#include <string_view>

#include "client/core/outside/wire_refusal.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

// A number that is none of gRPC's codes arrives as it is, and means nothing.
grpc::StatusCode KnownCode(const grpc::Status& status) {
  const bool known = status.error_code() > grpc::StatusCode::OK &&
                     status.error_code() <= grpc::StatusCode::UNAUTHENTICATED;
  return known ? status.error_code() : grpc::StatusCode::UNKNOWN;
}

// gRPC has one status for a name that nobody knows, a machine that says no and one that
// says nothing; only its text tells them apart.
std::string WhyUnavailable(const std::string& message, const std::string& address) {
  const auto says = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (says("DNS resolution failed") || says("not known") || says("name resolution")) {
    return "no machine by the name in " + address +
           " is known here just now; look at how it is spelt, and whether this device is online";
  }
  if (says("refused")) {
    return "the practice at " + address +
           " cannot be reached just now: the machine is there, and no practice answers on it";
  }
  if (says("imed out") || says("imeout") || says("eadline")) {
    return "the practice at " + address + " cannot be reached just now: nothing answers there";
  }
  return "the practice at " + address + " cannot be reached just now";
}

std::string WithoutDetail(grpc::StatusCode code, const std::string& message,
                          const std::string& address) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
      return WhyUnavailable(message, address);
    case grpc::StatusCode::CANCELLED:
      return "the practice at " + address + " cannot be reached just now";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "the practice at " + address + " did not answer in time";
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
      return "the practice has a problem of its own just now";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the practice speaks an older version of the protocol";
    default:
      return "the practice refused: " + message;
  }
}

}  // namespace

absl::Status FromWire(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const grpc::StatusCode code = KnownCode(status);
  v1::Refusal refusal;
  refusal.set_code(code);
  refusal.set_message(status.error_message().substr(0, kWireMessageBytesMax));
  v1::ErrorDetail& detail = *refusal.mutable_detail();
  if (detail.ParseFromString(status.error_details()) && !detail.reason().empty()) {
    return FromWire(refusal);
  }
  return Refuse(NearestReason(code), "", WithoutDetail(code, refusal.message(), address));
}

}  // namespace holdfast::client
