// Settings as editors and web pages leave them.
#include "server/ops/settings_text.h"

#include <string>

#include "rules/errors.h"
#include "server/ops/configuration.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

std::string Sentence(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

std::string Utf16(const std::string& text, bool is_big_endian) {
  std::string bytes = is_big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) {
    bytes += is_big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  }
  return bytes;
}

constexpr const char* kText = "# a comment\nname = \"practice.example\"\n";

}  // namespace

TEST_CASE("settings are read with a byte order mark, as UTF-16 and with line ends of Windows") {
  for (const std::string& text :
       {std::string(kText), "\xEF\xBB\xBF" + std::string(kText), Utf16(kText, true),
        Utf16(kText, false), std::string("name = \"practice.example\"\r\n")}) {
    const auto read = ParseConfiguration(text);
    INFO(read.status());
    REQUIRE(read.ok());
    CHECK(read->name == "practice.example");
  }
}

TEST_CASE("a sign that only looks like plain text is named, with its place") {
  struct Case {
    const char* text;
    const char* place;
    const char* name;
  };
  for (const Case& bad : {
           Case{"\nlisten\xC2\xA0= \"x:1\"", "line 2, sign 7", "a no-break space (U+00A0)"},
           Case{"name = \xE2\x80\x9Cpractice\xE2\x80\x9D", "line 1, sign 8", "a typographic quote"},
           Case{"name = \"prac\xC2\xADtice\"", "line 1, sign 13", "a soft hyphen"},
           Case{"name = \"a\xE2\x80\x93"
                "b\"",
                "line 1, sign 10", "a dash (U+2013)"},
           Case{"name = \"a\xE2\x80\x8B\"", "line 1, sign 10", "a sign that cannot be seen"},
           Case{"name = \"pr\xC3\xA4xis\"", "line 1, sign 11", "a sign that no setting has"},
           Case{"name = \"pr\xE4xis\"", "line 1, sign 11", "not UTF-8"},
       }) {
    const absl::Status refused = ParseConfiguration(bad.text).status();
    INFO(refused);
    CHECK(ReasonOf(refused) == Reason::kMalformedField);
    CHECK(FieldOf(refused) == "holdfast.toml");
    CHECK(Sentence(refused).find(bad.place) != std::string::npos);
    CHECK(Sentence(refused).find(bad.name) != std::string::npos);
  }
}

TEST_CASE("a comment may be written in any language") {
  CHECK(
      ParseConfiguration("# f\xC3\xBCr die Praxis \xE2\x80\x93 bitte lesen\nname = \"a\"\n").ok());
  // And by an editor that does not know UTF-8.
  const auto latin = ParseConfiguration("# Schl\xFCssel \xFC\nname = \"a\"\n");
  INFO(latin.status());
  REQUIRE(latin.ok());
  CHECK(latin->name == "a");
  CHECK_FALSE(ParseConfiguration("# \xFC\nname = \"\xFC\"\n").ok());
}

}  // namespace holdfast::server
