#include "client/cli/words/folding.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace holdfast::client::cli {
namespace {

struct FreeMapped {
  void operator()(utf8proc_uint8_t* mapped) const { std::free(mapped); }
};

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

char FoldedAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void AppendMapped(std::string_view text, std::string& folded) {
  constexpr auto kForm =
      static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &mapped, kForm);
  const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owner(mapped);
  if (size < 0) {
    folded += text;
  } else {
    folded.append(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  }
}

// Piece by piece, each folded by itself: nothing composes with an ASCII character behind it, so
// the pieces together are the whole, and what is ASCII alone needs no table. `begins` is told
// where each piece begins before it is appended.
template <class Begins>
void FoldPieces(std::string_view text, std::string& folded, const Begins& begins) {
  folded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && !IsAscii(text[end])) ++end;
    begins(at);
    if (end == at + 1 && IsAscii(text[at])) {
      folded += FoldedAscii(text[at]);
    } else {
      AppendMapped(text.substr(at, end - at), folded);
    }
    at = end;
  }
}

}  // namespace

std::string Folded(std::string_view text) {
  std::string folded;
  FoldPieces(text, folded, [](std::size_t) {});
  return folded;
}

FoldedText FoldedWithOrigins(std::string_view text) {
  FoldedText result;
  std::size_t piece = 0;
  const auto fill = [&] { result.origins.resize(result.text.size(), piece); };
  FoldPieces(text, result.text, [&](std::size_t begin) {
    fill();
    piece = begin;
  });
  fill();
  return result;
}

}  // namespace holdfast::client::cli
