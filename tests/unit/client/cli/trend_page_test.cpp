// A page of answers over time: what is in it, what is never in it, and how it does in a browser.
#include "client/cli/words/trend_page.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "client/cli/words/form_words.h"
#include "client/cli/words/trend_scale.h"
#include "client/forms/form_import.h"
#include "client/forms/shipped.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client::cli {
namespace {

using nlohmann::json;

constexpr std::uint64_t kPageMs = 1'772'643'600'000;  // Wed 4 Mar 2026
constexpr std::uint64_t kPageWeekMs = 7 * limits::kDayMs;
constexpr const char* kAxe = HOLDFAST_SOURCE_DIR "/build/axe-4.14.1.min.js";

// A form as anybody could send it.
const forms::FormRef& HostileForm() {
  static const forms::FormRef form =
      forms::ParseForm(R"({"resourceType": "Questionnaire", "url": "urn:sleep", "id": "sleep",
        "version": "3", "status": "active", "title": "Sleep </title><script>alert(1)</script>",
        "copyright": "\u202eowned\u001b[2J", "item": [
          {"linkId": "good", "type": "boolean", "text": "<img src=x onerror=alert(1)> slept & well?"},
          {"linkId": "hours", "type": "decimal", "text": "\u202eHours\u0007"},
          {"linkId": "how", "type": "choice", "text": "שלום, how?", "answerOption": [
            {"valueString": "\"quoted\" <b>"}, {"valueString": "as long as nobody has ever slept before"}]},
          {"linkId": "note", "type": "text", "text": "Anything"}]})")
          .value();
  return form;
}

struct Answering {
  void Add(const forms::FormRef& form, std::uint64_t weeks, const forms::GivenAnswers& given) {
    auto content = std::make_shared<v1::Content>();
    *content->mutable_check_in() = BlankCheckIn(*form);
    PutAnswers(*form, forms::FillForm(*form, given).value(), *content->mutable_check_in());
    MessageView message;
    message.kind = Kind::kCheckIn;
    message.bond = bond.id;
    message.sent_at_ms = kPageMs + weeks * kPageWeekMs;
    message.content = std::move(content);
    messages.push_back(std::move(message));
  }
  std::vector<Trend> Trends() const { return TrendsOf(messages, {HostileForm()}); }
  std::string Page(crypto::Role reader) const {
    const Words words(reader, {bond}, 0);
    return TrendPage(words, bond.id, Trends(), kPageMs + 200 * kPageWeekMs);
  }

  BondView bond{BondId::From(Bytes(16, '\x77'), "bond").value(), "Kim <Ng> \xe2\x80\xae& co",
                crypto::Role::kTherapist, 1, 0};
  std::vector<MessageView> messages;
};

// Two years: every second week PHQ-9, every week the weekly form, of which some are left out, and
// a few of one's own.
Answering TwoYears() {
  Answering story;
  const forms::FormRef phq9 = forms::ShippedByName("phq-9");
  for (std::uint64_t week = 0; week < 104; ++week) {
    const bool is_away = week % 26 > 20;
    if (is_away) continue;
    if (week % 2 == 0) {
      forms::GivenAnswers given;
      for (const forms::Item& item : phq9->items) {
        const std::size_t place =
            (week / 8 + item.link_id.size() + static_cast<std::size_t>(item.link_id.back())) % 4;
        if (!item.options.empty()) given[item.link_id] = item.options[place].text;
      }
      story.Add(phq9, week, given);
    }
    forms::GivenAnswers given;
    for (const forms::Item& item : forms::WeeklyForm()->items) {
      const std::uint64_t place = (week * 7 + item.text.size()) % 6;
      if (place < item.options.size()) given[item.link_id] = item.options[place].text;
    }
    story.Add(forms::WeeklyForm(), week, given);
  }
  story.Add(HostileForm(), 1, {{"good", true}, {"hours", std::string("6.5")}});
  story.Add(HostileForm(), 2,
            {{"good", false},
             {"hours", std::string("8")},
             {"how", std::string("\"quoted\" <b>")},
             {"note", std::string("x")}});
  return story;
}

std::size_t TimesIn(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++times;
  }
  return times;
}

bool PageHolds(const std::string& text, const std::string& part) { return TimesIn(text, part) > 0; }

