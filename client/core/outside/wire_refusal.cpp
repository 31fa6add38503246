#include "client/core/outside/wire_refusal.h"

#include <optional>
#include <string>

#include "rules/retry.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kWireFieldBytesMax = 64;

// Refuse() puts the field in front again.
std::string WithoutField(std::string message, const std::string& field) {
  const std::string prefix = field + ": ";
  if (!field.empty() && message.compare(0, prefix.size(), prefix) == 0) {
    message.erase(0, prefix.size());
  }
  return message;
}

}  // namespace

Reason NearestReason(std::uint32_t code) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kInvalidArgument:
      return Reason::kMalformedField;
    case absl::StatusCode::kOutOfRange:
      return Reason::kTimeOutOfRange;
    case absl::StatusCode::kUnauthenticated:
      return Reason::kTokenInvalid;
    case absl::StatusCode::kResourceExhausted:
      return Reason::kServerBusy;
    case absl::StatusCode::kUnimplemented:
      return Reason::kUnsupportedVersion;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDataLoss:
      return Reason::kNotPermitted;
    default:
      return Reason::kUnreachable;
  }
}

absl::Status FromWire(const v1::Refusal& wire) {
  const std::string field = wire.detail().field().substr(0, kWireFieldBytesMax);
  const std::string message = WithoutField(wire.message().substr(0, kWireMessageBytesMax), field);
  const std::optional<Reason> reason = ReasonNamed(wire.detail().reason());
  if (reason && IsThePracticesToSay(*reason)) {
    return RefuseFor(*reason, field, message, wire.detail().retry_after_ms());
  }
  return RefuseFor(NearestReason(wire.code()), field, "the practice refused: " + message,
                   wire.detail().retry_after_ms());
}

}  // namespace holdfast::client
