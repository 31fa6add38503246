// While a person writes, a signal that would end the process is only noted, so that what
// was written is kept first.
#pragma once

#include <optional>

#include "client/cli/terminal/signal_handlers.h"

namespace holdfast::client::cli {

// While one lives, kEndingSignals are noted (but for those that the process ignores). They
// may be nested; the outermost forgets what was noted before it.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // The first one noted; 0: none, or none is held.
  static int noted();
  // Readable once one was noted, or Wake was called: for poll().
  static int wake_fd();
  // What else wakes whoever polls; from a signal handler.
  static void Wake();
  // Reads what made wake_fd readable.
  static void Drain();

 private:
  std::optional<SignalHandlers<kEndingSignals.size()>> handlers_;
};

// Ends the process as `signal` would have.
[[noreturn]] void EndBy(int signal);

}  // namespace holdfast::client::cli
