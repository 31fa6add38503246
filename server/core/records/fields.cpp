#include "server/core/records/fields.h"

#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::server {

absl::StatusOr<crypto::Signed> ReadSigned(const v1::SignedStatement& signed_statement,
                                          std::string_view field, std::size_t bytes_max) {
  const std::string name(field);
  const Bytes& statement = signed_statement.statement();
  if (statement.empty()) return Refuse(Reason::kMalformedField, name + ".statement", "is missing");
  if (statement.size() > bytes_max) {
    return Refuse(Reason::kTooLarge, name + ".statement",
                  "is longer than " + std::to_string(bytes_max) + " bytes");
  }
  HOLDFAST_RETURN_IF_ERROR(
      CheckSize(signed_statement.signature(), Signature::size, name + ".signature"));
  return crypto::Signed{statement, signed_statement.signature()};
}

absl::Status CheckSize(BytesView bytes, std::size_t size, std::string_view field) {
  if (bytes.size() == size) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, field,
                "must be " + std::to_string(size) + " bytes, not " + std::to_string(bytes.size()));
}

absl::Status Blame(const absl::Status& status, std::string_view part, std::string_view field) {
  if (status.ok()) return status;
  const std::string known = FieldOf(status);
  std::string message(status.message());
  if (const std::string head = known + ": "; !known.empty() && message.starts_with(head)) {
    message.erase(0, head.size());
  }
  std::string name(field);
  if (known.starts_with(part)) {
    name += known.substr(part.size());
  } else if (!known.empty()) {
    name += "." + known;
  }
  const Reason reason = ReasonOf(status);
  return RefuseFor(reason == Reason::kIntegrity ? Reason::kMalformedField : reason, name, message,
                   RetryAfterMs(status));
}

absl::Status CheckNotAhead(std::uint64_t time_ms, std::uint64_t now_ms, std::string_view field) {
  if (time_ms <= now_ms + limits::kSentAheadMsMax) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, field,
                "lies more than a day ahead of the practice's clock. Check the device's clock");
}

}  // namespace holdfast::server
