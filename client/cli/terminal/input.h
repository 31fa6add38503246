// What a command is given beside its arguments: a file, standard input, or a
// person at the terminal. Prompts go to standard error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::client::cli {

// Someone sits in front: standard input and standard error are terminals.
bool CanAsk();
// What is read from standard input would be typed.
bool InputIsTerminal();
// What is said is seen as it comes, by a person.
bool OutputIsTerminal();
// Characters in a line of standard output; 0 where it is no terminal.
std::size_t OutputColumns();
// The same of standard error.
std::size_t ErrorColumns();
// Characters in a line of a prompt: as wide as the terminal, but easy to read.
std::size_t PromptColumns();

// The whole of a file, or of standard input for "-". usage naming `option` where
// it cannot be read, or holds more than `bytes_max`.
absl::StatusOr<std::string> ReadAll(const std::string& path, std::size_t bytes_max,
                                    std::string_view option);

// The same for a secret: nothing of it stays in other memory, nor in a stream's.
absl::StatusOr<crypto::SecretBytes> ReadSecret(const std::string& path, std::size_t bytes_max,
                                               std::string_view option);

// One line of standard input, without its end; edited where it is a terminal. usage at the
// end of the input. A signal ends the process, with the terminal as it was.
absl::StatusOr<std::string> AskLine(std::string_view prompt);
// The same at a terminal, for a question that signs, sends, ends, drops or withdraws: what was
// typed before it was shown answers nothing. None: Ctrl-D, or the terminal is gone.
std::optional<std::string> AskToDecide(std::string_view prompt);

// That the person chose not to, and `what` that means. Neither wrong usage nor a failure, but
// not done either: exit code 1.
absl::Status Declined(std::string_view what);

}  // namespace holdfast::client::cli
