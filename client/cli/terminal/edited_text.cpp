#include "client/cli/terminal/edited_text.h"

#include <algorithm>
#include <array>
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

// A line of our own, or a part of one, and no more.
bool StoodThere(std::string_view line, const std::string& below) {
  const std::string words = Collapsed(line);
  return words.empty() || words.starts_with(">") || below.find(words) != std::string::npos;
}

bool HasFragment(std::string_view text) {
  const std::string words = Collapsed(text);
  for (const std::string_view fragment : kFragments) {
    if (words.find(fragment) != std::string::npos) return true;
  }
  return false;
}

// Sentences of ours are long; half of one is enough to know it.
bool HasPartOf(std::string_view text, const std::string& hint) {
  constexpr std::size_t kPartBytes = 30;
  const std::string words = Collapsed(text);
  for (std::size_t at = 0; at + kPartBytes <= hint.size(); ++at) {
    if (words.find(std::string_view(hint).substr(at, kPartBytes)) != std::string::npos) {
      return true;
    }
  }
  return false;
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
  const std::string ours = Collapsed(below_);
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
  under.remove_prefix(std::min(under.find_first_not_of(" \t\n-"), under.size()));
  std::string extra;
  if (ours.find(Collapsed(under)) == std::string::npos) {
    for (const std::string_view line : LinesOf(under)) {
      if (!StoodThere(line, ours)) extra.append(line).append("\n");
    }
  }
  if (HasFragment(above) || HasPartOf(above, hint)) return {Verdict::kLineDamaged, above};
  if (Trimmed(extra).empty()) return {Verdict::kGood, above};
  return {Verdict::kBelow, Trimmed(above + "\n\n" + extra)};
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
