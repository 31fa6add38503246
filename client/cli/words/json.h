// The documents for programs, as client/cli/JSON.md describes them: names and meanings never
// change, new ones may come, and what there is not is null.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/words/json_fwd.h"
#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

// On one line of ASCII, other characters escaped; what is not UTF-8 becomes U+FFFD.
std::string Dump(const Json& document);

Json ErrorJson(const absl::Status& status);
Json MessageJson(const MessageView& message);
Json RuptureJson(const RuptureView& mark);
Json RupturesJson(const std::vector<ShownRupture>& ruptures);
Json AlarmJson(const Alarm& alarm);
Json BondJson(const BondView& bond);
Json InvitationJson(const InvitationView& invitation);
Json IdentityJson(const Identity& identity);

// RFC 3339, or null for 0.
Json TimeJson(std::uint64_t time_ms);
// Null where it is empty.
Json TextJson(std::string_view text);
// Its name, or null.
Json ReasonJson(std::optional<Reason> reason);
// Null where it is all zero.
template <class Id>
Json IdJson(const Id& id) {
  return id == Id() ? Json(nullptr) : Json(id.hex());
}
template <class Id>
Json IdJson(const std::optional<Id>& id) {
  return id ? IdJson(*id) : Json(nullptr);
}

// The document with "synced" and "sync_error": whether it is as the practice has it now, or
// as this device knew it before.
Json WithSync(Json document, const absl::Status& sync);

}  // namespace holdfast::client::cli
