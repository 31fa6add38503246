#include "client/cli/terminal/qr.h"

#include <qrencode.h>

#include <memory>

namespace holdfast::client::cli {
namespace {

constexpr int kQuietModules = 4;
constexpr std::string_view kBlackOnWhite = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view kSvgWidth = "80mm";
constexpr std::string_view kPlain = "\x1b[0m";

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

// Outside the code everything is light.
bool IsDark(const QRcode& code, int row, int column) {
  const bool inside = row >= 0 && row < code.width && column >= 0 && column < code.width;
  return inside && (code.data[row * code.width + column] & 1) != 0;
}

using Code = std::unique_ptr<QRcode, Free>;

Code CodeOf(const std::string& text) {
  return Code(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1));
}

std::string_view HalfBlocks(bool upper, bool lower) {
  if (upper && lower) return "█";
  if (upper) return "▀";
  return lower ? "▄" : " ";
}

}  // namespace

std::string QrLines(const std::string& text, bool colour) {
  const Code code = CodeOf(text);
  if (code == nullptr) return {};
  std::string lines;
  const int end = code->width + kQuietModules;
  for (int row = -kQuietModules; row < end; row += 2) {
    if (colour) lines += kBlackOnWhite;
    for (int column = -kQuietModules; column < end; ++column) {
      const bool upper = IsDark(*code, row, column);
      const bool lower = IsDark(*code, row + 1, column);
      lines += HalfBlocks(upper, lower);
    }
    if (colour) lines += kPlain;
    lines += "\n";
  }
  return lines;
}

std::string QrSvg(const std::string& text) {
  const Code code = CodeOf(text);
  if (code == nullptr) return {};
  const std::string size = std::to_string(code->width + 2 * kQuietModules);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" width=\"" + std::string(kSvgWidth) +
                    "\" shape-rendering=\"crispEdges\">\n<rect width=\"100%\" height=\"100%\" "
                    "fill=\"#fff\"/>\n<path d=\"";
  for (int row = 0; row < code->width; ++row) {
    for (int column = 0; column < code->width; ++column) {
      if (!IsDark(*code, row, column)) continue;
      svg += "M" + std::to_string(column + kQuietModules) + " " +
             std::to_string(row + kQuietModules) + "h1v1h-1z";
    }
  }
  return svg + "\"/>\n</svg>\n";
}

}  // namespace holdfast::client::cli
