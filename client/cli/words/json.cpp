#include "client/cli/words/json.h"

#include "client/cli/words/ahead_words.h"
#include "client/cli/words/times.h"
#include "client/cli/words/words.h"
#include "client/words/alarm_words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

Json AnswersJson(const MessageView& message) {
  Json answers = Json::object();
  if (!message.content || !message.content->has_check_in()) return answers;
  for (const v1::Answer& answer : message.content->check_in().answers()) {
    Json& value = answers[answer.link_id()];
    if (answer.has_number()) value = answer.number();
    if (answer.has_text()) value = answer.text();
    if (answer.has_choice()) value = answer.choice();
  }
  return answers;
}

std::string FromOf(const MessageView& message) {
  if (message.mine) return "me";
  return message.from == crypto::Role::kTherapist ? "therapist" : "client";
}

Json AheadJson(const AheadView& ahead) {
  return {{"when", ReleaseName(ahead.release.when)},
          {"at", TimeJson(ahead.release.at_ms)},
          {"opening", TimeJson(ahead.slot_opens_at_ms)},
          {"promise", ahead.promise ? Json(ahead.promise->hex()) : Json(nullptr)},
          {"outlook", NameOf(ahead.outlook)},
          {"withdrawing", ahead.withdrawing},
          {"came_true_at", TimeJson(ahead.came_true_ms)},
          {"released_at", TimeJson(ahead.released_at_ms)},
          {"early", ahead.early}};
}

}  // namespace

std::string Dump(const Json& document) {
  // In ASCII: raw C1 controls and direction overrides could steer a terminal.
  return document.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json TimeJson(std::uint64_t time_ms) {
  return time_ms == 0 ? Json(nullptr) : Json(Rfc3339(time_ms));
}

Json ErrorJson(const absl::Status& status) {
  Json error = {{"reason", RowOf(ReasonOf(status)).name},
                {"field", FieldOf(status)},
                {"message", FailureInWords(status)}};
  if (const std::uint64_t retry = RetryAfterMs(status); retry != 0) error["retry_after_ms"] = retry;
  return error;
}

Json MessageJson(const MessageView& message) {
  const std::string_view need = NeedName(message);
  return {{"id", message.id.hex()},
          {"bond", message.bond.hex()},
          {"kind", KindName(message.kind)},
          {"from", FromOf(message)},
          {"sent_at", TimeJson(message.sent_at_ms)},
          {"state", NameOf(message.state)},
          {"state_since", TimeJson(message.state_since_ms)},
          {"evidence", NameOf(message.evidence)},
          {"due_at", TimeJson(message.due_at_ms)},
          {"reached", NameOf(message.reached)},
          {"reached_at", TimeJson(message.reached_at_ms)},
          {"bond_ended", message.bond_ended},
          {"unconfirmed", message.unconfirmed},
          {"refusal", message.refusal},
          {"need", need.empty() ? Json(nullptr) : Json(need)},
          {"reply_to", message.reply_to ? Json(message.reply_to->hex()) : Json(nullptr)},
          {"unread", message.unread},
          {"text", TextOf(message)},
          {"answers", AnswersJson(message)},
          {"rupture", message.rupture ? RuptureJson(*message.rupture) : Json(nullptr)},
          {"ahead", message.ahead ? AheadJson(*message.ahead) : Json(nullptr)}};
}

Json RuptureJson(const RuptureView& mark) {
  return {{"message", mark.message.hex()},
          {"bond", mark.bond.hex()},
          {"closed", mark.closed},
          {"text", mark.text},
          {"marked_at", TimeJson(mark.marked_at_ms)},
          {"closed_at", TimeJson(mark.closed_at_ms)}};
}

Json RupturesJson(const std::vector<ShownRupture>& ruptures) {
  Json documents = Json::array();
  for (const ShownRupture& rupture : ruptures) documents.push_back(RuptureJson(rupture.mark));
  return documents;
}

Json AlarmJson(const Alarm& alarm) {
  return {{"at", TimeJson(alarm.at_ms)},
          {"reason", RowOf(alarm.reason).name},
          {"bond", alarm.bond ? Json(alarm.bond->hex()) : Json(nullptr)},
          {"text", AlarmText(alarm)}};
}

Json BondJson(const BondView& bond) {
  return {{"id", bond.id.hex()},
          {"label", bond.label},
          {"with", bond.own_role == crypto::Role::kTherapist ? "client" : "therapist"},
          {"formed_at", TimeJson(bond.formed_at_ms)},
          {"confirmed", true},
          {"last_heard", TimeJson(bond.last_heard_ms)}};
}

}  // namespace holdfast::client::cli
