#include "client/cli/words/searching.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "client/cli/words/columns.h"
#include "client/cli/words/folding.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kMore = "…";
// Of the room, at most this part stands before what was found.
constexpr std::size_t kBeforePart = 3;

bool IsWhiteSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Each run of white space as one space. `origins`, where given, follows.
void Spaced(std::string& text, std::vector<std::size_t>* origins) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_white = IsWhiteSpace(text[at]);
    if (is_white && kept > 0 && text[kept - 1] == ' ') continue;
    text[kept] = is_white ? ' ' : text[at];
    if (origins != nullptr) (*origins)[kept] = (*origins)[at];
    ++kept;
  }
  text.resize(kept);
  if (origins != nullptr) origins->resize(kept);
}

// Of one line, so much around the byte at `at` as fits into `columns`.
std::string Around(std::string_view line, std::size_t at, std::size_t columns) {
  std::vector<Glyph> glyphs;
  std::vector<std::size_t> begins;
  for (std::size_t next = 0; next < line.size(); next += glyphs.back().bytes) {
    begins.push_back(next);
    glyphs.push_back(FirstGlyph(line.substr(next)));
  }
  std::size_t first =
      static_cast<std::size_t>(std::ranges::upper_bound(begins, at) - begins.begin()) - 1;
  std::optional<std::size_t> word;  // that begins as far before it as there is room for
  for (std::size_t used = 0; first > 0 && used < columns / kBeforePart;) {
    used += glyphs[--first].columns;
    if (first == 0 || line[begins[first] - 1] == ' ') word = first;
  }
  first = word.value_or(first);
  std::string shown = first == 0 ? "" : std::string(kMore);
  std::size_t room = columns - std::min(columns, 2 * ColumnsIn(kMore));
  std::size_t last = first;
  for (; last < glyphs.size() && glyphs[last].columns <= room; ++last) {
    room -= glyphs[last].columns;
    shown += line.substr(begins[last], glyphs[last].bytes);
  }
  return last < glyphs.size() ? shown + std::string(kMore) : shown;
}

}  // namespace

std::string SearchableText(const v1::Content& content) {
  if (content.has_reply()) return content.reply().text();
  if (content.has_note()) return content.note().text();
  std::string text = content.check_in().note();
  for (const v1::Answer& answer : content.check_in().answers()) {
    if (answer.has_text()) text += (text.empty() ? "" : "\n") + answer.text();
  }
  return text;
}

SearchedWords::SearchedWords(std::string_view text) : words_(Folded(Trimmed(text))) {
  Spaced(words_, nullptr);
}

bool SearchedWords::AreIn(std::string_view text) const {
  if (IsEmpty()) return false;
  std::string folded = Folded(text);
  Spaced(folded, nullptr);
  return folded.find(words_) != std::string::npos;
}

std::string SearchedWords::LineWith(std::string_view text, std::size_t columns) const {
  if (IsEmpty()) return {};
  FoldedText folded = FoldedWithOrigins(text);
  Spaced(folded.text, &folded.origins);
  const std::size_t found = folded.text.find(words_);
  if (found == std::string::npos) return {};
  const std::size_t at = folded.origins[found];
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view line =
      text.substr(begin, std::min(text.find('\n', at), text.size()) - begin);
  if (columns == 0 || ColumnsIn(line) <= columns) return Trimmed(line);
  return Trimmed(Around(line, at - begin, columns));
}

}  // namespace holdfast::client::cli
