// A history that was exported is read back as it was shown; one that is damaged, altered or of
// something else is refused, and says where.
#include "client/cli/words/history_file.h"

#include <nlohmann/json.hpp>

#include "client/cli/words/json.h"
#include "client/forms/shipped.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "unit/client/cli/written_scene.h"

namespace holdfast::client::cli {
namespace {

std::string FileOf(const WrittenScene& scene) {
  const Words words(scene.role, scene.head.bonds, 0, scene.known);
  const auto format = JsonExport(words);
  std::string text = format->Begin(scene.head) + format->OfBond(scene.bond);
  for (const MessageView& message : scene.messages) text += format->Message(message);
  return text + format->End(scene.messages.size());
}

// With a mark, a note ahead, and all that a state can say.
WrittenScene FullScene(crypto::Role role) {
  WrittenScene scene = WholeScene(role);
  MessageView& first = scene.messages.front();
  first.state = MessageState::kMissed;
  first.evidence = Evidence::kLedger;
  first.due_at_ms = 1'772'100'000'000;
  first.kept_at_ms = 1'772'200'000'000;
  first.witnessed_at_ms = 1'772'200'500'000;
  first.rupture =
      RuptureView{first.id, first.bond, false, "it landed badly", 1'772'000'300'000, 0, 0};
  MessageView& last = scene.messages.back();
  last.kind = Kind::kNote;
  last.reply_to.reset();
  v1::Content content;
  content.mutable_note()->set_text("written ahead \xf0\x9f\x8c\xb1 \xd7\xa9");
  last.content = std::make_shared<v1::Content>(content);
  last.ahead = AheadView();
  last.ahead->release.when = ReleaseWhen::kAtTime;
  last.ahead->release.at_ms = 1'772'050'000'000;
  last.ahead->outlook = AheadOutlook::kReleased;
  last.ahead->released_at_ms = 1'772'050'000'001;
  last.ahead->goes_at_ms = 1'772'050'000'000;
  last.ahead->is_soon = last.ahead->decided = true;
  last.ahead->hold = AheadHold{true, true, true, false};
  v1::Content none;
  scene.messages.push_back(scene.Of(Kind::kReply, none));
  scene.messages.back().erased_at_ms = 1'772'300'000'000;
  scene.messages.push_back(scene.Of(Kind::kNote, none));  // of a newer version
  return scene;
}

struct Read {
  absl::Status status;
  std::vector<MessageView> messages;
  std::vector<forms::FormRef> forms;
  std::optional<ExportHead> head;
};

Read ReadLines(const std::string& text, std::vector<forms::FormRef> known = {}) {
  HistoryFile file(std::move(known));
  Read read;
  std::size_t at = 0;
  while (read.status.ok() && at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    auto part = file.TakeLine(std::string_view(text).substr(at, end - at));
    read.status = part.status();
    at = end + 1;
    if (!part.ok()) break;
    if (auto* message = std::get_if<MessageView>(&*part)) read.messages.push_back(*message);
    if (auto* form = std::get_if<forms::FormRef>(&*part)) read.forms.push_back(*form);
    if (auto* head = std::get_if<ExportHead>(&*part)) read.head = *head;
  }
  if (read.status.ok()) read.status = file.Finish();
  return read;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// Why it is refused; "" where it is not.
std::string WhyNot(const std::string& text) {
  return std::string(ReadLines(text).status.message());
}

TEST_CASE("what was exported is read back, and exported again as it was", "[export][import]") {
  for (const crypto::Role role : {crypto::Role::kTherapist, crypto::Role::kClient}) {
    const WrittenScene scene = FullScene(role);
    const std::string text = FileOf(scene);
    const Read first = ReadLines(text);
    INFO(first.status);
    REQUIRE(first.status.ok());
    CHECK(first.forms.size() == forms::ShippedForms().size() + 1);
    const Read second = ReadLines(text, first.forms);
    REQUIRE(second.status.ok());
    REQUIRE(second.messages.size() == scene.messages.size());
    WrittenScene again = scene;
    again.head = *second.head;
    again.messages = second.messages;
    again.known = second.forms;
    CHECK(FileOf(again) == text);
  }
}

TEST_CASE("a file that is not whole, or not as it was written, is refused with its line",
          "[export][import]") {
  const WrittenScene scene = FullScene(crypto::Role::kClient);
  const std::string text = FileOf(scene);
  REQUIRE(WhyNot(text).empty());
  const std::string id = scene.messages.front().id.hex(), second = scene.messages[1].id.hex();
  const std::string weekly = forms::WeeklyForm()->hash.hex();
  const std::vector<std::pair<std::string, std::string>> altered = {
      {"holdfast-history-1", "holdfast-ledger-1"},
      {"\"role\":\"client\"", "\"role\":\"nobody\""},
      {"\"with\":\"therapist\"", "\"with\":\"client\""},
      {"\"id\":\"" + id + "\"", "\"id\":\"" + second + "\""},
      {"\"id\":\"" + id + "\"", "\"id\":\"" + id.substr(1) + "\""},
      {"\"bond\":\"77", "\"bond\":\"78"},
      {"\"kind\":\"check-in\"", "\"kind\":\"receipt\""},
      {"\"from\":\"therapist\"", "\"from\":\"client\""},
      {"\"state\":\"missed\"", "\"state\":\"lost\""},
      {"\"evidence\":\"ledger\"", "\"evidence\":\"hearsay\""},
      {"\"sent_at\":\"2026-02-25T06:13:20.000Z\"", "\"sent_at\":\"2026-02-25T06:13:20Z\""},
      {"\"sent_at\":\"2026-02-25T06:13:20.000Z\"", "\"sent_at\":\"2026-02-30T06:13:20.000Z\""},
      {"\"sent_at\":\"2026-02-25T06:13:20.000Z\"", "\"sent_at\":null"},
      {"\"unread\":false", "\"unread\":0"},
      {"\"unread\":false", "\"unread\":false,\"mood\":1"},
      {"\"hash\":\"" + weekly + "\"", "\"hash\":\"00" + weekly.substr(2) + "\""},
      {"\"every_days\":14", "\"every_days\":0.5"},
      {"\"url\":\"urn:test:every\"", "\"url\":\"urn:test:other\""},
      {"\"title\":\"Every kind\"", "\"title\":\"Every king\""},
      {"\"count\":", "\"count\":1"},
      {"},\n{", "}\n{"},
      {"],\"forms\":[", "],\"firms\":["},
      {"\"outlook\":\"released\"", "\"outlook\":\"relished\""},
      {"\"message\":\"" + id + "\"", "\"message\":\"" + second + "\""},
      {"\"text\":null", "\"text\":7"},
      {"\"form\":{\"name\"", "\"form\":{\"form\":{},\"name\""}};
  for (const auto& [from, to] : altered) {
    INFO(from << " -> " << to);
    const bool extra =
        to.find("\"form\":{\"form\"") == 0;  // names that are not known are passed over
    CHECK(WhyNot(Replaced(text, from, to)).empty() == extra);
  }
  CHECK(ReasonOf(ReadLines(Replaced(text, "history-1", "history-2")).status) ==
        Reason::kNewerFormat);
  CHECK(WhyNot(Replaced(text, "\"state\":\"missed\"", "\"state\":\"lost\"")).find("line 2") !=
        std::string::npos);
  CHECK_FALSE(WhyNot("").empty());
  CHECK_FALSE(WhyNot("\n").empty());
  CHECK_FALSE(WhyNot(text + "more\n").empty());
  CHECK_FALSE(WhyNot("{\"format\":\"holdfast-history-1\"" + std::string(2'000'000, ' ')).empty());
  const std::string deep(100'000, '[');
  CHECK_FALSE(
      WhyNot(Replaced(text, "\"answers\":{", "\"deep\":" + deep + ",\"answers\":{")).empty());
}

TEST_CASE(
    "a file that is cut off anywhere is refused, and one with a byte changed is never misread",
    "[export][import]") {
  WrittenScene scene(crypto::Role::kClient);
  scene.Add(*scene.known.front(), true);
  const std::string text = FileOf(scene);
  for (std::size_t at = 0; at + 1 < text.size(); at += 3) {
    CHECK_FALSE(WhyNot(text.substr(0, at)).empty());
  }
  std::size_t refused = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char other : {'\0', '"', '}', '9', '\x80'}) {
      std::string changed = text;
      if (changed[at] == other) continue;
      changed[at] = other;
      const Read read = ReadLines(changed);
      if (!read.status.ok()) ++refused;
      for (const forms::FormRef& form : read.forms) CHECK(form->hash == scene.known.front()->hash);
    }
  }
  CHECK(refused > 3 * text.size());  // what is left is a letter of somebody's words, or a number
}

}  // namespace
}  // namespace holdfast::client::cli
