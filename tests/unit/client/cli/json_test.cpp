// What --json prints.
#include "client/cli/words/json.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "client/cli/commands/checkin_questions.h"
#include "client/cli/words/ahead_words.h"
#include "client/cli/words/form_json.h"
#include "client/cli/words/kind_names.h"
#include "client/cli/words/standing_json.h"
#include "client/core/reading/order.h"
#include "client/forms/shipped.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

TEST_CASE("a message's document has every name, and its text beside its id", "[json]") {
  MessageView message;
  message.id = EnvelopeId::From(Bytes(16, '\x7c'), "id").value();
  message.kind = Kind::kCheckIn;
  message.from = crypto::Role::kClient;
  message.sent_at_ms = 1'772'643'900'007;
  auto content = std::make_shared<v1::Content>();
  content->mutable_check_in()->set_note("bad \xFF byte");
  content->mutable_check_in()->set_need(v1::NEED_WITNESS);
  auto* answer = content->mutable_check_in()->add_answers();
  answer->set_link_id("rest");
  answer->set_choice("a-little");
  message.content = std::move(content);

  const Json document = MessageJson(message);
  for (const char* name :
       {"id",          "bond",    "kind",        "from",    "sent_at",        "state",
        "state_since", "due_at",  "unconfirmed", "refusal", "refusal_reason", "need",
        "reply_to",    "unread",  "text",        "answers", "form",           "assigned_form",
        "not_safe",    "seen_at", "witnessed_at"}) {
    CHECK(document.contains(name));
  }
  CHECK(document["from"] == "client");
  CHECK(document["kind"] == "check-in");
  CHECK(document["need"] == "witness");
  CHECK(document["sent_at"] == "2026-03-04T17:05:00.007Z");
  CHECK(document["due_at"].is_null());
  CHECK(document["reply_to"].is_null());
  CHECK(document["answers"]["rest"] == "a-little");
  const std::string line = Dump(document);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(nlohmann::json::accept(line));
  // Line tools find id and text together: no object stands between.
  CHECK(line.substr(line.find("\"id\"")).find('{') > line.find("\"text\""));
}

TEST_CASE("no raw byte of a document can steer a terminal", "[json]") {
  const std::string text = "\x1b[2J \x7f \xC2\x9B \xE2\x80\xAE \xE2\x81\xA6 \xC3\xA4";
  const std::string line = Dump({{"text", text}});
  CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c < '\x7f'; }));
  CHECK(nlohmann::json::parse(line)["text"] == text);
}

TEST_CASE("my own message is from me, whatever my role", "[json]") {
  MessageView message;
  message.mine = true;
  CHECK(MessageJson(message)["from"] == "me");
  message.mine = false;
  message.from = crypto::Role::kTherapist;
  CHECK(MessageJson(message)["from"] == "therapist");
}

TEST_CASE("messages of several bonds merge by time, each bond in its own order", "[json]") {
  const auto message = [](char bond, std::uint64_t sent_at_ms) {
    MessageView view;
    view.bond = BondId::From(Bytes(16, bond), "bond").value();
    view.sent_at_ms = sent_at_ms;
    return view;
  };
  // The second message of bond a was written by a clock that is behind.
  const auto merged = Merged(
      {message('a', 10), message('a', 5), message('a', 30), message('b', 7), message('b', 20)});
  std::vector<std::uint64_t> times;
  for (const MessageView& view : merged) times.push_back(view.sent_at_ms);
  CHECK(times == std::vector<std::uint64_t>{7, 10, 5, 20, 30});
}

