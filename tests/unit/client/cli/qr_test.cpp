// An invitation as a picture, dark on light wherever it is looked at.
#include "client/cli/terminal/qr.h"

#include <algorithm>

#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

std::string FirstLine(const std::string& lines) { return lines.substr(0, lines.find('\n')); }

TEST_CASE("outside a terminal the quiet zone is light, as paper is", "[qr]") {
  const std::string lines = QrLines("HFI-TEST", false);
  const std::string first = FirstLine(lines);
  REQUIRE_FALSE(first.empty());
  CHECK(std::all_of(first.begin(), first.end(), [](char c) { return c == ' '; }));
  CHECK(lines.find("\x1b") == std::string::npos);
  CHECK(lines.find("█") != std::string::npos);
  // At a terminal the same, with its colours set.
  CHECK(FirstLine(QrLines("HFI-TEST", true)).find("█") == std::string::npos);
}

TEST_CASE("a picture has a square for each dark module and a quiet zone", "[qr]") {
  const std::string svg = QrSvg("HFI-TEST");
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("viewBox=\"0 0 29 29\"") != std::string::npos);  // 21 modules and 4 on each side
  CHECK(svg.find("M4 4h1v1h-1z") != std::string::npos);           // a corner of the pattern
  CHECK(svg.find("M3 ") == std::string::npos);
  CHECK(QrSvg(std::string(10'000, 'x')).empty());
}

}  // namespace
}  // namespace holdfast::client::cli
