// A profile's passphrase: where it comes from, and the one form in which it counts.
#pragma once

#include <memory>

#include "client/cli/terminal/profile.h"
#include "client/cli/terminal/secret_prompt.h"
#include "crypto/public/secret.h"

namespace holdfast::client::cli {

inline constexpr std::size_t kPassphraseBytesMin = 8;
inline constexpr std::size_t kPassphraseBytesMax = kSecretBytesMax;
// Wrong answers at the prompt before giving up.
inline constexpr int kPassphraseTriesMax = 3;

inline constexpr std::string_view kNewPassphraseFile = "--new-passphrase-file";

// Said of one that has another normal form.
inline constexpr std::string_view kPassphraseChanged =
    "The passphrase had blanks or line ends behind it, or accents in another form than keyboards "
    "write them. They do not count: type it as you would anywhere.";

// As it can be typed again on any keyboard: in Unicode's form NFC, without blanks and line
// ends behind it, which nobody sees. What is not UTF-8 stays.
crypto::SecretBytes NormalPassphrase(const crypto::SecretBytes& given);

// HOLDFAST_PASSPHRASE, which is then removed from the environment, or a person at the
// terminal. As long as this lives, nothing that is typed there is shown.
class PassphraseSource {
 public:
  explicit PassphraseSource(const Profile& profile);
  ~PassphraseSource();
  PassphraseSource(const PassphraseSource&) = delete;
  PassphraseSource& operator=(const PassphraseSource&) = delete;

  // Another may be asked for where one was wrong.
  bool asks() const { return !from_environment_; }
  // As it was given.
  absl::StatusOr<crypto::SecretBytes> Existing();
  // For a new vault: asked for twice, in its normal form, kPassphraseBytesMin bytes at
  // least.
  absl::StatusOr<crypto::SecretBytes> New();
  // For a vault that has one already, which is never taken for it: from `path` (- is standard
  // input), or asked for twice where that is empty. In its normal form, like a new vault's.
  absl::StatusOr<crypto::SecretBytes> Replacement(const std::string& path);
  // The normal form of the newest is not what was given.
  bool changed() const { return changed_; }

 private:
  // usage, saying `instead`, where there is no terminal.
  absl::Status OpenPrompt(std::string_view instead);
  absl::StatusOr<crypto::SecretBytes> AskForNew(std::string_view advice, std::string_view prompt,
                                                std::string_view instead);

  const std::string profile_;
  bool from_environment_ = false;
  crypto::SecretBytes environment_;
  std::unique_ptr<SecretPrompt> prompt_;  // once something was asked
  bool changed_ = false;
};

}  // namespace holdfast::client::cli
