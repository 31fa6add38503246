// What the options of commands take.
#include <string>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

TEST_CASE("a number is decimal, or is refused", "[options]") {
  const auto days = [](const std::string& text) {
    CLI::App app;
    std::uint64_t number = 0;
    app.add_option("--days", number)->check(Decimal());
    try {
      app.parse("--days=" + text);
    } catch (const CLI::ParseError&) {
      return std::string("refused");
    }
    return std::to_string(number);
  };
  CHECK(days("0") == "0");
  CHECK(days("10") == "10");
  for (const char* text : {"010", "08", "0x10", "-1", "+1", "1.5", "ten"}) {
    INFO(text);
    CHECK(days(text) == "refused");
  }
}

}  // namespace
}  // namespace holdfast::client::cli
