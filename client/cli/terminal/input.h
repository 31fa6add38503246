// What a command is given beside its arguments: a file, standard input, or a
// person at the terminal. Prompts go to standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::client::cli {

// Someone sits in front: standard input and standard error are terminals.
bool CanAsk();
// Characters in a line of standard output; 0 where it is no terminal.
std::size_t OutputColumns();
// Characters in a line of a prompt: as wide as the terminal, but easy to read.
std::size_t PromptColumns();

// The whole of a file, or of standard input for "-". usage naming `option` where
// it cannot be read; too_large beyond `bytes_max`.
absl::StatusOr<std::string> ReadAll(const std::string& path, std::size_t bytes_max,
                                    std::string_view option);

// One line of standard input, without its end. usage at the end of the input.
absl::StatusOr<std::string> AskLine(std::string_view prompt);

// One line from the terminal, whatever standard input is, without echo. usage,
// saying `instead`, where there is no terminal.
absl::StatusOr<crypto::SecretBytes> AskSecret(std::string_view prompt, std::string_view instead);

}  // namespace holdfast::client::cli
