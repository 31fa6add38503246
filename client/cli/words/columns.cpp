#include "client/cli/words/columns.h"

#include <utf8proc.h>

#include <algorithm>

namespace holdfast::client::cli {
namespace {

constexpr utf8proc_int32_t kEmojiPresentation = 0xfe0f;
constexpr std::size_t kEmojiColumns = 2;

struct CodePoint {
  utf8proc_int32_t code = -1;  // -1: not UTF-8
  std::size_t bytes = 1;
};

CodePoint FirstCodePoint(std::string_view text) {
  CodePoint first;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t read =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &first.code);
  if (read <= 0) return {};
  first.bytes = static_cast<std::size_t>(read);
  return first;
}

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
