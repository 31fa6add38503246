// The pages that say where things are: every file and function that they name is there.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kPages[] = {
    "README.md",          "CONTRIBUTING.md",        "CHANGELOG.md",
    "SECURITY.md",        "client/ARCHITECTURE.md", "server/ARCHITECTURE.md",
    "crypto/PROTOCOL.md", "client/cli/JSON.md",     "deploy/OPERATING.md",
    "client/CLIENT.md",   "client/THERAPIST.md",    "client/forms/README.md"};
constexpr std::string_view kFileEnds[] = {".h", ".cpp", ".proto", ".md", ".py", ".txt", ".json"};

std::string TextOf(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What stands between each `open` and the next `close` on the same line.
std::vector<std::string> Between(const std::string& text, std::string_view open, char close) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::size_t end = text.find_first_of(std::string("\n") + close, at);
    if (end == std::string::npos) break;
    if (text[end] == close) found.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

// From the page, from the top, or as an include names it.
bool Exists(const fs::path& page, const std::string& name) {
  const fs::path root(HOLDFAST_SOURCE_DIR);
  return fs::exists((root / page).parent_path() / name) || fs::exists(root / name) ||
         fs::exists(root / "proto" / name);
}

bool IsFile(std::string_view token) {
  constexpr std::string_view kInNames =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  return token.find_first_not_of(kInNames) == std::string_view::npos &&
         token.find('/') != token.npos &&
         std::ranges::any_of(kFileEnds, [&](auto end) { return token.ends_with(end); });
}

// "Outbox::Flush()" names Flush; empty where it is no function.
std::string FunctionIn(std::string_view token) {
  if (!token.ends_with("()")) return {};
  token.remove_suffix(2);
  const std::size_t scope = token.rfind(':');
  return std::string(scope == token.npos ? token : token.substr(scope + 1));
}

// Every word that is followed by "(" in our sources.
const std::set<std::string>& Called() {
  static const std::set<std::string> kCalled = [] {
    std::set<std::string> words;
    const auto is_part = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    for (const char* top : {"proto", "crypto", "server", "client"}) {
      for (const auto& entry :
           fs::recursive_directory_iterator(fs::path(HOLDFAST_SOURCE_DIR) / top)) {
        const std::string end = entry.path().extension().string();
        if (end != ".h" && end != ".cpp") continue;
        const std::string text = TextOf(entry.path());
        for (std::size_t at = text.find('('); at != std::string::npos;
             at = text.find('(', at + 1)) {
          std::size_t begin = at;
          while (begin > 0 && is_part(text[begin - 1])) --begin;
          words.insert(text.substr(begin, at - begin));
        }
      }
    }
    return words;
  }();
  return kCalled;
}

// What a page names in vain.
std::vector<std::string> MissingIn(const fs::path& page) {
  std::vector<std::string> missing;
  const std::string text = TextOf(fs::path(HOLDFAST_SOURCE_DIR) / page);
  for (const std::string& link : Between(text, "](", ')')) {
    const std::string target = link.substr(0, link.find('#'));
    const bool is_away = target.empty() || target.find("://") != std::string::npos;
    if (!is_away && !Exists(page, target)) missing.push_back(target);
  }
  const std::vector<std::string> tokens = Between(text, "`", '`');
  for (const std::string& token : tokens) {
    const std::string function = FunctionIn(token);
    const bool is_there = (!IsFile(token) || Exists(page, token)) &&
                          (function.empty() || Called().contains(function));
    if (!is_there) missing.push_back(token);
  }
  return missing;
}

// Where tables get their names, and the page that lists them.
struct Tables {
  const char* file;
  std::string_view before;  // a name in `file`
  char after;
  const char* page;
};
constexpr Tables kVault = {"client/core/vault/names.h", "(\"", '"', "client/ARCHITECTURE.md"};
constexpr Tables kStore = {"server/core/records/keys.cpp", " = '", '\'', "server/ARCHITECTURE.md"};

// Those with no line of their own.
std::vector<std::string> Unlisted(const Tables& tables) {
  const fs::path root(HOLDFAST_SOURCE_DIR);
  const std::string page = TextOf(root / tables.page);
  const std::vector<std::string> names =
      Between(TextOf(root / tables.file), tables.before, tables.after);
  if (names.empty()) return {"there are none in " + std::string(tables.file)};
  std::vector<std::string> unlisted;
  for (const std::string& name : names) {
    if (page.find("\n| `" + name + "`") == std::string::npos) unlisted.push_back(name);
  }
  return unlisted;
}

}  // namespace

TEST_CASE("What the pages name is there") {
  for (const char* page : kPages) {
    INFO(page);
    const std::vector<std::string> missing = MissingIn(page);
    for (const std::string& name : missing) UNSCOPED_INFO(name);
    CHECK(missing.empty());
  }
}

TEST_CASE("Every table has a line in the page of its side") {
  const std::vector<std::string> vault = Unlisted(kVault);
  for (const std::string& name : vault) UNSCOPED_INFO(name);
  CHECK(vault.empty());
  const std::vector<std::string> store = Unlisted(kStore);
  for (const std::string& name : store) UNSCOPED_INFO(name);
  CHECK(store.empty());
}

TEST_CASE("A page that names what is gone is noticed") {
  CHECK(IsFile("client/core/engine.h"));
  CHECK(Exists("server/ARCHITECTURE.md", "ARCHITECTURE.md"));
  CHECK_FALSE(Exists("server/ARCHITECTURE.md", "core/gone.h"));
  CHECK(FunctionIn("Outbox::Flush()") == "Flush");
  CHECK_FALSE(Called().contains("FunctionThatIsGone"));
  CHECK(Between("see [x](a.md), `b` and `c`", "](", ')') == std::vector<std::string>{"a.md"});
}
