// Text as people paste it: out of a mail, a chat, a word processor or a file of another
// system, with signs that look like those of a keyboard and are others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

// The signs that a keyboard would have given: dashes, quotes and blanks of any kind become
// '-', '"', '\'' and ' ', full-width letters and digits their own; byte order marks, soft
// hyphens and what has no width are left out. UTF-16 with its mark is read as what it is.
// Anything else stays.
std::string Plain(std::string_view text);

// Plain, and without what mail and chat put around a code: "> " before its lines, quotes,
// brackets, stars, and the full stop behind it.
std::string PlainCode(std::string_view text);

// Where a sign stands that is no ASCII, and which: "\"ü\" at place 4" or "a sign that is
// not shown, U+2063, at place 4"; none where all is ASCII. For text that is Plain already.
std::optional<std::string> StrangeSign(std::string_view text);

// Plain, in small letters, one blank for each run of white space and none at the ends.
std::string PlainWords(std::string_view text);

}  // namespace holdfast::client::cli
