// Help at any width: what explains an option stays beside it.
#include "client/cli/words/help_text.h"

#include <sstream>

#include "client/cli/words/columns.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

const std::string kHelp =
    "Say how the week was\n"
    "Usage: holdfast checkin [OPTIONS]\n"
    "\n"
    "Options:\n"
    "  -h,--help                   Print this help message and exit\n"
    "  --note TEXT                 In your own words, which may be long and need more lines\n";

TEST_CASE("an explanation goes on below where it began", "[text]") {
  CHECK(FittedHelp(kHelp, 200) == kHelp);
  const std::string fitted = FittedHelp(kHelp, 60);
  CHECK(fitted.find("  --note TEXT                 In your own words, which may\n"
                    "                              be long and need more lines\n") !=
        std::string::npos);
}

TEST_CASE("where there is no room beside an option, its explanation stands below", "[text]") {
  const std::string fitted = FittedHelp(kHelp, 40);
  CHECK(fitted.find("  --note TEXT\n      In your own words, which may be\n") != std::string::npos);
  for (const std::size_t columns : {20U, 40U, 60U, 80U}) {
    std::istringstream lines(FittedHelp(kHelp, columns));
    for (std::string line; std::getline(lines, line);) {
      INFO(columns << ": " << line);
      CHECK(ColumnsIn(line) <= columns);
    }
  }
}

TEST_CASE("lines of one paragraph are one, and paragraphs stay apart", "[text]") {
  CHECK(JoinedLines("one\ntwo\n\nthree\n") == "one two\n\nthree");
  CHECK(JoinedLines("").empty());
}

}  // namespace
}  // namespace holdfast::client::cli
