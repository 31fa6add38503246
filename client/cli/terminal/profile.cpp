#include "client/cli/terminal/profile.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "crypto/public/secret.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPassphraseVariable = "HOLDFAST_PASSPHRASE";
constexpr std::string_view kField = "passphrase";
constexpr std::string_view kNoTerminal =
    "a passphrase is needed, and there is no terminal to ask at; set HOLDFAST_PASSPHRASE";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<fs::path> Home() {
  if (const std::string home = Environment("HOLDFAST_HOME"); !home.empty()) return fs::path(home);
  if (const std::string data = Environment("XDG_DATA_HOME"); !data.empty()) {
    return fs::path(data) / "holdfast";
  }
  if (const std::string home = Environment("HOME"); !home.empty()) {
    return fs::path(home) / ".local" / "share" / "holdfast";
  }
  return Refuse(Reason::kUsage, "HOLDFAST_HOME",
                "neither it nor HOME is set; say where profiles go");
}

bool IsGoodName(const std::string& name) {
  return !name.empty() && name.size() <= kProfileNameBytesMax && name.front() != '.' &&
         name.front() != '-' && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

absl::Status CheckNew(const crypto::SecretBytes& passphrase) {
  if (passphrase.Expose().size() < kPassphraseBytesMin) {
    return Refuse(Reason::kUsage, kField,
                  "is shorter than " + std::to_string(kPassphraseBytesMin) +
                      " characters; a few words that only you would put together are easiest to "
                      "remember");
  }
  if (passphrase.Expose().size() > kPassphraseBytesMax) {
    return Refuse(Reason::kUsage, kField, "is longer than 1024 bytes");
  }
  return absl::OkStatus();
}

absl::StatusOr<crypto::SecretBytes> AskForNew() {
  std::cerr << "Choose a passphrase for this device. It encrypts everything Holdfast keeps here,\n"
               "and nobody can reset it.\n";
  absl::Status problem;
  for (int i = 0; i < kPassphraseTriesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(crypto::SecretBytes first, AskSecret("Passphrase: ", kNoTerminal));
    problem = CheckNew(first);
    if (problem.ok()) {
      HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes second,
                                AskSecret("Once more: ", kNoTerminal));
      if (first == second) return first;
      problem = Refuse(Reason::kUsage, kField, "was not the same both times");
    }
    std::cerr << "It " << std::string(problem.message()).substr(kField.size() + 2) << ".\n";
  }
  return problem;
}

}  // namespace

absl::StatusOr<Profile> Profile::Named(const std::string& name) {
  if (!IsGoodName(name)) {
    return Refuse(Reason::kUsage, "--profile",
                  "a name has letters, digits, dots, dashes and underscores, 64 at most");
  }
  HOLDFAST_ASSIGN_OR_RETURN(fs::path home, Home());
  return Profile(std::move(home), name);
}

bool Profile::exists() const {
  std::error_code error;
  return fs::exists(vault(), error);
}

std::vector<std::string> Profile::Others() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home_, error)) {
    const std::string name = entry.path().filename().string();
    if (name != name_ && fs::exists(entry.path() / "vault", error)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

absl::Status Profile::MakeFolder() const {
  const mode_t old = umask(077);
  std::error_code error;
  fs::create_directories(folder(), error);
  umask(old);
  if (error) {
    return Refuse(Reason::kStorageFailed, "",
                  "the folder " + folder().string() + " cannot be made: " + error.message());
  }
  return absl::OkStatus();
}

absl::Status Profile::Missing() const {
  const std::vector<std::string> others = Others();
  std::string text = "there is no profile \"" + name_ + "\" on this device yet. ";
  if (others.empty()) {
    text +=
        "Begin with \"holdfast join\" and the invitation from your therapist, or, as a "
        "therapist, with \"holdfast enroll\"";
  } else {
    text += "Choose one with --profile: ";
    for (const std::string& other : others) text += (&other == &others.front() ? "" : ", ") + other;
  }
  return Refuse(Reason::kVaultMissing, "", text);
}

absl::StatusOr<crypto::SecretBytes> Passphrase(const Profile& profile, bool for_new_vault) {
  if (char* value = std::getenv(kPassphraseVariable); value != nullptr) {
    crypto::SecretBytes given = crypto::SecretBytes::CopyOf(value);
    crypto::Wipe(value, given.Expose().size());
    unsetenv(kPassphraseVariable);
    if (for_new_vault) HOLDFAST_RETURN_IF_ERROR(CheckNew(given));
    return given;
  }
  if (for_new_vault) return AskForNew();
  return AskSecret("Passphrase of " + profile.name() + ": ", kNoTerminal);
}

}  // namespace holdfast::client::cli
