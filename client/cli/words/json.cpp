#include "client/cli/words/json.h"

#include <array>

#include "client/cli/words/ahead_words.h"
#include "client/cli/words/form_json.h"
#include "client/cli/words/kind_names.h"
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
  return std::string(RoleName(message.from));
}

Json HoldJson(const AheadView& ahead) {
  if (!ahead.hold) return nullptr;
  Json reasons = Json::array();
  if (ahead.hold->marked) reasons.push_back("mark");
  if (ahead.hold->missed) reasons.push_back("miss");
  if (ahead.hold->not_safe) reasons.push_back("not-safe");
  return {{"out", ahead.outlook == AheadOutlook::kReleased}, {"reasons", std::move(reasons)}};
}

Json AheadJson(const AheadView& ahead) {
  return {{"when", ReleaseName(ahead.release.when)},
          {"at", TimeJson(ahead.release.at_ms)},
          {"opens_at", TimeJson(ahead.slot_opens_at_ms)},
          {"promise", IdJson(ahead.promise)},
          {"outlook", NameOf(ahead.outlook)},
          {"withdrawing", ahead.withdrawing},
          {"came_true_at", TimeJson(ahead.came_true_ms)},
          {"released_at", TimeJson(ahead.released_at_ms)},
          {"early", ahead.early},
          {"goes_at", TimeJson(ahead.goes_at_ms)},
          {"is_soon", ahead.is_soon},
          {"hold", HoldJson(ahead)},
          {"decided", ahead.decided}};
}

}  // namespace

std::string Dump(const Json& document) {
  // In ASCII: raw C1 controls and direction overrides could steer a terminal.
  return document.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json TimeJson(std::uint64_t time_ms) {
  return time_ms == 0 ? Json(nullptr) : Json(Rfc3339(time_ms));
}

Json TextJson(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ReasonJson(std::optional<Reason> reason) {
  return reason ? Json(RowOf(*reason).name) : Json(nullptr);
}

Json ErrorJson(const absl::Status& status) {
  const std::uint64_t retry_ms = RetryAfterMs(status);
  return {{"reason", RowOf(ReasonOf(status)).name},
          {"field", TextJson(FieldOf(status))},
          {"message", FailureInWords(status)},
          {"retry_after_ms", retry_ms == 0 ? Json(nullptr) : Json(retry_ms)}};
}

Json MessageJson(const MessageView& message) {
  return {{"id", IdJson(message.id)},
          {"bond", IdJson(message.bond)},
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
          {"refusal", TextJson(RefusalOf(message))},
          {"refusal_reason", ReasonJson(message.refusal_reason)},
          {"need", TextJson(NeedName(message))},
          {"reply_to", IdJson(message.reply_to)},
          {"unread", message.unread},
          {"kept_at", TimeJson(message.kept_at_ms)},
          {"text", TextJson(TextOf(message))},
          {"answers", AnswersJson(message)},
          {"form", AnsweredFormJson(message)},
          {"assigned_form", AssignedFormJson(message)},
          {"not_safe", message.not_safe},
          {"seen_at", TimeJson(message.seen_at_ms)},
          {"witnessed_at", TimeJson(message.witnessed_at_ms)},
          {"erased_at", TimeJson(message.erased_at_ms)},
          {"rupture", message.rupture ? RuptureJson(*message.rupture) : Json(nullptr)},
          {"ahead", message.ahead ? AheadJson(*message.ahead) : Json(nullptr)},
          {"in_words", nullptr}};  // in a history alone
}

Json RuptureJson(const RuptureView& mark) {
  return {{"message", mark.message.hex()},
          {"bond", mark.bond.hex()},
          {"closed", mark.closed},
          {"text", TextJson(mark.text)},
          {"marked_at", TimeJson(mark.marked_at_ms)},
          {"closed_at", TimeJson(mark.closed_at_ms)},
          {"goes_from", TimeJson(mark.goes_from_ms)}};
}

Json RupturesJson(const std::vector<ShownRupture>& ruptures) {
  Json documents = Json::array();
  for (const ShownRupture& rupture : ruptures) documents.push_back(RuptureJson(rupture.mark));
  return documents;
}

Json AlarmJson(const Alarm& alarm) {
  return {{"at", TimeJson(alarm.at_ms)},
          {"kind", NameOf(alarm.kind)},
          {"reason", RowOf(alarm.reason).name},
          {"bond", IdJson(alarm.bond)},
          {"text", AlarmText(alarm)}};
}

Json BondJson(const BondView& bond) {
  return {{"id", bond.id.hex()},
          {"label", TextJson(bond.label)},
          {"with", RoleName(bond.own_role == crypto::Role::kTherapist ? crypto::Role::kClient
                                                                      : crypto::Role::kTherapist)},
          {"formed_at", TimeJson(bond.formed_at_ms)},
          {"last_heard_at", TimeJson(bond.last_heard_ms)}};
}

Json InvitationJson(const InvitationView& invitation) {
  static constexpr std::array<std::string_view, 4> kStates = {"open", "withdrawing", "withdrawn",
                                                              "expired"};
  return {{"id", invitation.id.hex()},
          {"label", TextJson(invitation.label)},
          {"expires_at", TimeJson(invitation.expires_at_ms)},
          {"state", kStates[static_cast<std::size_t>(invitation.state)]}};
}

Json IdentityJson(const Identity& identity) {
  return {{"role", RoleName(identity.role)},
          {"account", identity.account.hex()},
          {"device", identity.device.hex()},
          {"practice", {{"address", identity.address}, {"key", identity.practice.hex()}}}};
}

Json WithSync(Json document, const absl::Status& sync) {
  document["synced"] = sync.ok();
  document["sync_error"] = sync.ok() ? Json(nullptr) : ErrorJson(sync);
  return document;
}

}  // namespace holdfast::client::cli
