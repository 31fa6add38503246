#include "client/cli/terminal/terminal_signals.h"

#include "client/cli/terminal/held_signals.h"

namespace holdfast::client::cli {
namespace {

volatile std::sig_atomic_t g_stop = 0;
volatile std::sig_atomic_t g_went_on = 0;
volatile std::sig_atomic_t g_resized = 0;

void NoteTerminal(int signal) {
  if (signal == SIGTSTP) g_stop = 1;
  if (signal == SIGCONT) g_went_on = 1;
  if (signal == SIGWINCH) g_resized = 1;
  HeldSignals::Wake();
}

}  // namespace

TerminalSignals::TerminalSignals() : handlers_(kSignals, NoteTerminal) {}

bool TerminalSignals::stop_asked() { return g_stop != 0; }

bool TerminalSignals::went_on() { return g_went_on != 0; }

bool TerminalSignals::TakeResized() {
  const bool resized = g_resized != 0;
  g_resized = 0;
  return resized;
}

void TerminalSignals::Stop() {
  RaiseByDefault(SIGTSTP);
  Handle(SIGTSTP, NoteTerminal);
}

void TerminalSignals::Forget() {
  g_stop = 0;
  g_went_on = 0;
}

}  // namespace holdfast::client::cli
