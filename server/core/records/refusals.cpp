#include "server/core/records/refusals.h"

#include <string>

#include "rules/errors.h"
#include "server/core/records/limits.h"

namespace holdfast::server {

absl::Status StorageFull() {
  return RefuseFor(Reason::kStorageFull, "",
                   "the practice's disk is full and nothing was stored. It is kept here and tried "
                   "again",
                   kStorageFullRetryMs);
}

v1::Refusal OnTheWire(const absl::Status& refusal) {
  v1::Refusal wire;
  wire.set_code(static_cast<std::uint32_t>(refusal.code()));
  const std::string message(refusal.message().data(), refusal.message().size());
  wire.set_message(message.substr(0, kErrorMessageBytesMax));
  v1::ErrorDetail& detail = *wire.mutable_detail();
  detail.set_reason(std::string(RowOf(ReasonOf(refusal)).name));
  detail.set_field(FieldOf(refusal).substr(0, kErrorFieldBytesMax));
  detail.set_retry_after_ms(RetryAfterMs(refusal));
  return wire;
}

}  // namespace holdfast::server
