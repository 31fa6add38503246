// What is taken along says all that was written, and nothing in it runs, steers or hides.
#include <nlohmann/json.hpp>
#include <string>

#include "client/cli/words/export_format.h"
#include "holdfast/v1/content.pb.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

using nlohmann::json;

EnvelopeId ExportedId(char fill) { return EnvelopeId::From(Bytes(16, fill), "id").value(); }

// A client's: a check-in of theirs, and what their therapist answered.
struct Exporting {
  Exporting() {
    bond.id = BondId::From(Bytes(16, '\x77'), "bond").value();
    bond.label = "Dr. <Kim> & co";
    bond.formed_at_ms = 1'700'000'000'000;
    head.identity.role = crypto::Role::kClient;
    head.identity.account = AccountKey::From(Bytes(32, '\x11'), "account").value();
    head.identity.device = DeviceId::From(Bytes(16, '\x12'), "device").value();
    head.identity.practice = PracticeKey::From(Bytes(32, '\x13'), "practice").value();
    head.identity.address = "practice.example:7443";
    head.bonds = {bond};
    head.written_ms = 1'772'366'400'000;
  }

  MessageView Mine(const std::string& text) const {
    v1::Content content;
    content.mutable_check_in()->set_form("holdfast-weekly");
    content.mutable_check_in()->set_form_version(1);
    content.mutable_check_in()->set_note(text);
    content.mutable_check_in()->set_need(v1::NEED_REPLY);
    v1::Answer& answer = *content.mutable_check_in()->add_answers();
    answer.set_link_id("a <b>item</b>");
    answer.set_text("an answer\x1b[2J");
    MessageView message = Of(Kind::kCheckIn, '\x01', content);
    message.mine = true;
    message.state = message.reached = MessageState::kDelivered;
    message.kept_at_ms = 5;
    return message;
  }
  MessageView Theirs(const std::string& text) const {
    v1::Content content;
    content.mutable_reply()->set_text(text);
    MessageView message = Of(Kind::kReply, '\x02', content);
    message.from = crypto::Role::kTherapist;
    message.reply_to = ExportedId('\x01');
    message.state = message.reached = MessageState::kOpened;
    return message;
  }
  MessageView Of(Kind kind, char id, const v1::Content& content) const {
    MessageView message;
    message.id = ExportedId(id);
    message.bond = bond.id;
    message.kind = kind;
    message.sent_at_ms = 1'772'000'000'000;
    message.state_since_ms = message.reached_at_ms = 1'772'000'100'000;
    message.content = std::make_shared<v1::Content>(content);
    return message;
  }
  std::string All(const std::string& format, const std::string& mine,
                  const std::string& theirs) const {
    const Words words(crypto::Role::kClient, head.bonds, 0);
    const auto writer = ExportFormatNamed(format, words);
    REQUIRE(writer != nullptr);
    std::string text = writer->Begin(head);
    text += writer->OfBond(bond);
    text += writer->Message(Mine(mine));
    text += writer->Message(Theirs(theirs));
    return text + writer->End(2);
  }

  BondView bond;
  ExportHead head;
};

constexpr const char* kHostile =
    "plain \x1b]0;owned\x07 \xc2\x9b"
    "31m \xe2\x80\xaeoverride\r\n# no heading\n- no list\n1. "
    "none\n<script>alert(1)</script> *b* _i_ [l](http://x) `c` &amp; end";
const std::string kOtherScripts = "שלום לך 👩‍👧 и мир";

