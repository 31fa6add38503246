#include "client/cli/terminal/input.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <utility>

#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/line_editing.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kLineBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kPromptColumnsMax = 78;

// 0 where it is no terminal.
std::size_t ColumnsOf(int descriptor) {
  winsize size = {};
  if (isatty(descriptor) != 1 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

absl::Status CannotBeRead(const std::string& path, std::string_view option) {
  return Refuse(Reason::kUsage, option,
                (path == "-" ? "standard input" : "the file " + path) + " cannot be read");
}

absl::Status HoldsTooMuch(const std::string& path, std::size_t bytes_max, std::string_view option) {
  return Refuse(Reason::kUsage, option,
                (path == "-" ? "standard input" : "the file " + path) + " holds more than the " +
                    std::to_string(bytes_max) + " bytes that are read, so nothing was done");
}

}  // namespace

bool InputIsTerminal() { return isatty(STDIN_FILENO) == 1; }

bool OutputIsTerminal() { return isatty(STDOUT_FILENO) == 1; }

bool CanAsk() { return InputIsTerminal() && isatty(STDERR_FILENO) == 1; }

std::size_t OutputColumns() { return ColumnsOf(STDOUT_FILENO); }

std::size_t ErrorColumns() { return ColumnsOf(STDERR_FILENO); }

std::size_t PromptColumns() {
  const std::size_t columns = ColumnsOf(STDERR_FILENO);
  return columns == 0 ? kPromptColumnsMax : std::min(columns, kPromptColumnsMax);
}

absl::StatusOr<std::string> ReadAll(const std::string& path, std::size_t bytes_max,
                                    std::string_view option) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return CannotBeRead(path, option);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  std::array<char, 4096> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_max) return HoldsTooMuch(path, bytes_max, option);
  }
  return text;
}

absl::StatusOr<crypto::SecretBytes> ReadSecret(const std::string& path, std::size_t bytes_max,
                                               std::string_view option) {
  const int file = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotBeRead(path, option);
  Bytes room(bytes_max + 1, '\0');  // it never grows, which would leave a copy behind
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    got = read(file, room.data() + size, room.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  } while (size < room.size() && (got > 0 || (got < 0 && errno == EINTR)));
  if (file != STDIN_FILENO) close(file);
  room.resize(size);
  crypto::SecretBytes secret(std::move(room));  // wiped whatever becomes of it
  if (got < 0) return CannotBeRead(path, option);
  if (size > bytes_max) return HoldsTooMuch(path, bytes_max, option);
  return secret;
}

absl::StatusOr<std::string> AskLine(std::string_view prompt) {
  if (CanAsk()) {
    const HeldSignals held;
    Typed typed = AskForLine(prompt);
    if (typed.end == Typed::End::kSignalled) EndBy(HeldSignals::noted());
    if (typed.end == Typed::End::kDone) return std::move(typed.text);
    return Refuse(Reason::kUsage, "", "the input ended before there was an answer");
  }
  std::cerr << prompt << std::flush;
  std::string line;
  char c = 0;
  while (line.size() < kLineBytesMax && std::cin.get(c) && c != '\n') line += c;
  if (line.empty() && !std::cin) {
    return Refuse(Reason::kUsage, "", "the input ended before there was an answer");
  }
  return line;
}

std::optional<std::string> AskToDecide(std::string_view prompt) {
  const HeldSignals held;
  Typed typed = AskForDecision(prompt);
  if (typed.end == Typed::End::kSignalled) EndBy(HeldSignals::noted());
  if (typed.end != Typed::End::kDone) return std::nullopt;
  return std::move(typed.text);
}

absl::Status Declined(std::string_view what) {
  return absl::CancelledError({what.data(), what.size()});
}

}  // namespace holdfast::client::cli
