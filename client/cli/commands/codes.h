// Codes as people hand them to a command: from a file, a pipe, or typed and pasted at the
// terminal, line by line, the wrong line asked for again. Never on a command line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "client/cli/commands/command.h"
#include "crypto/public/secret.h"

namespace holdfast::client::cli {

struct CodeAsked {
  std::string what;    // "an invitation"
  std::string option;  // that names a file with the code
  std::string prefix;  // of its text
  std::string prompt;
  // OK where the text is whole; the failure otherwise.
  std::function<absl::Status(std::string_view text)> check;
};

CodeAsked AskedRecoveryCode(std::string option = "--recovery-code-file");

// Nobody is asked for it: it can be looked at before the passphrase is.
bool IsGiven(const Context& context, const std::string& path);

// From `path` ("-" is standard input), or asked for where that is empty. usage.
absl::StatusOr<crypto::SecretBytes> ReadCode(const Context& context, const CodeAsked& asked,
                                             const std::string& path);

// The recovery code that was just shown, typed back from paper, so that it is surely there. Without
// the vault. Skipped by Enter alone, and where nobody is asked.
absl::Status AskBack(Context& context, Device& device, const std::string& code);

}  // namespace holdfast::client::cli
