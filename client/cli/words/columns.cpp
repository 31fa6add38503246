#include "client/cli/words/columns.h"

#include <utf8proc.h>

#include <algorithm>

#include "client/cli/words/code_points.h"

namespace holdfast::client::cli {
namespace {

constexpr utf8proc_int32_t kEmojiPresentation = 0xfe0f;
constexpr std::size_t kEmojiColumns = 2;

std::size_t WidthOf(utf8proc_int32_t code) {
  return static_cast<std::size_t>(std::max(utf8proc_charwidth(code), 0));
}

}  // namespace

Glyph FirstGlyph(std::string_view text) {
  const CodePoint base = FirstCodePoint(text);
  if (base.code < 0) return {};
  Glyph glyph{base.bytes, WidthOf(base.code)};
  utf8proc_int32_t before = base.code;
  utf8proc_int32_t state = 0;
  while (glyph.bytes < text.size()) {
    const CodePoint next = FirstCodePoint(text.substr(glyph.bytes));
    if (next.code < 0 || utf8proc_grapheme_break_stateful(before, next.code, &state)) break;
    glyph.bytes += next.bytes;
    // Terminals differ in what they draw as one: the sum is never too little.
    glyph.columns += WidthOf(next.code);
    if (next.code == kEmojiPresentation) glyph.columns = std::max(glyph.columns, kEmojiColumns);
    before = next.code;
  }
  return glyph;
}

std::size_t ColumnsIn(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = FirstGlyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  return columns;
}

}  // namespace holdfast::client::cli
