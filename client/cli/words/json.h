// The documents for programs. Names and meanings never change; new ones may come.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/words/json_fwd.h"
#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

// On one line of ASCII, other characters escaped; what is not UTF-8 becomes U+FFFD.
std::string Dump(const Json& document);

// {"reason","field","message"} and "retry_after_ms" where the practice named one.
Json ErrorJson(const absl::Status& status);

// {"id","bond","kind","from","sent_at","state","state_since","evidence","due_at","unconfirmed",
//  "refusal","need","reply_to","unread","text","answers","rupture","ahead"}. Times are RFC 3339,
//  UTC,
// or null; "from" is "me", "therapist" or "client"; "need" and "reply_to" may be
// null; "answers" maps item to value, "rupture" is null
// unless the client marked the message. "ahead" is null unless it was written ahead:
// {"when","at","opening","promise","outlook","withdrawing","came_true_at","released_at","early"}.
Json MessageJson(const MessageView& message);

// {"message","bond","closed","text","marked_at","closed_at"}.
Json RuptureJson(const RuptureView& mark);
Json RupturesJson(const std::vector<ShownRupture>& ruptures);

Json AlarmJson(const Alarm& alarm);

// {"id","label","with","formed_at","confirmed","last_heard"}.
Json BondJson(const BondView& bond);

// RFC 3339, or null for 0.
Json TimeJson(std::uint64_t time_ms);

}  // namespace holdfast::client::cli
