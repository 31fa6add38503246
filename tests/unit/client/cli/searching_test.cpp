// Words are found however they were written, and shown so that they steer no terminal.
#include "client/cli/words/searching.h"

#include <string>

#include "client/cli/words/columns.h"
#include "client/cli/words/folding.h"
#include "client/cli/words/past_days.h"
#include "client/cli/words/rendering.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

bool Finds(const std::string& words, const std::string& text) {
  const SearchedWords searched(words);
  const bool found = searched.AreIn(text);
  CHECK(found == !searched.LineWith(text, 0).empty());
  return found;
}

MessageView Said(const std::string& text) {
  v1::Content content;
  content.mutable_note()->set_text(text);
  MessageView message;
  message.content = std::make_shared<v1::Content>(content);
  return message;
}

}  // namespace

TEST_CASE("words are found in either case and however accents are written", "[searching]") {
  CHECK(Finds("QUIET day", "It was a quiet Day."));
  CHECK(Finds("straße", "In der STRASSE"));
  CHECK(Finds("caf\xc3\xa9", "at the cafe\xcc\x81"));  // one code point, and two
  CHECK(Finds("cafe\xcc\x81", "AT THE CAF\xc3\x89"));
  CHECK_FALSE(Finds("cafe", "at the caf\xc3\xa9"));
  CHECK(Finds("мир", "МИРУ МИР"));
  CHECK(Finds("שלום", "אמרתי שלום לכולם"));
  CHECK(Finds("👩‍👧", "with 👩‍👧 today"));
  CHECK(Finds("quiet day", "a quiet\n   day"));
  CHECK_FALSE(Finds("quiet day", "quiet, day"));
  CHECK_FALSE(Finds("", "anything"));
  CHECK_FALSE(Finds(" \n", "any thing"));
}

TEST_CASE("text is folded piece by piece as it would be in one", "[searching]") {
  for (const std::string text : {"", "Abc", "e\xcc\x81 E\xcc\x81", "Ωmega ΩMEGA", "Straße", "אב",
                                 "👩‍👧👍🏽", "o\xcc\xa3\xcc\x82x", "İstanbul"}) {
    const FoldedText folded = FoldedWithOrigins(text);
    CHECK(folded.text == Folded(text));
    CHECK(folded.origins.size() == folded.text.size());
    for (const std::size_t origin : folded.origins) CHECK(origin < text.size());
  }
  CHECK(Folded("E\xcc\x81T\xc3\x89") == "\xc3\xa9t\xc3\xa9");
  CHECK(Folded("\xff") == "\xff");  // not UTF-8: as it is
}

TEST_CASE("of a long text the line with the words is shown, and of a long line what is around them",
          "[searching]") {
  const SearchedWords words("anchor");
  CHECK(words.LineWith("one\n  two Anchor three  \nfour", 0) == "two Anchor three");
  CHECK(words.LineWith("anchor", 40) == "anchor");
  std::string line;
  for (int i = 0; i < 60; ++i) line += "before ";
  line += "the ANCHOR ";
  for (int i = 0; i < 60; ++i) line += "after ";
  const std::string shown = words.LineWith("first\n" + line + "\nlast", 40);
  INFO(shown);
  CHECK(shown.find("the ANCHOR after") != std::string::npos);
  CHECK(shown.starts_with("…before"));
  CHECK(shown.ends_with("…"));
  CHECK(ColumnsIn(shown) <= 40);
  // What is wider than the room is not cut within a character.
  const std::string hebrew =
      SearchedWords("שלום").LineWith("מילה מילה מילה מילה מילה מילה שלום מילה מילה מילה", 20);
  CHECK(hebrew.find("שלום") != std::string::npos);
  CHECK(ColumnsIn(hebrew) <= 20);
  const std::string emoji = SearchedWords("x").LineWith(
      "👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧👩‍👧x👩‍👧👩‍👧👩"
      "‍"
      "👧",
      12);
  CHECK(emoji.find("👩‍👧x") != std::string::npos);
  CHECK(ColumnsIn(emoji) <= 12);
}

TEST_CASE("a message that is found steers no terminal", "[searching]") {
  const Words words(crypto::Role::kClient, {}, 0);
  const std::string text =
      "look \x1b]0;owned\x07 \xc2\x9b"
      "31m \xe2\x80\xae here";
  const std::string shown = MatchInWords(words, Said(text), SearchedWords("look"), 80);
  INFO(shown);
  for (const std::string bad : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae"}) {
    CHECK(shown.find(bad) == std::string::npos);
  }
  CHECK(shown.find("look") != std::string::npos);
  CHECK(shown.find("here") != std::string::npos);
}

TEST_CASE("a check-in's note and answers in words are looked through", "[searching]") {
  v1::Content content;
  content.mutable_check_in()->set_note("the note");
  content.mutable_check_in()->add_answers()->set_choice("somewhat");
  content.mutable_check_in()->add_answers()->set_text("an answer");
  CHECK(SearchableText(content) == "the note\nan answer");
  CHECK(SearchableText(v1::Content()).empty());
}

TEST_CASE("a day that has been is the last such one", "[searching]") {
  constexpr std::uint64_t kDay = limits::kDayMs;
  constexpr LocalMs kNow = 20'514 * kDay + 15 * limits::kHourMs;  // 2 March 2026
  constexpr LocalMs kToday = kNow - kNow % kDay;
  const auto day = [&](const std::string& text) {
    const auto parsed = ParsePastDay(text, "--since", kNow);
    INFO(text << ": " << parsed.status());
    REQUIRE(parsed.ok());
    return (kToday - *parsed) / kDay;  // days ago
  };
  CHECK(day("today") == 0);
  CHECK(day("yesterday") == 1);
  CHECK(day("2 weeks ago") == 14);
  CHECK(day("3 days ago") == 3);
  CHECK(day("2026-03-01") == 1);
  CHECK(day("28 Feb") == 2);
  CHECK(day("3 Mar") == 364);
  for (const std::string name : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) {
    CHECK(day(name) <= 7);
  }
  for (const std::string bad :
       {"tomorrow", "in 2 weeks", "2027-01-01", "soon", "", "2 weeks ago ago"}) {
    INFO(bad);
    const auto parsed = ParsePastDay(bad, "--since", kNow);
    CHECK(ReasonOf(parsed.status()) == Reason::kUsage);
    CHECK(FieldOf(parsed.status()) == "--since");
  }
}

}  // namespace holdfast::client::cli
