#include "rules/command_words.h"

#include <algorithm>
#include <numeric>

namespace holdfast {
namespace {

// Letters to change, add or drop (Levenshtein).
std::size_t Edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string NearestWord(std::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t best = std::min(kNearestEditsMax, word.size() / 2) + 1;
  for (const std::string& candidate : known) {
    const bool is_beginning = word.size() >= 2 && candidate.starts_with(word);
    const std::size_t edits = is_beginning ? 1 : Edits(word, candidate);
    if (edits >= best) continue;
    best = edits;
    nearest = candidate;
  }
  return nearest;
}

std::string NoSuchCommand(std::string_view word, const std::vector<std::string>& known) {
  const std::string nearest = NearestWord(word, known);
  std::string text = "there is no command \"" + std::string(word) + "\"";
  if (!nearest.empty()) return text + ". Did you mean \"" + nearest + "\"?";
  text += ": there are ";
  for (const std::string& name : known) text += (&name == &known.front() ? "" : ", ") + name;
  return text;
}

}  // namespace holdfast