std::vector<std::string> Steering() { return {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\r"}; }

}  // namespace

TEST_CASE("no export holds a control character or a direction override", "[export]") {
  const Exporting exporting;
  for (const std::string format : {"json", "markdown", "html", "fhir"}) {
    INFO(format);
    const std::string text = exporting.All(format, kHostile, kHostile);
    for (const std::string& bad : Steering()) CHECK(text.find(bad) == std::string::npos);
    for (const char* said : {"plain", "override", "no heading", "end"}) {
      CHECK(text.find(said) != std::string::npos);
    }
  }
}

TEST_CASE("text of any script and emoji are exported as they are", "[export]") {
  const Exporting exporting;
  for (const std::string format : {"markdown", "html"}) {
    CHECK(exporting.All(format, kOtherScripts, "ok").find(kOtherScripts) != std::string::npos);
  }
  const json history = json::parse(exporting.All("json", kOtherScripts, "ok"));
  CHECK(history.at("messages").at(0).at("text") == kOtherScripts);
  const json bundle = json::parse(exporting.All("fhir", kOtherScripts, "ok"));
  CHECK(bundle.at("entry").at(2).at("resource").at("payload").at(0).at("contentString") ==
        kOtherScripts);
}

TEST_CASE("JSON has every message whole, with what it answers", "[export]") {
  const json history = json::parse(Exporting().All("json", kHostile, "I read it"));
  CHECK(history.at("format") == "holdfast-history-1");
  CHECK(history.at("count") == 2);
  REQUIRE(history.at("messages").size() == 2);
  CHECK(history.at("messages").at(0).at("text") == kHostile);
  CHECK(history.at("messages").at(0).at("kept_at").is_string());
  CHECK(history.at("messages").at(1).at("reply_to") == history.at("messages").at(0).at("id"));
  CHECK(history.at("bonds").at(0).at("label") == "Dr. <Kim> & co");
  CHECK(history.at("since").is_null());
}

TEST_CASE("nothing that was written is markup in a page", "[export]") {
  const std::string page = Exporting().All("html", kHostile, "\"><img src=x onerror=alert(1)>");
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("http://x") != std::string::npos);
  CHECK(page.find("href=\"http") == std::string::npos);
  CHECK(page.find("Dr. &lt;Kim&gt; &amp; co") != std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("<html lang=\"en\"") != std::string::npos);
  CHECK(page.find("dir=\"auto\"") != std::string::npos);
  CHECK(page.find("<a href=\"#m" + ExportedId('\x01').hex() + "\"") != std::string::npos);
}

TEST_CASE("nothing that was written is markup in Markdown", "[export]") {
  const std::string text = Exporting().All("markdown", kHostile, "two\n\n  lines\n---\n>quote");
  INFO(text);
  CHECK(text.find("> \\# no heading\\\n") != std::string::npos);
  CHECK(text.find("> \\- no list\\\n") != std::string::npos);
  CHECK(text.find("> 1\\. none\\\n") != std::string::npos);
  CHECK(text.find("\\<script\\>alert(1)\\</script\\> \\*b\\* \\_i\\_ \\[l\\](http://x) \\`c\\` "
                  "&amp;amp; end") != std::string::npos);
  CHECK(text.find("> two\n>\n> &nbsp;&nbsp;lines\\\n> \\---\\\n> \\>quote\n") != std::string::npos);
}

TEST_CASE("no sign of Markdown is left by one that stands before it", "[export]") {
  const Exporting exporting;
  const auto line = [&](const std::string& text) {
    const std::string all = exporting.All("markdown", "x", text);
    const std::size_t begin = all.rfind("> ") + 2;
    return all.substr(begin, all.find('\n', begin) - begin);
  };
  CHECK(line("- \\<b>") == "\\- \\\\\\<b\\>");
  CHECK(line("\\*a*") == "\\\\\\*a\\*");
  CHECK(line("1) *a*") == "1\\) \\*a\\*");
  CHECK(line("~ ~a~") == "\\~ \\~a\\~");
  CHECK(line("# `a`") == "\\# \\`a\\`");
  CHECK(line("1 is a number") == "1 is a number");
  CHECK(line("a - b") == "a - b");
}

