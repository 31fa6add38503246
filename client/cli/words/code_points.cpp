#include "client/cli/words/code_points.h"

#include <utf8proc.h>

#include <array>

namespace holdfast::client::cli {
namespace {

constexpr wchar_t kWideReplacement = L'\xFFFD';
constexpr std::size_t kUtf8BytesMax = 4;

}  // namespace

CodePoint FirstCodePoint(std::string_view text) {
  CodePoint first;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t read =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &first.code);
  if (read <= 0) return {};
  first.bytes = static_cast<std::size_t>(read);
  return first;
}

std::wstring Wide(std::string_view text) {
  std::wstring wide;
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    wide += first.code < 0 ? kWideReplacement : static_cast<wchar_t>(first.code);
    text.remove_prefix(first.bytes);
  }
  return wide;
}

std::string Narrow(std::wstring_view wide) {
  std::string text;
  for (const wchar_t character : wide) {
    std::array<utf8proc_uint8_t, kUtf8BytesMax> bytes{};
    const utf8proc_ssize_t size =
        utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes.data());
    text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace holdfast::client::cli
