// A message of an exported history, as it was shown where it was exported.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "client/cli/words/ahead_words.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/history_file.h"
#include "client/cli/words/json.h"
#include "client/cli/words/json_members.h"
#include "client/cli/words/times.h"
#include "client/cli/words/words.h"
#include "client/core/shown/content.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {

std::uint64_t JsonMembers::Time(const char* name) {
  const std::string text = Text(name, kNameBytesMax);
  if (text.empty()) return 0;
  std::tm utc = {};
  unsigned thousandths = 0;
  const int read =
      std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3uZ", &utc.tm_year, &utc.tm_mon,
                  &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &thousandths);
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  const std::time_t seconds = read == 7 ? timegm(&utc) : -1;
  const std::uint64_t time_ms =
      seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds) * 1000 + thousandths;
  // Written in one way only.
  if (time_ms != 0 && Rfc3339(time_ms) == text) return time_ms;
  Fail(name);
  return 0;
}

namespace {

v1::Need NeedNamed(const std::string& name) {
  if (name == "reply") return v1::NEED_REPLY;
  if (name == "witness") return v1::NEED_WITNESS;
  if (name == "session") return v1::NEED_SESSION;
  return name == "none" ? v1::NEED_NONE : v1::NEED_UNSPECIFIED;
}

// A choice and words are both text in JSON: the form says which it was.
void ReadAnswers(JsonMembers& members, const std::vector<forms::FormRef>& known,
                 v1::CheckIn& check_in) {
  const forms::FormRef form = FormOf(check_in, known);
  const forms::Json& answers = members.At("answers");
  if (!answers.is_object()) return members.Fail("answers");
  for (const auto& [link_id, value] : answers.items()) {
    v1::Answer& answer = *check_in.add_answers();
    answer.set_link_id(link_id);
    if (value.is_number_integer()) {
      answer.set_number(value.get<std::int64_t>());
      continue;
    }
    if (!value.is_string()) return members.Fail("answers");
    const forms::Item* const item = form ? form->Find(link_id) : nullptr;
    const bool is_choice = item != nullptr && (item->type == forms::ItemType::kChoice ||
                                               item->type == forms::ItemType::kBoolean);
    if (is_choice) answer.set_choice(value.get<std::string>());
    if (!is_choice) answer.set_text(value.get<std::string>());
  }
  if (!form) return;
  const auto place = [&](const v1::Answer& answer) {
    const auto found = std::ranges::find(form->items, answer.link_id(), &forms::Item::link_id);
    return found - form->items.begin();
  };
  std::ranges::stable_sort(*check_in.mutable_answers(), std::less<>(), place);
}

void ReadCheckIn(JsonMembers& members, const std::vector<forms::FormRef>& known,
                 v1::CheckIn& check_in) {
  JsonMembers form(members.At("form"));
  check_in.set_form(form.Text("name", limits::kTextBytesMax));
  check_in.set_form_version(static_cast<std::uint32_t>(form.Number("version", UINT32_MAX)));
  check_in.set_canonical(form.Text("canonical", limits::kTextBytesMax));
  if (const auto hash = form.MaybeId<Hash>("hash")) check_in.set_form_hash(hash->str());
  if (!form.wrong().empty()) members.Fail("form");
  check_in.set_note(members.Text("text", limits::kTextBytesMax));
  check_in.set_need(NeedNamed(members.Text("need", limits::kTextBytesMax)));
  ReadAnswers(members, known, check_in);
}

void ReadAssignment(JsonMembers& members, const std::vector<forms::FormRef>& known,
                    v1::FormAssignment& assigned) {
  JsonMembers form(members.At("assigned_form"));
  assigned.set_canonical(form.Text("canonical", limits::kTextBytesMax));
  const auto hash = form.MaybeId<Hash>("hash");
  if (!form.At("every_days").is_null()) {
    assigned.set_every_days(static_cast<std::uint32_t>(form.Number("every_days", UINT32_MAX)));
  }
  if (!form.wrong().empty() || (hash.has_value() != (assigned.every_days() != 0))) {
    members.Fail("assigned_form");
  }
  if (!hash) return;
  v1::CheckIn of_form;
  of_form.set_form_hash(hash->str());
  const forms::FormRef held = FormOf(of_form, known);
  if (held) assigned.set_form(held->canonical);
}

// Nothing where it was erased, or is of a kind that its device did not know.
v1::Content ReadContent(JsonMembers& members, const MessageView& message,
                        const std::vector<forms::FormRef>& known) {
  v1::Content content;
  const std::string text = members.Text("text", limits::kTextBytesMax);
  if (message.kind == Kind::kCheckIn && !members.At("form").is_null()) {
    ReadCheckIn(members, known, *content.mutable_check_in());
  } else if (!members.At("assigned_form").is_null()) {
    v1::FormAssignment& assigned = *content.mutable_form_assignment();
    ReadAssignment(members, known, assigned);
    // The form itself is not here: without it, it would say that nothing is asked any more.
    if (assigned.every_days() != 0 && assigned.form().empty()) content.Clear();
  } else if (message.kind == Kind::kReply && !text.empty()) {
    content.mutable_reply()->set_text(text);
  } else if (message.kind == Kind::kNote && !text.empty()) {
    content.mutable_note()->set_text(text);
    content.mutable_note()->set_need(NeedNamed(members.Text("need", limits::kTextBytesMax)));
  } else if (!text.empty()) {
    members.Fail("text");
  }
  const bool may_be = message.erased_at_ms == 0 || content.kind_case() == v1::Content::KIND_NOT_SET;
  if (!may_be) members.Fail("erased_at");
  return content;
}

std::optional<RuptureView> ReadRupture(JsonMembers& members, const MessageView& message) {
  const forms::Json& document = members.At("rupture");
  if (document.is_null()) return std::nullopt;
  JsonMembers of(document);
  RuptureView mark;
  mark.message = of.TheId<EnvelopeId>("message");
  mark.bond = of.TheId<BondId>("bond");
  mark.closed = of.Bool("closed");
  mark.text = of.Text("text", limits::kTextBytesMax);
  mark.marked_at_ms = of.Time("marked_at");
  mark.closed_at_ms = of.Time("closed_at");
  of.Time("goes_from");  // nothing of an import goes out
  of.Finish();
  const bool is_of_it = mark.message == message.id && mark.bond == message.bond;
  if (!of.wrong().empty() || !is_of_it) members.Fail("rupture");
  return mark;
}

std::optional<AheadHold> ReadHold(JsonMembers& members) {
  const forms::Json& document = members.At("hold");
  if (document.is_null()) return std::nullopt;
  JsonMembers of(document);
  AheadHold hold;
  of.Bool("out");  // as the outlook says
  for (const forms::Json& reason : of.At("reasons")) {
    if (reason == "mark") {
      hold.marked = true;
    } else if (reason == "miss") {
      hold.missed = true;
    } else if (reason == "not-safe") {
      hold.not_safe = true;
    } else {
      of.Fail("reasons");
    }
  }
  of.Finish();
  if (!of.wrong().empty()) members.Fail("hold");
  return hold;
}

std::optional<AheadView> ReadAhead(JsonMembers& members) {
  const forms::Json& document = members.At("ahead");
  if (document.is_null()) return std::nullopt;
  JsonMembers of(document);
  AheadView ahead;
  ahead.release.when =
      of.Named("when", ReleaseWhen::kAtTime, ReleaseWhen::kPromiseMissed, ReleaseName);
  ahead.release.at_ms = of.Time("at");
  ahead.slot_opens_at_ms = of.Time("opens_at");
  ahead.promise = of.MaybeId<EnvelopeId>("promise");
  ahead.outlook = of.Named("outlook", AheadOutlook::kWaiting, AheadOutlook::kBondEnded,
                           [](AheadOutlook outlook) { return NameOf(outlook); });
  ahead.withdrawing = of.Bool("withdrawing");
  ahead.came_true_ms = of.Time("came_true_at");
  ahead.released_at_ms = of.Time("released_at");
  ahead.early = of.Bool("early");
  ahead.goes_at_ms = of.Time("goes_at");
  ahead.is_soon = of.Bool("is_soon");
  ahead.hold = ReadHold(of);
  ahead.decided = of.Bool("decided");
  of.Finish();
  if (!of.wrong().empty()) members.Fail("ahead");
  return ahead;
}

void ReadState(JsonMembers& members, MessageView& message) {
  const auto state_name = [](MessageState state) { return NameOf(state); };
  message.state =
      members.Named("state", MessageState::kQueued, MessageState::kWithdrawn, state_name);
  message.state_since_ms = members.Time("state_since");
  message.evidence = members.Named("evidence", Evidence::kThisDevice, Evidence::kLedger,
                                   [](Evidence evidence) { return NameOf(evidence); });
  message.due_at_ms = members.Time("due_at");
  message.reached =
      members.Named("reached", MessageState::kQueued, MessageState::kOpened, state_name);
  message.reached_at_ms = members.Time("reached_at");
  message.bond_ended = members.Bool("bond_ended");
  message.unconfirmed = members.Bool("unconfirmed");
  message.refusal = members.Text("refusal", limits::kTextBytesMax);
  const std::string reason = members.Text("refusal_reason", limits::kTextBytesMax);
  if (!reason.empty()) message.refusal_reason = ReasonNamed(reason);
  message.unread = members.Bool("unread");
  message.kept_at_ms = members.Time("kept_at");
  message.not_safe = members.Bool("not_safe");
  message.seen_at_ms = members.Time("seen_at");
  message.witnessed_at_ms = members.Time("witnessed_at");
  message.erased_at_ms = members.Time("erased_at");
}

}  // namespace