TEST_CASE("a list that is cut says so, and is cut bond by bond", "[json]") {
  std::vector<MessageView> messages;
  for (const char bond : {'a', 'a', 'a', 'b', 'b'}) {
    MessageView view;
    view.bond = BondId::From(Bytes(16, bond), "bond").value();
    view.sent_at_ms = messages.size();
    messages.push_back(view);
  }
  std::vector<MessageView> all = messages, some = messages;
  CHECK_FALSE(KeepNewest(all, 3));
  CHECK(all.size() == 5);
  CHECK(KeepNewest(some, 2));
  std::vector<std::uint64_t> times;
  for (const MessageView& view : some) times.push_back(view.sent_at_ms);
  CHECK(times == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("what there is not is null", "[json]") {
  const Json message = MessageJson(MessageView());
  for (const char* name : {"refusal", "text", "need", "reply_to", "due_at", "rupture", "ahead"}) {
    INFO(name);
    CHECK(message.at(name).is_null());
  }
  CHECK(BondJson(BondView()).at("label").is_null());
  CHECK(ErrorJson(Refuse(Reason::kUsage, "", "say what")).at("field").is_null());
  LedgerLine line;
  line.entry.kind = LedgerKind::kSlotOpened;
  const Json entry = LedgerLineJson(line);
  for (const char* name : {"act", "message", "fulfilled_by", "reference"}) {
    CHECK(entry.at(name).is_null());
  }
  CHECK(StandingJson(StandingView()).at("ledger").at("head").is_null());
}

TEST_CASE("a reply that was missed is overdue", "[json]") {
  PromiseView promise;
  CHECK(PromiseJson(promise).at("overdue") == false);
  promise.line.state = PromiseState::kMissed;
  CHECK(PromiseJson(promise).at("overdue") == true);
}

// What the page lists under `name`.
std::vector<std::string> Listed(const std::string& name) {
  std::ifstream in(HOLDFAST_SOURCE_DIR "/client/cli/json/holdfast.schema.json");
  return nlohmann::json::parse(in).at("$defs").at(name).at("enum");
}

template <class Enum, class Name>
std::vector<std::string> NamesUpTo(Enum last, Name name) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.emplace_back(name(static_cast<Enum>(i)));
  }
  return names;
}

// The fields of a document, and those that the page lists under `name`, in their order.
void CheckFields(const std::string& name, const Json& document) {
  std::ifstream in(HOLDFAST_SOURCE_DIR "/client/cli/json/holdfast.schema.json");
  const Json listed = Json::parse(in).at("$defs").at(name).at("properties");
  std::vector<std::string> has, should;
  for (const auto& [field, value] : document.items()) has.push_back(field);
  for (const auto& [field, value] : listed.items()) should.push_back(field);
  INFO(name);
  CHECK(has == should);
}

TEST_CASE("every field of a document is in the schema, in its order", "[json]") {
  CheckFields("message", MessageJson(MessageView()));
  CheckFields("rupture", RuptureJson(RuptureView()));
  CheckFields("alarm", AlarmJson(Alarm()));
  CheckFields("invitation", InvitationJson(InvitationView()));
  CheckFields("form", FormJson(*forms::WeeklyForm()));
  CheckFields("error", ErrorJson(Refuse(Reason::kUsage, "", "")));
  CheckFields("standing", StandingJson(StandingView()));
  CheckFields("promise", PromiseJson(PromiseView()));
  CheckFields("ledger-entry", LedgerLineJson(LedgerLine()));
  CheckFields("reminder", ReminderJson(ReminderView()));
  CheckFields("availability", AvailabilityJson(Availability()));
  CheckFields("rhythm", RhythmJson(Rhythm()));
  MessageView ahead;
  ahead.ahead = AheadView();
  CheckFields("ahead", MessageJson(ahead).at("ahead"));
}

