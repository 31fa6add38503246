// The terminal without echo, from the first question until the answer has been tried:
// what is typed meanwhile is not shown, and is dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/cli/terminal/signal_handlers.h"
#include "crypto/public/secret.h"

namespace holdfast::client::cli {

// Of a line that is longer, this and one more are taken, so that it can be told.
inline constexpr std::size_t kSecretBytesMax = 1024;

// One at a time. However the process ends or stops, the terminal is as it was before;
// when it goes on, there is no echo again and the question is asked anew.
class SecretPrompt {
 public:
  // The process's own terminal, whatever standard input is. usage, saying `instead`, where
  // there is none.
  static absl::StatusOr<std::unique_ptr<SecretPrompt>> Open(std::string_view instead);
  ~SecretPrompt();
  SecretPrompt(const SecretPrompt&) = delete;
  SecretPrompt& operator=(const SecretPrompt&) = delete;

  // One line, of what is typed from now on. usage where the input ends.
  absl::StatusOr<crypto::SecretBytes> Ask(std::string_view prompt);

  // Ctrl-Z, and the way back.
  static constexpr std::array kStopping = {SIGTSTP, SIGCONT};

 private:
  explicit SecretPrompt(int terminal);

  const int terminal_;
  std::optional<SignalHandlers<kEndingSignals.size()>> ending_;
  std::optional<SignalHandlers<kStopping.size()>> stopping_;
};

}  // namespace holdfast::client::cli
