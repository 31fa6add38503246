// Text as a terminal shows it: wrapped, and without control characters.
#include "client/cli/words/text.h"

#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

const std::string kReplaced = "\xEF\xBF\xBD";

TEST_CASE("a message cannot steer the terminal", "[text]") {
  CHECK(Printable("\x1b[2Jhello\x07") == kReplaced + "[2Jhello" + kReplaced);
  CHECK(Printable("\xC2\x9B"
                  "31m") == kReplaced + "31m");  // C1
  CHECK(Printable("a\xE2\x80\xAE"
                  "b") == "a" + kReplaced + "b");  // right-to-left override
  CHECK(Printable("a\xE2\x81\xA6"
                  "b") == "a" + kReplaced + "b");  // isolate
  CHECK(Printable("a\x7F") == "a" + kReplaced);
}

TEST_CASE("ordinary text of every script stays as it is", "[text]") {
  const std::string text = "Grüße, 日本語 🙂\n\tzweite Zeile";
  CHECK(Printable(text) == text);
  CHECK(Printable("one\r\ntwo") == "one\ntwo");
}

TEST_CASE("what is not UTF-8 is replaced byte by byte", "[text]") {
  CHECK(Printable("a\xFF"
                  "b") == "a" + kReplaced + "b");
  CHECK(Printable("\xC0\xAF") == kReplaced + kReplaced);                  // overlong
  CHECK(Printable("\xED\xA0\x80") == kReplaced + kReplaced + kReplaced);  // surrogate
  CHECK(Printable("x\xE2\x82") == "x" + kReplaced + kReplaced);           // cut short
}

TEST_CASE("lines are broken at spaces and never lose a word", "[text]") {
  CHECK(Indented("one two three", "  ", 7) == "  one two\n  three\n");
  CHECK(Indented("one two three", "  ", 0) == "  one two three\n");
  CHECK(Indented("abcdefghij", "", 4) == "abcdefghij\n");
  CHECK(Indented("abcdefghij kl", "", 4) == "abcdefghij\nkl\n");
  CHECK(Indented("a\n\nb", " ", 10) == " a\n\n b\n");
  CHECK(Indented("üüü üüü", "", 3) == "üüü\nüüü\n");
}

TEST_CASE("white space around what was written goes", "[text]") {
  CHECK(Trimmed(" \n hello you \t\n") == "hello you");
  CHECK(Trimmed(" \n").empty());
}

}  // namespace
}  // namespace holdfast::client::cli
