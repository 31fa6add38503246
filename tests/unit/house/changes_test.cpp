// No change of the vault lives across a wait: two open changes do not see each other,
// and the one that commits last would undo the other. The sources are read, brace by brace.
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "house/source_tree.h"
#include "support/catch.h"

namespace holdfast::house {
namespace {

constexpr std::string_view kChange = "VaultChange ";
constexpr std::string_view kWait = "co_await";

// Spaces in the place of comments and strings, so that words and braces in them do not count.
std::string CodeOf(std::string text) {
  enum class In { kCode, kComment, kString };
  In in = In::kCode;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in == In::kCode && text.compare(at, 2, "//") == 0) in = In::kComment;
    if (in == In::kComment && c == '\n') in = In::kCode;
    const bool is_quote = c == '"' && (at == 0 || text[at - 1] != '\\');
    const bool was_string = in == In::kString;
    if (is_quote && in != In::kComment) in = was_string ? In::kCode : In::kString;
    if ((in != In::kCode || was_string) && c != '\n') text[at] = ' ';
  }
  return text;
}

// "VaultChange name(": one that begins to live here.
bool BeginsChange(std::string_view code) {
  if (!code.starts_with(kChange)) return false;
  code.remove_prefix(kChange.size());
  std::size_t name = 0;
  while (name < code.size() &&
         (std::isalnum(static_cast<unsigned char>(code[name])) != 0 || code[name] == '_')) {
    ++name;
  }
  return name > 0 && name < code.size() && (code[name] == '(' || code[name] == '{');
}

// The lines at which something waits while a change lives.
std::vector<std::size_t> WaitsWithChange(const std::string& text) {
  const std::string code = CodeOf(text);
  std::vector<std::size_t> lines;
  std::vector<std::size_t> living;  // depth of braces of each change
  std::size_t depth = 0;
  std::size_t line = 1;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const std::string_view rest = std::string_view(code).substr(at);
    if (code[at] == '\n') ++line;
    if (code[at] == '{') ++depth;
    if (code[at] == '}' && depth > 0) --depth;
    while (!living.empty() && living.back() > depth) living.pop_back();
    if (BeginsChange(rest)) living.push_back(depth);
    if (rest.starts_with(kWait) && !living.empty()) lines.push_back(line);
  }
  return lines;
}

TEST_CASE("no change of the vault is held across a wait") {
  for (const SourceFile& file : SourcesBelow({"client"})) {
    std::string text;
    for (const std::string& line : file.lines) text.append(line).append("\n");
    for (const std::size_t line : WaitsWithChange(text)) {
      FAIL_CHECK(file.path << ":" << line << " waits while a change is open");
    }
  }
}

TEST_CASE("a change that is held across a wait is found, one that is closed before is not") {
  CHECK(WaitsWithChange("{\n  VaultChange change(vault);\n  auto x = co_await Ask();\n}\n") ==
        std::vector<std::size_t>{3});
  CHECK(WaitsWithChange("{\n  VaultChange a(v);\n  if (b) {\n    co_await c;\n  }\n}\n") ==
        std::vector<std::size_t>{4});
  CHECK(WaitsWithChange("{\n  { VaultChange change(vault); }\n  co_await Ask();\n}\n").empty());
  CHECK(WaitsWithChange("{\n  VaultReader look(vault);\n  co_await Ask();\n}\n").empty());
  CHECK(
      WaitsWithChange("{\n  VaultChange a(v);  // co_await\n  Say(\"co_await }\");\n}\n").empty());
  CHECK(WaitsWithChange("void F(VaultChange& change);\n{ co_await c; }\n").empty());
}

}  // namespace
}  // namespace holdfast::house
