// What is typed at the terminal, edited as it is typed: arrow keys, words, wide and
// combining characters, lines of any length. A paste is text and nothing else: no line
// feed in it ends or answers anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

// Bytes that are taken in one go; more is left out with a beep. As much as a draft holds.
inline constexpr std::size_t kTypedBytesMax = std::size_t{1000} * 1000;

struct Typed {
  enum class End : std::uint8_t {
    kDone,      // the person ended it
    kClosed,    // Ctrl-D where nothing was written, or the terminal is gone
    kSignalled  // HeldSignals::noted() says by what
  };
  std::string text;  // whatever the end was
  End end = End::kDone;
};

// Both need CanAsk(). Ctrl-Z and back goes on where it was.
// One line: Enter ends it. `before` stands there already.
Typed AskForLine(std::string_view prompt, std::string_view before = "");
// The same for a question that signs, sends, ends or drops something: what was typed before it
// was shown is dropped, and answers nothing.
Typed AskForDecision(std::string_view prompt);
// Several lines: Enter begins a new one, Ctrl-D ends it. `hint` is shown first, once all
// that is typed is taken whole: until then a terminal keeps 4,095 bytes of a line.
// `may_leave`: Enter ends it where nothing is written.
Typed AskForText(std::string_view hint, std::string_view before = "", bool may_leave = false);

// What was typed ahead is dropped; whether something was.
bool DropTypedAhead();

}  // namespace holdfast::client::cli
