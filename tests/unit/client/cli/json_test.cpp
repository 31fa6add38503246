// What --json prints.
#include "client/cli/words/json.h"

#include <algorithm>

#include "client/cli/commands/checkin_questions.h"
#include "client/core/reading/order.h"
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
       {"id", "bond", "kind", "from", "sent_at", "state", "state_since", "due_at", "unconfirmed",
        "refusal", "need", "reply_to", "unread", "text", "answers"}) {
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

TEST_CASE("an error's document names reason, field and delay", "[json]") {
  const Json error = ErrorJson(RefuseFor(Reason::kServerBusy, "body", "wait", 250));
  CHECK(error["reason"] == "server_busy");
  CHECK(error["field"] == "body");
  CHECK(error["retry_after_ms"] == 250);
}

TEST_CASE("answers come as one object of numbers, choices and nulls", "[json]") {
  CHECK(ParseAnswers("{}").value().empty());
  const FormInput input =
      ParseAnswers(R"({"rest": 3, "settling": "a little", "repair": null})").value();
  CHECK(std::get<std::int64_t>(input.at("rest")) == 3);
  CHECK(std::get<std::string>(input.at("settling")) == "a little");
  CHECK(std::holds_alternative<std::monostate>(input.at("repair")));
  for (const char* bad : {"", "[]", "3", "{\"a\":", "{} {}"}) {
    INFO(bad);
    CHECK(FieldOf(ParseAnswers(bad).status()) == "answers");
  }
  CHECK(FieldOf(ParseAnswers(R"({"rest": 1.5})").status()) == "answers.rest");
  CHECK(FieldOf(ParseAnswers(R"({"rest": [1]})").status()) == "answers.rest");
  CHECK(FieldOf(ParseAnswers(R"({"rest": 99999999999999999999})").status()) == "answers.rest");
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
