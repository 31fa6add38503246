// `holdfastd backup`, `backup verify`, `backup key` and `restore`: what they are given and
// what they say.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "crypto/public/secret.h"

namespace CLI {
class App;
}

namespace holdfast::server {

struct CommandLine;

struct BackupArguments {
  std::filesystem::path place;  // of backups, of one backup, or of the key pair
  std::filesystem::path to_key;
  std::filesystem::path key;
  std::filesystem::path practice_key;
  std::filesystem::path scratch;
  bool with_keys = false;
  std::size_t keep = 0;
  // What the files say, which root may be the only one to read.
  std::optional<crypto::SecretBytes> to_key_text;
  std::optional<crypto::SecretBytes> key_text;
  std::optional<crypto::SecretBytes> practice_key_text;
};

void AddBackupCommands(CLI::App& app, CommandLine& line);

// The files of keys that the arguments name. Before the process becomes another user.
absl::Status ReadKeyFiles(BackupArguments& arguments);

// Each returns how to exit (exit_codes.h).
int RunBackup(const CommandLine& line);
int RunBackupVerify(const CommandLine& line);
int RunBackupKey(const CommandLine& line);
int RunRestore(const CommandLine& line);

inline constexpr std::size_t kKeepMax = 10'000;

}  // namespace holdfast::server
