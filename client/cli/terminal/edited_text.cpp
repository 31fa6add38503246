#include "client/cli/terminal/edited_text.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>
#include <vector>

#include "client/cli/words/text.h"
#include "client/core/outside/clean_text.h"

namespace holdfast::client::cli {
namespace {

constexpr std::array<std::string_view, 8> kLineWords = {"----",  "Write", "above", "this",
                                                        "line,", "save",  "and",   "close."};
constexpr std::string_view kDashes = "----";
// Of a line that is left in part: together they are no accident.
constexpr std::array<std::string_view, 3> kFragments = {"Write above this line", "line, save and",
                                                        "save and close."};
constexpr std::string_view kBlanks = " \t\n";
// Sentences of ours are long; so much of one is enough to know it.
constexpr std::size_t kPartBytes = 30;

bool IsWhite(char c) { return kBlanks.find(c) != std::string_view::npos; }

// White space of whatever kind and length as one blank, so that refilled lines compare.
std::string Collapsed(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!IsWhite(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  return Trimmed(result);
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// The words of it, without the marks of a quote, so that refilled lines compare.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    if (word != ">") words.push_back(word);
  }
  return words;
}

bool HasFragment(std::string_view text) {
  const std::string words = Collapsed(text);
  for (const std::string_view fragment : kFragments) {
    if (words.find(fragment) != std::string::npos) return true;
  }
  return false;
}

bool HasPartOf(std::string_view text, const std::string& hint) {
  const std::string words = Collapsed(text);
  for (std::size_t at = 0; at + kPartBytes <= hint.size(); ++at) {
    if (words.find(std::string_view(hint).substr(at, kPartBytes)) != std::string::npos) {
      return true;
    }
  }
  return false;
}

// A line that stood there before. Only whole ones, and quoted or long parts, are known as
// such: a short line of the writer's may stand somewhere in the message that they answer.
bool StoodThere(std::string_view line, std::string_view below, const std::string& ours) {
  const std::string words = Collapsed(line);
  if (words.empty()) return true;
  const std::vector<std::string_view> lines = LinesOf(below);
  const auto is_this = [&](std::string_view own) { return Collapsed(own) == words; };
  if (std::any_of(lines.begin(), lines.end(), is_this)) return true;
  const bool is_part = words.starts_with(">") || words.size() >= kPartBytes;
  const std::string part = Collapsed(words.starts_with(">") ? words.substr(1) : words);
  return is_part && ours.find(part) != std::string::npos;
}

// What the writer put below the line, beside what stood there.
std::string AddedBelow(std::string_view under, const std::string& below) {
  const std::vector<std::string> ours = WordsOf(below);
  if (WordsOf(under) == ours) return "";
  std::string joined;
  for (const std::string& word : ours) joined += (joined.empty() ? "" : " ") + word;
  std::string added;
  for (const std::string_view line : LinesOf(under)) {
    if (!StoodThere(line, below, joined)) added.append(line).append("\n");
  }
  return Trimmed(added);
}

std::string Quote(std::string_view answered) {
  if (answered.empty()) return "";
  std::string quote = "\n";
  for (const std::string_view line : LinesOf(answered)) quote.append("\n> ").append(line);
  return quote;
}

}  // namespace

EditedText::EditedText(std::string mark, std::string hint, std::string_view answered)
    : mark_(std::move(mark)), hint_(std::move(hint)), below_(hint_ + Quote(answered)) {}

std::string EditedText::Line() const {
  std::string line;
  for (const std::string_view word : kLineWords) line.append(word).append(" ");
  return line + mark_ + " " + std::string(kDashes);
}

std::string EditedText::FileWith(std::string_view written) const {
  return std::string(written) + "\n\n" + Line() + "\n" + below_ + "\n";
}

std::size_t EditedText::BeginOf(std::string_view file, std::size_t mark_at) const {
  std::size_t begin = mark_at;
  for (auto word = kLineWords.rbegin(); word != kLineWords.rend(); ++word) {
    std::size_t end = begin;
    while (end > 0 && IsWhite(file[end - 1])) --end;
    if (end < word->size() || file.substr(end - word->size(), word->size()) != *word) {
      return std::string_view::npos;
    }
    begin = end - word->size();
  }
  return begin;
}

EditedText::Found EditedText::In(std::string_view raw) const {
  const std::string file = WithoutControls(raw);
  const std::string hint = Collapsed(hint_);
  const std::size_t mark_at = file.find(mark_);
  const bool once =
      mark_at != std::string::npos && file.find(mark_, mark_at + 1) == std::string::npos;
  const std::size_t begin = once ? BeginOf(file, mark_at) : std::string::npos;
  if (begin == std::string::npos) {
    // Without the line it is good only where nothing of ours is left either.
    const bool rest = mark_at != std::string::npos || HasFragment(file) || HasPartOf(file, hint) ||
                      file.find("\n> ") != std::string::npos;
    return {rest ? Verdict::kLineDamaged : Verdict::kGood, Trimmed(file)};
  }
  const std::string above = Trimmed(std::string_view(file).substr(0, begin));
  std::string_view under = std::string_view(file).substr(mark_at + mark_.size());
  under.remove_prefix(std::min(under.find_first_not_of(kBlanks), under.size()));
  if (under.starts_with(kDashes)) under.remove_prefix(kDashes.size());
  const std::string added = AddedBelow(under, below_);
  const std::string all = Trimmed(above + "\n\n" + added);
  if (HasFragment(above) || HasPartOf(above, hint)) return {Verdict::kLineDamaged, all};
  return {added.empty() ? Verdict::kGood : Verdict::kBelow, all};
}

std::string_view WhatIsWrong(EditedText::Verdict verdict) {
  switch (verdict) {
    case EditedText::Verdict::kLineDamaged:
      return "The line to write above is not whole any more, so it cannot be told where your "
             "words end.";
    case EditedText::Verdict::kBelow:
      return "Something is written below the line to write above; it is with the rest now.";
    case EditedText::Verdict::kGood:
      break;
  }
  return "";
}

}  // namespace holdfast::client::cli
