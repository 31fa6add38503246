#include "client/cli/terminal/keyboard.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "client/cli/words/code_points.h"

namespace holdfast::client::cli {
namespace {

// Taken after a signal: what a terminal's queue holds.
constexpr std::size_t kRestBytesMax = 4096;

// Bytes of one character behind the first.
std::size_t Following(unsigned char lead) {
  if (lead >= 0xf0) return 3;
  if (lead >= 0xe0) return 2;
  return lead >= 0xc2 ? 1 : 0;
}

}  // namespace

Turn Keyboard::Asked() {
  if (HeldSignals::noted() != 0) return Turn::kSignalled;
  if (TerminalSignals::TakeResized()) resized_();
  if (TerminalSignals::stop_asked()) return Turn::kStopped;
  return TerminalSignals::went_on() ? Turn::kWentOn : Turn::kGoesOn;
}

bool Keyboard::TakesRest() {
  pollfd ready = {STDIN_FILENO, POLLIN, 0};
  return rest_++ < kRestBytesMax && poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0;
}

Turn Keyboard::ReadByte(unsigned char& byte) {
  if (put_back_) {
    byte = *std::exchange(put_back_, std::nullopt);
    return Turn::kGoesOn;
  }
  for (;;) {
    const Turn asked = Asked();
    if (asked != Turn::kGoesOn && !TakesRest()) return asked;
    std::array<pollfd, 2> ready = {pollfd{STDIN_FILENO, POLLIN, 0},
                                   pollfd{HeldSignals::wake_fd(), POLLIN, 0}};
    if (poll(ready.data(), ready.size(), -1) < 0) continue;
    if (ready[1].revents != 0) {
      HeldSignals::Drain();
      continue;
    }
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 1) return Turn::kGoesOn;
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // A hang-up's signal may still be on its way: then that is why.
    return HeldSignals::noted() != 0 ? Turn::kSignalled : Turn::kClosed;
  }
}

Turn Keyboard::Read(wchar_t& character) {
  unsigned char byte = 0;
  Turn turn = ReadByte(byte);
  if (turn != Turn::kGoesOn) return turn;
  std::string encoded(1, static_cast<char>(byte));
  const std::size_t following = Following(byte);
  while (encoded.size() <= following) {
    turn = ReadByte(byte);
    if (turn != Turn::kGoesOn) return turn;
    if ((byte & 0xc0U) != 0x80U) {
      put_back_ = byte;
      break;
    }
    encoded += static_cast<char>(byte);
  }
  // Of what is cut short, or no UTF-8, one character stands for all of it.
  character = Wide(encoded).front();
  return Turn::kGoesOn;
}

}  // namespace holdfast::client::cli
