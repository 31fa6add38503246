// What the engine and its words say serves every front end: none of their sentences names a
// command, an option or the program of the command line.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"client/core", "client/words"};

// The next string literal of `code`, or of a line of it, without its quotes; and `code`
// goes on behind it. Comments, includes and characters are no literals.
bool NextLiteral(std::string_view& code, std::string& literal) {
  while (!code.empty()) {
    if (code.starts_with("//") || code.starts_with("#include")) {
      code.remove_prefix(std::min(code.find('\n'), code.size()));
    } else if (code.starts_with("/*")) {
      code.remove_prefix(std::min(code.find("*/"), code.size()));
    } else if (code.starts_with("'\"'") || code.starts_with("'\\")) {
      code.remove_prefix(3);
    } else if (code.front() != '"') {
      code.remove_prefix(1);
    } else {
      std::size_t end = 1;
      while (end < code.size() && code[end] != '"') end += code[end] == '\\' ? 2U : 1U;
      literal = code.substr(1, end - 1);
      code.remove_prefix(std::min(end + 1, code.size()));
      return true;
    }
  }
  return false;
}

// "a" "b" on two lines is one sentence.
std::vector<std::string> SentencesIn(std::string_view code) {
  std::vector<std::string> sentences;
  std::string literal;
  const char* end = nullptr;
  while (NextLiteral(code, literal)) {
    const char* begin = code.data() - literal.size() - 2;
    const bool goes_on =
        end != nullptr && begin > end &&
        std::string_view(end, static_cast<std::size_t>(begin - end)).find_first_not_of(" \n") ==
            std::string_view::npos;
    if (goes_on) {
      sentences.back() += literal;
    } else {
      sentences.push_back(literal);
    }
    end = code.data();
  }
  return sentences;
}

// "holdfast" as a word before another one, an option, or a name between backticks.
bool NamesACommand(const std::string& sentence) {
  constexpr std::string_view kProgram = "holdfast ";
  for (std::size_t at = sentence.find(kProgram); at != std::string::npos;
       at = sentence.find(kProgram, at + 1)) {
    const std::size_t next = at + kProgram.size();
    if (next < sentence.size() && std::isalpha(static_cast<unsigned char>(sentence[next]))) {
      return true;
    }
  }
  return sentence.find("--") != std::string::npos || sentence.find('`') != std::string::npos;
}

std::string TextOf(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("no sentence of the engine names a command of the command line") {
  std::size_t sentences = 0;
  for (const char* folder : kFolders) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(HOLDFAST_SOURCE_DIR) / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      for (const std::string& sentence : SentencesIn(TextOf(entry.path()))) {
        INFO(entry.path().string() << ": \"" << sentence << "\"");
        CHECK_FALSE(NamesACommand(sentence));
        ++sentences;
      }
    }
  }
  CHECK(sentences > 300);
}

TEST_CASE("a command is recognised in a sentence, and in nothing else") {
  CHECK(NamesACommand("begin with `join`"));
  CHECK(NamesACommand("run holdfast rhythm accept"));
  CHECK(NamesACommand("another one with --profile NAME"));
  CHECK_FALSE(NamesACommand("holdfast.v1/next_step"));
  CHECK_FALSE(NamesACommand("Write it again, and ask the practice about it."));
  const auto sentences = SentencesIn(
      "#include \"a/b.h\"\n// `join`, \"as said\"\nSay(\"run \"\n    \"it\", '\"', \"a\\\"b\");");
  CHECK(sentences == std::vector<std::string>{"run it", "a\\\"b"});
}
