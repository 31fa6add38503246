// An invitation as a picture, dark on light wherever it is looked at.
#include "client/cli/terminal/qr.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "client/cli/terminal/sheet.h"
#include "client/cli/words/words.h"
#include "crypto/invitation.h"
#include "crypto/public/code_lines.h"
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

// Every tag closed in its order, every attribute quoted, every reference known.
void CheckWellFormed(std::string_view page) {
  std::vector<std::string> open;
  while (!page.empty()) {
    const std::size_t at = page.find_first_of("<>&");
    if (at == page.npos) break;
    REQUIRE(page[at] != '>');
    page.remove_prefix(at);
    if (page[0] == '&') {
      const std::string_view name = page.substr(0, page.find(';') + 1);
      CHECK((name == "&amp;" || name == "&lt;" || name == "&gt;" || name == "&quot;"));
      page.remove_prefix(name.size());
      continue;
    }
    const std::size_t end = page.find('>');
    REQUIRE(end != page.npos);
    const std::string_view tag = page.substr(1, end - 1);
    page.remove_prefix(end + 1);
    if (tag.starts_with('!')) continue;
    CHECK(std::ranges::count(tag, '"') % 2 == 0);
    const std::string name(tag.substr(0, tag.find_first_of(" /", 1)));
    if (tag.starts_with('/')) {
      REQUIRE_FALSE(open.empty());
      CHECK("/" + open.back() == tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
  }
  CHECK(open.empty());
}

TEST_CASE("a sheet has all that a client needs, and needs nothing else itself", "[sheet]") {
  crypto::Invitation invitation;
  invitation.secret = crypto::CodeSecret::Random();
  invitation.expires_at_ms = 1'800'000'000'000;
  invitation.address = "practice.example:7443";
  const std::string text = crypto::EncodeInvitation(invitation);
  const std::string page = SheetPage({text, "practice.example:7443", "Friday <1> & \"x\""});
  CheckWellFormed(page);
  const auto has = [&](std::string_view part) { return page.find(part) != std::string::npos; };
  CHECK(has("<pre>" + crypto::NumberedCodeLines(text) + "</pre>"));
  CHECK(has(QrSvg(text)));
  CHECK(has("Friday &lt;1&gt; &amp; &quot;x&quot;"));
  CHECK(has("practice.example:7443"));
  CHECK(has("holdfast join"));
  CHECK(has("passphrase"));
  CHECK(has("whoever reads it first can join"));
  CHECK(has(kNoEmergencyService));
  // Nothing is fetched: the one address is the name of a language.
  for (const std::string_view fetched : {"src=", "href=", "url(", "@import", "<script", "<link"}) {
    INFO(fetched);
    CHECK_FALSE(has(fetched));
  }
}

}  // namespace
}  // namespace holdfast::client::cli