TEST_CASE("every word of an enumeration is in the schema, in its order", "[json]") {
  std::vector<std::string> reasons;
  for (const ReasonRow& row : ReasonTable()) reasons.emplace_back(row.name);
  CHECK(Listed("reason") == reasons);
  const auto name_of = [](auto value) { return NameOf(value); };
  CHECK(Listed("message-state") == NamesUpTo(MessageState::kWithdrawn, name_of));
  CHECK(Listed("evidence") == NamesUpTo(Evidence::kLedger, name_of));
  CHECK(Listed("outlook") == NamesUpTo(AheadOutlook::kBondEnded, name_of));
  CHECK(Listed("alarm-kind") == NamesUpTo(kNewestAlarmKind, name_of));
  std::vector<std::string> checks = {"folder-private", "vault-private", "clock-possible"};
  for (const std::string& name : NamesUpTo(kLastFindingKind, name_of)) checks.push_back(name);
  CHECK(Listed("check") == checks);
  std::vector<std::string> kinds, acts, releases = {"now"};
  for (int i = 1; i <= static_cast<int>(LedgerKind::kRestored); ++i) {
    kinds.emplace_back(LedgerKindName(static_cast<LedgerKind>(i)));
  }
  CHECK(Listed("ledger-kind") == kinds);
  for (int i = 1; i <= static_cast<int>(ActKind::kEndBond); ++i) {
    acts.emplace_back(ActKindName(static_cast<ActKind>(i)));
  }
  CHECK(Listed("act-kind") == acts);
  for (const std::string& name : Listed("release")) releases.push_back(name);
  CHECK(NamesUpTo(ReleaseWhen::kPromiseMissed, ReleaseName) == releases);
}

TEST_CASE("names for programs are told apart and hold no blanks", "[json]") {
  for (const auto names : {AlarmKindNames(), FindingKindNames()}) {
    CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
    for (const std::string_view name : names) {
      CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    }
  }
}

TEST_CASE("the form's document names what --answers takes, and so does a wrong name", "[json]") {
  const Json form = FormJson(*forms::WeeklyForm());
  forms::GivenAnswers given;
  for (const Json& item : form.at("items")) {
    const Json& choices = item.at("choices").is_null() ? form.at("choices") : item.at("choices");
    given[item.at("id")] = static_cast<std::int64_t>(choices.size());
  }
  CHECK(forms::FillForm(*forms::WeeklyForm(), given).value().size() == form.at("items").size());
  const std::string wrong(
      forms::FillForm(*forms::WeeklyForm(), {{"sleep", std::int64_t{1}}}).status().message());
  CHECK(wrong.find("felt-safety") != std::string::npos);
  CHECK(wrong.find("rest") != std::string::npos);
}

TEST_CASE("an error's document names reason, field and delay", "[json]") {
  const Json error = ErrorJson(RefuseFor(Reason::kServerBusy, "body", "wait", 250));
  CHECK(error["reason"] == "server_busy");
  CHECK(error["field"] == "body");
  CHECK(error["retry_after_ms"] == 250);
}

TEST_CASE("answers come as one object of numbers, choices, text, truths and nulls", "[json]") {
  CHECK(ParseAnswers("{}").value().empty());
  const forms::GivenAnswers given =
      ParseAnswers(R"({"rest": 3, "settling": "a little", "repair": null, "yes": true, "x": 1.5})")
          .value();
  CHECK(std::get<std::int64_t>(given.at("rest")) == 3);
  CHECK(std::get<std::string>(given.at("settling")) == "a little");
  CHECK(std::holds_alternative<std::monostate>(given.at("repair")));
  CHECK(std::get<bool>(given.at("yes")));
  CHECK(std::get<std::string>(given.at("x")) == "1.5");
  for (const char* bad : {"", "[]", "3", "{\"a\":", "{} {}", "{\"a\": 1, \"a\": 2}"}) {
    INFO(bad);
    CHECK(FieldOf(ParseAnswers(bad).status()) == "answers");
  }
  CHECK(FieldOf(ParseAnswers(R"({"rest": [1]})").status()) == "answers.rest");
  CHECK(FieldOf(ParseAnswers(R"({"rest": 18446744073709551615})").status()) == "answers.rest");
}

TEST_CASE("the four needs have names, and nothing else is one", "[json]") {
  CHECK(NeedNamed("reply") == v1::NEED_REPLY);
  CHECK(NeedNamed("witness") == v1::NEED_WITNESS);
  CHECK(NeedNamed("none") == v1::NEED_NONE);
  CHECK(NeedNamed("session") == v1::NEED_SESSION);
  CHECK(NeedNamed("Reply") == v1::NEED_UNSPECIFIED);
}

}  // namespace
}  // namespace holdfast::client::cli
