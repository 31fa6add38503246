// Habits that a reader relies on: a file says what it is, a function fits on a screen,
// a named limit limits something.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "house/source_tree.h"
#include "support/catch.h"

namespace holdfast::house {
namespace {

constexpr std::size_t kFunctionLinesMax = 70;

const std::vector<SourceFile>& Everything() {
  static const std::vector<SourceFile> kFiles =
      SourcesBelow({"proto/rules", "crypto", "server", "client", "tests"});
  return kFiles;
}

bool BeginsWithAny(std::string_view text, const std::vector<std::string_view>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.starts_with(word); });
}

std::size_t IndentOf(std::string_view line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string_view::npos ? line.size() : first;
}

// Whether a line of this file can be where a function begins: it stands at the indent of
// namespace or class, and opens neither a type nor a statement. The layout is
// clang-format's.
bool MayBeginFunction(std::string_view line) {
  const std::size_t indent = IndentOf(line);
  if (indent > 2 || indent == line.size()) return false;
  return !BeginsWithAny(
      line.substr(indent),
      {"}",      "#",       "//",     "namespace", "class ",   "struct ",    "enum ",    "union ",
       "using ", "if ",     "for ",   "while ",    "switch ",  "do ",        "else",     "try ",
       "case ",  "default", "return", "public:",   "private:", "protected:", "template", ": "});
}

struct Function {
  std::size_t first_line = 0;  // from 1
  std::size_t lines = 0;
};

// Functions with a body of several lines, one after the other.
std::vector<Function> FunctionsOf(const std::vector<std::string>& lines) {
  std::vector<Function> functions;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!MayBeginFunction(lines[at])) continue;
    const std::string indent(IndentOf(lines[at]), ' ');
    // Parameters first, then the body: a value in braces is no function, nor is a table.
    if (lines[at].find('(') >= std::min(lines[at].find('{'), lines[at].find(" = "))) continue;
    std::size_t opens = at;
    while (opens < lines.size() && lines[opens].find_last_of("{;}") + 1 != lines[opens].size()) {
      ++opens;
    }
    if (opens == lines.size() || !lines[opens].ends_with("{")) continue;
    std::size_t end = opens + 1;
    while (end < lines.size() && !lines[end].starts_with(indent + "}")) ++end;
    functions.push_back({at + 1, end - at + 1});
    at = end;
  }
  return functions;
}

// Names of constants that a limits.h gives.
std::vector<std::string> LimitsIn(const SourceFile& file) {
  std::vector<std::string> names;
  for (const std::string& line : file.lines) {
    if (!line.starts_with("inline constexpr ") && !line.starts_with("constexpr ")) continue;
    const std::size_t equals = line.find_first_of("={");
    const std::size_t begin = line.rfind(" k", equals);
    if (begin == std::string::npos) continue;
    const std::size_t end = line.find_first_of(" ={;", begin + 1);
    names.push_back(line.substr(begin + 1, end - begin - 1));
  }
  return names;
}

// How often each name beginning with k occurs in code, comments left out.
void CountNames(const SourceFile& file, std::map<std::string, int, std::less<>>& uses) {
  for (const std::string& line : file.lines) {
    const std::string_view code = std::string_view(line).substr(0, line.find("//"));
    for (std::size_t at = code.find('k'); at != std::string_view::npos; at = code.find('k', at)) {
      std::size_t end = at;
      while (end < code.size() && (std::isalnum(static_cast<unsigned char>(code[end])) != 0)) ++end;
      const bool whole = at == 0 || (std::isalnum(static_cast<unsigned char>(code[at - 1])) == 0);
      if (whole) ++uses[std::string(code.substr(at, end - at))];
      at = std::max(end, at + 1);
    }
  }
}

}  // namespace

TEST_CASE("every file says in its first line what it is, or its header does") {
  std::set<std::string> with_header;
  for (const SourceFile& file : Everything()) {
    if (file.IsHeader()) with_header.insert(file.Module());
  }
  for (const SourceFile& file : Everything()) {
    if (!file.IsHeader() && with_header.contains(file.Module())) continue;
    INFO(file.path);
    CHECK((!file.lines.empty() && file.lines.front().starts_with("// ")));
  }
}

TEST_CASE("a function fits on a screen") {
  for (const SourceFile& file : Everything()) {
    for (const Function& function : FunctionsOf(file.lines)) {
      INFO(file.path << ":" << function.first_line);
      CHECK(function.lines <= kFunctionLinesMax);
    }
  }
}

TEST_CASE("a named limit is used") {
  std::map<std::string, int, std::less<>> uses;
  for (const SourceFile& file : Everything()) {
    if (!file.path.starts_with("tests/")) CountNames(file, uses);
  }
  for (const SourceFile& file : Everything()) {
    if (!file.path.ends_with("/limits.h")) continue;
    for (const std::string& name : LimitsIn(file)) {
      INFO(file.path << " " << name);
      CHECK(uses[name] > 1);
    }
  }
}

TEST_CASE("a bond's record is read and written in one place") {
  std::size_t uses = 0;
  for (const SourceFile& file : Everything()) {
    if (!file.path.starts_with("client/core/")) continue;
    // Its own file, the names themselves, and doctor, which opens every table.
    const bool may = file.path == "client/core/people/bonds.cpp" ||
                     file.path == "client/core/vault/names.h" ||
                     file.path == "client/core/examination.cpp";
    for (const std::string& line : file.lines) {
      const bool is_use = line.find("names::Bond(") != std::string::npos ||
                          line.find("names::kBonds") != std::string::npos;
      if (is_use && may) ++uses;
      INFO(file.path << ": " << line);
      CHECK((may || !is_use));
    }
  }
  CHECK(uses > 0);
}

TEST_CASE("what these tests look for is found") {
  std::vector<std::string> lines = {"void Long(int a,", "          int b) {"};
  lines.insert(lines.end(), kFunctionLinesMax, "  a += b;");
  lines.emplace_back("}");
  REQUIRE(FunctionsOf(lines).size() == 1);
  CHECK(FunctionsOf(lines).front().lines == kFunctionLinesMax + 3);
  const std::vector<std::string> member = {"class Kept {",  " public:", "  int Read() const {",
                                           "    return 1;", "  }",      "};"};
  REQUIRE(FunctionsOf(member).size() == 1);
  CHECK(FunctionsOf(member).front().first_line == 3);
  const SourceFile limits{"a/limits.h", {"inline constexpr std::size_t kPagesMax = 4;  // pages"}};
  CHECK(LimitsIn(limits) == std::vector<std::string>{"kPagesMax"});
  std::map<std::string, int, std::less<>> uses;
  CountNames(limits, uses);
  CHECK(uses["kPagesMax"] == 1);
}

}  // namespace holdfast::house