absl::StatusOr<MessageView> MessageFromJson(const forms::Json& document,
                                            const std::vector<forms::FormRef>& known) {
  JsonMembers members(document);
  MessageView message;
  message.id = members.TheId<EnvelopeId>("id");
  message.bond = members.TheId<BondId>("bond");
  message.kind = members.Named("kind", Kind::kCheckIn, Kind::kNote, KindName);
  const std::string from = members.Text("from", limits::kTextBytesMax);
  message.mine = from == "me";
  if (from == RoleName(crypto::Role::kTherapist)) message.from = crypto::Role::kTherapist;
  const bool is_someone = message.mine || from == RoleName(message.from);
  if (!is_someone) members.Fail("from");
  message.sent_at_ms = members.Time("sent_at");
  if (message.sent_at_ms == 0) members.Fail("sent_at");
  message.reply_to = members.MaybeId<EnvelopeId>("reply_to");
  for (const char* name : {"answers", "form", "assigned_form", "in_words", "need"}) {
    members.At(name);  // of those kinds that have it it is read below
  }
  ReadState(members, message);
  auto content = std::make_shared<v1::Content>(ReadContent(members, message, known));
  message.rupture = ReadRupture(members, message);
  message.ahead = ReadAhead(members);
  members.Finish();
  if (members.wrong().empty() && content->kind_case() != v1::Content::KIND_NOT_SET) {
    const absl::Status right = ValidateContent(*content, message.kind);
    if (!right.ok()) members.Fail("text");
  }
  message.content = std::move(content);
  if (members.wrong().empty()) return message;
  return Refuse(Reason::kMalformedField, members.wrong(), "is not as it must be");
}

}  // namespace holdfast::client::cli
