// Messages as paragraphs.
#pragma once

#include <string>

#include "client/cli/words/searching.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// One line without its end: id, time, title, need, state.
std::string Headline(const Words& words, const MessageView& message);

// The headline and the words below it, broken to `columns` (0: not at all) and, at
// a terminal, cut after kExcerptLinesMax lines.
std::string Excerpt(const Words& words, const MessageView& message, std::size_t columns);

// The headline, and the line with what was found in it, as much of it as is one line at a
// terminal.
std::string MatchInWords(const Words& words, const MessageView& message, const SearchedWords& found,
                         std::size_t columns);

// Everything there is.
std::string Whole(const Words& words, const MessageView& message, std::size_t columns);

inline constexpr std::size_t kExcerptLinesMax = 12;

}  // namespace holdfast::client::cli