TEST_CASE("a FHIR bundle has a Communication for each message, and people without a name",
          "[export]") {
  Exporting exporting;
  exporting.head.bonds[0].label.clear();
  exporting.bond.label.clear();
  const json bundle = json::parse(exporting.All("fhir", "the week", "I read it"));
  CHECK(bundle.at("resourceType") == "Bundle");
  CHECK(bundle.at("type") == "collection");
  REQUIRE(bundle.at("entry").size() == 6);
  std::vector<std::string> kinds;
  for (const json& entry : bundle.at("entry")) {
    const json& resource = entry.at("resource");
    kinds.push_back(resource.at("resourceType"));
    if (resource.at("resourceType") == "Questionnaire") continue;  // has an id of its own
    CHECK(entry.at("fullUrl") == "urn:uuid:" + resource.at("id").get<std::string>());
    CHECK(resource.at("id").get<std::string>().size() == 36);
  }
  CHECK(kinds == std::vector<std::string>{"Patient", "Practitioner", "Communication",
                                          "Questionnaire", "QuestionnaireResponse",
                                          "Communication"});
  CHECK_FALSE(bundle.at("entry").at(1).at("resource").contains("name"));
  const json& mine = bundle.at("entry").at(2).at("resource");
  const json& reply = bundle.at("entry").at(5).at("resource");
  CHECK(mine.at("status") == "completed");
  CHECK(mine.at("topic").at("text") == "need: reply");
  CHECK(mine.at("sender").at("reference") == bundle.at("entry").at(0).at("fullUrl"));
  CHECK(mine.at("subject") == mine.at("sender"));
  CHECK(reply.at("subject") == mine.at("sender"));
  CHECK(reply.at("sender").at("reference") == bundle.at("entry").at(1).at("fullUrl"));
  CHECK(reply.at("recipient").at(0) == mine.at("sender"));
  CHECK(reply.at("inResponseTo").at(0).at("reference") == bundle.at("entry").at(2).at("fullUrl"));
  CHECK(reply.at("payload").at(0).at("contentString") == "I read it");
  CHECK(reply.at("received").is_string());
  CHECK(bundle.dump().find(exporting.head.identity.account.hex()) == std::string::npos);

  // Of a range what is answered may not be there.
  exporting.head.since_ms = 1;
  const json part = json::parse(exporting.All("fhir", "", "I read it"));
  CHECK(part.at("entry").at(5).at("resource").at("inResponseTo").at(0).contains("identifier"));
  CHECK(part.at("entry").at(2).at("resource").at("payload").size() == 2);  // the answer, twice
}

TEST_CASE("a state that is not the end has a FHIR status of its own", "[export]") {
  const Exporting exporting;
  const Words words(crypto::Role::kClient, exporting.head.bonds, 0);
  const auto status = [&](const MessageView& message) {
    const auto format = FhirExport(words);
    format->Begin(exporting.head);
    format->OfBond(exporting.bond);
    const std::string entries = format->Message(message).substr(2);
    return json::parse(entries.substr(0, entries.find(",\n"))).at("resource").at("status");
  };
  MessageView message = exporting.Mine("x");
  message.state = MessageState::kQueued;
  CHECK(status(message) == "preparation");
  message.state = MessageState::kWithdrawn;
  CHECK(status(message) == "not-done");
  message.state = MessageState::kStored;
  message.ahead = AheadView();
  CHECK(status(message) == "on-hold");
  message.ahead->outlook = AheadOutlook::kReleased;
  CHECK(status(message) == "completed");
  message.refusal = "the bond has ended";
  CHECK(status(message) == "not-done");
}

TEST_CASE("a file's ending says its format, and an unknown format is none", "[export]") {
  CHECK(ExportNameFor("a/b.md") == "markdown");
  CHECK(ExportNameFor("B.HTML") == "html");
  CHECK(ExportNameFor("x.json") == "json");
  CHECK(ExportNameFor("folder.html/x") == "json");
  CHECK(ExportNameFor("-") == "json");
  const Words words(crypto::Role::kClient, {}, 0);
  CHECK(ExportFormatNamed("pdf", words) == nullptr);
}

}  // namespace holdfast::client::cli
