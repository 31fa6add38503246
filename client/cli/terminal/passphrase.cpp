#include "client/cli/terminal/passphrase.h"

#include <utf8proc.h>

#include <cstdlib>
#include <iostream>
#include <utility>
#include <vector>

#include "client/cli/terminal/input.h"
#include "client/cli/words/text.h"
#include "crypto/public/secret.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr const char* kVariable = "HOLDFAST_PASSPHRASE";
constexpr std::string_view kField = "passphrase";
constexpr std::string_view kUnseen = " \t\r\n";
constexpr std::string_view kNoTerminal =
    "a passphrase is needed, and there is no terminal to ask at; set HOLDFAST_PASSPHRASE";
constexpr std::string_view kChoose =
    "Choose a passphrase for this device. It encrypts everything Holdfast keeps here, and nobody "
    "can reset it.";
constexpr std::string_view kNoTerminalForNew =
    "a new passphrase is needed, and there is no terminal to ask at; name a file with "
    "--new-passphrase-file";
constexpr std::string_view kChooseNext =
    "Choose the passphrase that counts from now on. Nobody can reset it.";
// In a file; what is longer is refused by its length.
constexpr std::size_t kPassphraseFileBytesMax = kPassphraseBytesMax + 64;

// NFC in memory that is wiped; as given where it is not UTF-8.
std::string Composed(std::string_view text) {
  constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  const utf8proc_ssize_t needed = utf8proc_decompose(bytes, size, nullptr, 0, kForm);
  if (needed < 0) return std::string(text);
  std::vector<utf8proc_int32_t> work(static_cast<std::size_t>(needed) + 1);
  const auto room = static_cast<utf8proc_ssize_t>(work.size());
  std::string result(text);
  if (utf8proc_decompose(bytes, size, work.data(), room, kForm) == needed) {
    const utf8proc_ssize_t length = utf8proc_reencode(work.data(), needed, kForm);
    if (length >= 0) {
      crypto::WipeBytes(result);
      result.assign(reinterpret_cast<const char*>(work.data()), static_cast<std::size_t>(length));
    }
  }
  crypto::Wipe(work.data(), work.size() * sizeof work.front());
  return result;
}

absl::Status CheckNew(const crypto::SecretBytes& passphrase) {
  if (passphrase.Expose().size() < kPassphraseBytesMin) {
    return Refuse(Reason::kUsage, kField,
                  "is shorter than " + std::to_string(kPassphraseBytesMin) +
                      " characters; a few words that only you would put together are easiest to "
                      "remember");
  }
  if (passphrase.Expose().size() > kPassphraseBytesMax) {
    return Refuse(Reason::kUsage, kField,
                  "is longer than " + std::to_string(kPassphraseBytesMax) + " bytes");
  }
  return absl::OkStatus();
}

}  // namespace

crypto::SecretBytes NormalPassphrase(const crypto::SecretBytes& given) {
  const BytesView text = given.Expose();
  const std::size_t end = text.find_last_not_of(kUnseen);
  return crypto::SecretBytes(Composed(text.substr(0, end + 1)));
}

PassphraseSource::PassphraseSource(const Profile& profile) : profile_(profile.name()) {
  char* value = std::getenv(kVariable);
  if (value == nullptr) return;
  from_environment_ = true;
  environment_ = crypto::SecretBytes::CopyOf(value);
  crypto::Wipe(value, environment_.Expose().size());
  unsetenv(kVariable);
}

PassphraseSource::~PassphraseSource() = default;

absl::Status PassphraseSource::OpenPrompt(std::string_view instead) {
  if (prompt_ != nullptr) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(prompt_, SecretPrompt::Open(instead));
  return absl::OkStatus();
}

absl::StatusOr<crypto::SecretBytes> PassphraseSource::Existing() {
  if (from_environment_) return environment_.Clone();
  HOLDFAST_RETURN_IF_ERROR(OpenPrompt(kNoTerminal));
  return prompt_->Ask("Passphrase of " + profile_ + ": ");
}

absl::StatusOr<crypto::SecretBytes> PassphraseSource::New() {
  if (!from_environment_) return AskForNew(kChoose, "Passphrase: ", kNoTerminal);
  crypto::SecretBytes normal = NormalPassphrase(environment_);
  HOLDFAST_RETURN_IF_ERROR(CheckNew(normal));
  changed_ = !(normal == environment_);
  return normal;
}

absl::StatusOr<crypto::SecretBytes> PassphraseSource::Replacement(const std::string& path) {
  if (path.empty()) return AskForNew(kChooseNext, "New passphrase: ", kNoTerminalForNew);
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes given,
                            ReadSecret(path, kPassphraseFileBytesMax, kNewPassphraseFile));
  crypto::SecretBytes normal = NormalPassphrase(given);
  HOLDFAST_RETURN_IF_ERROR(CheckNew(normal));
  if (normal.Expose().find('\n') != BytesView::npos) {
    return Refuse(Reason::kUsage, kNewPassphraseFile,
                  "holds more than one line, which nobody could type");
  }
  // That a line ends is no other form.
  const BytesView line = given.Expose().substr(0, given.Expose().find_last_not_of("\r\n") + 1);
  changed_ = normal.Expose() != line;
  return normal;
}

absl::StatusOr<crypto::SecretBytes> PassphraseSource::AskForNew(std::string_view advice,
                                                                std::string_view prompt,
                                                                std::string_view instead) {
  HOLDFAST_RETURN_IF_ERROR(OpenPrompt(instead));
  std::cerr << Fitted(advice, PromptColumns()) << "\n";
  absl::Status problem;
  for (int i = 0; i < kPassphraseTriesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes given, prompt_->Ask(prompt));
    crypto::SecretBytes first = NormalPassphrase(given);
    problem = CheckNew(first);
    if (problem.ok()) {
      HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes again, prompt_->Ask("Once more: "));
      changed_ = !(first == given);
      if (first == NormalPassphrase(again)) return first;
      problem = Refuse(Reason::kUsage, kField, "was not the same both times");
    }
    std::cerr << "It " << MessageOf(problem) << ".\n";
  }
  return problem;
}

}  // namespace holdfast::client::cli
