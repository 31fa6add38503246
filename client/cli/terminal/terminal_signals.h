// Ctrl-Z, the way back, and another size of the window.
#pragma once

#include "client/cli/terminal/signal_handlers.h"

namespace holdfast::client::cli {

// While it lives, SIGTSTP, SIGCONT and SIGWINCH are noted, and wake whoever polls
// HeldSignals::wake_fd(). One at a time.
class TerminalSignals {
 public:
  TerminalSignals();

  static bool stop_asked();
  static bool went_on();
  // Whether the window has another size since this was asked last.
  static bool TakeResized();

  // Stops the process as Ctrl-Z does, and returns when it goes on.
  static void Stop();
  // Forgets a stop, and that it went on.
  static void Forget();

 private:
  static constexpr std::array kSignals = {SIGTSTP, SIGCONT, SIGWINCH};
  const SignalHandlers<kSignals.size()> handlers_;
};

}  // namespace holdfast::client::cli