// What is drawn in each picture, in order: "M" where a line begins, "L" where it goes on.
std::vector<std::string> LinesOn(const std::string& page) {
  const std::string begin = "class=\"course\" d=\"";
  std::vector<std::string> lines;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    std::string line = page.substr(at, page.find('"', at) - at);
    std::erase_if(line, [](char c) { return c != 'M' && c != 'L'; });
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("a page of a trend breaks the line where a time is missing or left out", "[page]") {
  Answering story;
  const forms::FormRef phq2 = forms::ShippedByName("phq-2");
  const auto answer = [&](std::uint64_t week, bool both) {
    forms::GivenAnswers given = {{"phq2-1", std::string("several days")}};
    if (both) given["phq2-2"] = std::string("not at all");
    story.Add(phq2, week, given);
  };
  answer(0, true);
  answer(2, false);
  answer(4, true);
  answer(8, true);  // the one at 6 is missing
  answer(10, true);
  const std::string page = story.Page(crypto::Role::kClient);
  // What is left out breaks it as well.
  CHECK(LinesOn(page) == std::vector<std::string>{"MLLML", "MMML"});
  CHECK(TimesIn(page, "<circle") == 5 + 4);
  CHECK(TimesIn(page, "left out") == 1);
}

TEST_CASE("a form that is asked for less often is no row of gaps", "[page]") {
  Answering story;
  const forms::FormRef phq2 = forms::ShippedByName("phq-2");
  for (const std::uint64_t week : {0U, 4U, 8U}) {
    story.Add(phq2, week, {{"phq2-1", std::string("several days")}});
  }
  CHECK(LinesOn(story.Page(crypto::Role::kClient)) == std::vector<std::string>{"MMM"});
  auto content = std::make_shared<v1::Content>();
  content->mutable_form_assignment()->set_canonical(phq2->Canonical());
  content->mutable_form_assignment()->set_form("{}");
  content->mutable_form_assignment()->set_every_days(28);
  MessageView asked;
  asked.content = std::move(content);
  story.messages.insert(story.messages.begin(), asked);
  CHECK(LinesOn(story.Page(crypto::Role::kClient)) == std::vector<std::string>{"MLL"});
  CHECK(PageHolds(TrendInWords(Words(crypto::Role::kClient, {}, kPageMs), story.Trends().at(0), 60),
                  "a column every 4 weeks"));
}

TEST_CASE("each picture has a name, a description and a table of the same", "[page]") {
  const std::string page = TwoYears().Page(crypto::Role::kClient);
  const std::size_t pictures = TimesIn(page, "<svg role=\"img\"");
  CHECK(pictures == 10 + 9 + 3);
  CHECK(TimesIn(page, "<title id=") == pictures);
  CHECK(TimesIn(page, "<desc id=") == pictures);
  CHECK(TimesIn(page, "<table>") == pictures);
  CHECK(TimesIn(page, "<caption id=") == pictures);
  CHECK(TimesIn(page, "tabindex=\"0\"") == pictures);
  CHECK(TimesIn(page, "<h1") == 1);
  CHECK(TimesIn(page, "<h2 id=") == 3);
  // Each time of each question is a row.
  std::size_t rows = 0;
  for (const Trend& trend : TwoYears().Trends()) {
    rows += trend.points.size() *
            static_cast<std::size_t>(std::ranges::count_if(trend.form->items, IsDrawn));
  }
  CHECK(TimesIn(page, "<th scope=\"row\"><time") == rows);
  CHECK(PageHolds(page, "1 &quot;quoted&quot; &lt;b&gt;, 2 as long as"));
  CHECK(PageHolds(page, "<html lang=\"en\""));
}

TEST_CASE("a client's page has no total, no band, no target and no verdict", "[page]") {
  Answering story = TwoYears();
  const std::string own = story.Page(crypto::Role::kClient);
  const std::string theirs = story.Page(crypto::Role::kTherapist);
  for (const char* word : {"total", "Total", "severe", "mild", "score", "improve", "worse",
                           "streak", "target", "reliable", "average"}) {
    INFO(word);
    CHECK_FALSE(PageHolds(own, word));
  }
  CHECK(PageHolds(theirs, ">PHQ-9 total<"));
  CHECK_FALSE(PageHolds(theirs, "severe"));
}

TEST_CASE("nothing in a page of a trend runs, steers, hides or asks elsewhere", "[page]") {
  const std::string page = TwoYears().Page(crypto::Role::kTherapist);
  CHECK(PageHolds(page, "default-src 'none'"));
  for (const char* bad : {"<script", "<img", "<b>", "href=\"http", "url(", "@import", "\x1b",
                          "\x07", "\xe2\x80\xae", "style=\"", "javascript:", "onload="}) {
    INFO(bad);
    CHECK_FALSE(PageHolds(page, bad));
  }
  CHECK(PageHolds(page, "Kim &lt;Ng&gt; "));
  CHECK(PageHolds(page, "Sleep &lt;/title&gt;"));
}

TEST_CASE("answers of two versions of a form are never on one line", "[page]") {
  Answering story;
  const forms::FormRef first = forms::ShippedByNumber("holdfast-weekly", 1);
  story.Add(first, 0, {{"rest", std::int64_t{2}}});
  story.Add(forms::WeeklyForm(), 1, {{"rest", std::int64_t{3}}});
  const std::string page = story.Page(crypto::Role::kClient);
  CHECK(TimesIn(page, "<h2 id=") == 2);
  CHECK(PageHolds(page, ", version 1<"));
  CHECK(PageHolds(page, ", version 2<"));
  CHECK(LinesOn(page) == std::vector<std::string>{"M", "M"});
}

TEST_CASE(
    "a number as large as a form allows, or an answer that the form does not know, is drawn "
    "or left out, and nothing breaks",
    "[page]") {
  const forms::FormRef form =
      forms::ParseForm(R"({"resourceType": "Questionnaire", "url": "urn:n", "id": "n",
        "version": "1", "status": "active", "item": [
          {"linkId": "n", "type": "integer", "text": "Number"}, {"linkId": "c", "type": "choice",
           "text": "Choice", "answerOption": [{"valueString": "a"}]}]})")
          .value();
  std::vector<TrendPoint> points(3);
  points[0].answers = {{"n", forms::AnswerKind::kNumber, INT64_MAX, ""}};
  points[1].answers = {{"n", forms::AnswerKind::kNumber, INT64_MIN, ""},
                       {"c", forms::AnswerKind::kChoice, 0, "unknown"}};
  points[2].answers = {{"n", forms::AnswerKind::kText, 0, "many"}};
  points[1].at_ms = kPageMs;
  points[2].at_ms = UINT64_MAX;
  const TrendScale numbers = ScaleOf(form->items[0], points);
  CHECK(numbers.ticks.size() <= 9);
  CHECK_FALSE(numbers.points[2].value);
  CHECK_FALSE(ScaleOf(form->items[1], points).points[1].value);
  const Words words(crypto::Role::kClient, {}, 0);
  const std::string page = TrendPage(words, BondId(), {{form, points, 0}}, kPageMs);
  CHECK(PageHolds(page, "many"));
  CHECK(PageHolds(page, "unknown"));
  CHECK_FALSE(PageHolds(page, "nan"));
  CHECK_FALSE(PageHolds(page, "=\"-"));
}

