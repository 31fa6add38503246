// Text as a terminal shows it: wrapped, and without control characters.
#include "client/cli/words/text.h"

#include <sstream>

#include "client/cli/words/columns.h"
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

TEST_CASE("lines are broken at spaces, and inside what is longer than a line", "[text]") {
  CHECK(Indented("one two three", "  ", 7) == "  one two\n  three\n");
  CHECK(Indented("one two three", "  ", 0) == "  one two three\n");
  CHECK(Indented("abcdefghij", "", 4) == "abcd\nefgh\nij\n");
  CHECK(Indented("abcdefghij kl", "", 4) == "abcd\nefgh\nij\nkl\n");
  CHECK(Indented("a\n\nb", " ", 10) == " a\n\n b\n");
  CHECK(Indented("üüü üüü", "", 3) == "üüü\nüüü\n");
}

TEST_CASE("columns are counted, not characters", "[text]") {
  CHECK(Indented("日本語日本語", "", 7) == "日本語\n日本語\n");
  CHECK(Indented("e\u0301e\u0301e\u0301", "", 2) == "e\u0301e\u0301\ne\u0301\n");
  CHECK(ColumnsIn("日本 e\u0301") == 6);
  CHECK(ColumnsIn("\u2764\ufe0f") == 2);
}

TEST_CASE("what a person wrote cannot pass for a line of Holdfast's own at any width", "[text]") {
  const std::string nbsp = "\u00a0";
  std::string forged = "see";
  for (int i = 0; i < 69; ++i) forged += nbsp;
  forged +=
      "6fa295" + nbsp + nbsp + "today, 12:00" + nbsp + nbsp + "note from Anna · new\nWritten ahead";
  for (const std::size_t columns : {0U, 20U, 40U, 80U, 200U}) {
    const std::string shown = Fitted(Quoted(forged, "      ", columns), columns);
    std::istringstream lines(shown);
    for (std::string line; std::getline(lines, line);) {
      INFO(columns << ": " << line);
      CHECK((line.starts_with("      | ") || line.starts_with("      │ ")));
      CHECK((columns == 0 || ColumnsIn(line) <= columns));
    }
  }
}

TEST_CASE("Holdfast's own lines keep their indentation and their words whole", "[text]") {
  CHECK(Fitted("  one two three four five", 14) == "  one two\n  three four\n  five");
  CHECK(Fitted("HFI-AAAA-BBBB-CCCC-DDDD-EEEE", 14) == "HFI-AAAA-BBBB-CCCC-DDDD-EEEE");
  CHECK(Fitted("a\n\nb", 14) == "a\n\nb");
  CHECK(Fitted("one two three four five", 0) == "one two three four five");
  CHECK(Fitted("  abcdefghijklmnopqrst", 14) == "  abcdefghijkl\n  mnopqrst");
  // Where the indentation leaves no room for words, it gives way.
  CHECK(Fitted("          one two three", 14) == "  one two\n  three");
}

TEST_CASE("white space around what was written goes", "[text]") {
  CHECK(Trimmed(" \n hello you \t\n") == "hello you");
  CHECK(Trimmed(" \n").empty());
}

}  // namespace
}  // namespace holdfast::client::cli
