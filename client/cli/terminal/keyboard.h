// Characters as they are typed, until a signal comes or the terminal is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/terminal_signals.h"

namespace holdfast::client::cli {

// How a turn of typing ends.
enum class Turn : std::uint8_t {
  kGoesOn,
  kDone,       // the person ended it
  kClosed,     // the person left where nothing was written, or the terminal is gone
  kSignalled,  // HeldSignals::noted() says by what
  kStopped,    // Ctrl-Z
  kWentOn      // the process was stopped, and went on
};

// UTF-8 from standard input, which is a terminal. Signals are held as long as it lives.
class Keyboard {
 public:
  // `resized` is called where the window has another size.
  explicit Keyboard(std::function<void()> resized) : resized_(std::move(resized)) {}

  void BeginTurn() { rest_ = 0; }
  // kGoesOn: `character` is the next one, U+FFFD for what is not UTF-8. What was typed
  // before a signal comes first.
  Turn Read(wchar_t& character);

 private:
  // What a signal asks for, if anything.
  Turn Asked();
  bool TakesRest();
  Turn ReadByte(unsigned char& byte);

  const HeldSignals held_;
  const TerminalSignals signals_;
  const std::function<void()> resized_;
  std::optional<unsigned char> put_back_;
  std::size_t rest_ = 0;  // bytes taken after a signal
};

}  // namespace holdfast::client::cli