TEST_CASE("ticks stand at round numbers, few enough to read", "[page]") {
  const auto texts = [](std::int64_t least, std::int64_t most) {
    std::string all;
    for (const ChartTick& tick : RoundTicks({least}, {most})) all += tick.text + " ";
    return all;
  };
  CHECK(texts(0, 27'000'000) == "0 5 10 15 20 25 30 ");
  CHECK(texts(0, 10'000'000) == "0 2 4 6 8 10 ");
  CHECK(texts(6'500'000, 8'000'000) == "6 7 8 ");
  CHECK(texts(-3'500'000, -3'200'000) == "-4 -3 ");
  CHECK(texts(7'000'000, 7'000'000) == "7 8 ");
  CHECK(texts(-999'999'999'000'000, 999'999'999'000'000) ==
        "-1000000000 -500000000 0 500000000 1000000000 ");
}

TEST_CASE(
    "a browser without a network shows a page of a trend whole, at any width, and to "
    "everybody",
    "[page]") {
  const test::TempDir folder;
  const std::string file = (folder / "trend.html").string();
  std::ofstream(file) << TwoYears().Page(crypto::Role::kTherapist);
  std::string command =
      "/usr/bin/python3 " HOLDFAST_SOURCE_DIR "/tests/support/page_in_browser.py " + file;
  if (const char* pictures = std::getenv("HOLDFAST_PICTURES")) {
    command += " --pictures " + std::string(pictures);
  }
  const bool has_axe = std::filesystem::exists(kAxe);
  if (has_axe) command += std::string(" --axe ") + kAxe;
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  REQUIRE(pclose(pipe) == 0);
  const json said = json::parse(out);
  if (said.contains("absent")) {
    WARN("not looked at in a browser: " << said.at("absent") << " is not installed");
    return;
  }
  INFO(said.dump(1));
  CHECK(said.at("title").get<std::string>().starts_with("How answers went: Kim <Ng>"));
  CHECK(said.at("asked_for").empty());
  CHECK(said.at("complaints").empty());
  CHECK(said.at("scripts") == 0);
  CHECK(said.at("wide") <= 320);
  CHECK(said.at("reached") == said.at("reachable"));
  CHECK_FALSE(said.at("reached").empty());
  CHECK(said.at("scrolling").empty());
  int before = 0;
  for (const int level : said.at("order").get<std::vector<int>>()) {
    CHECK(level <= before + 1);
    before = level;
  }
  if (!has_axe) {
    WARN("not held against axe-core: tests/support/fetch_axe gets it");
    return;
  }
  CHECK(said.at("violations").empty());
}

}  // namespace holdfast::client::cli
