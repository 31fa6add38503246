#include "server/ops/backup/backup_commands.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "rules/errors.h"
#include "server/ops/backup/backup.h"
#include "server/ops/backup/backup_key.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/backup/restore.h"
#include "server/ops/clock.h"
#include "server/ops/command_line.h"
#include "server/ops/commands.h"
#include "server/ops/exit_codes.h"
#include "server/ops/files.h"

namespace holdfast::server {
namespace {

CLI::App* AddMaking(CLI::App& app, CommandLine& line) {
  BackupArguments& arguments = line.backup;
  CLI::App* const backup = app.add_subcommand(
      "backup", "Back up the practice into a folder of backups; works while serving");
  backup
      ->add_option("place", arguments.place,
                   "The folder that holds the backups, best on another disk. Files that are the\n"
                   "same as in the backup before are shared with it")
      ->type_name("DIR");
  backup->add_option("--data", line.options.data, "The practice's directory")->type_name("DIR");
  CLI::Option* const sealed =
      backup
          ->add_option("--to-key", arguments.to_key,
                       "Seal the files to this public key (of `holdfastd backup key`). The\n"
                       "practice's keys are then among them")
          ->type_name("FILE");
  backup
      ->add_flag("--with-keys", arguments.with_keys,
                 "Take practice.key and tls.key along though nothing is sealed: whoever has the\n"
                 "backup can then pass for the practice")
      ->excludes(sealed);
  backup
      ->add_option("--keep", arguments.keep,
                   "Once it is made, remove the oldest until so many are left")
      ->check(CLI::Range(std::size_t{1}, kKeepMax))
      ->type_name("N");
  return backup;
}

void AddVerify(CLI::App& backup, CommandLine& line) {
  BackupArguments& arguments = line.backup;
  CLI::App* const verify = backup.add_subcommand(
      "verify", "Read a backup whole: its files, and every message, receipt and ledger in it");
  verify->add_option("backup", arguments.place, "A backup, or the folder: its newest")
      ->required()
      ->type_name("DIR");
  verify
      ->add_option("--key", arguments.key,
                   "The secret key of a sealed one. Without it only the files are looked at")
      ->type_name("FILE");
  verify
      ->add_option("--scratch", arguments.scratch,
                   "Where a sealed one is opened for a while, instead of TMPDIR. It needs the\n"
                   "room of the whole store")
      ->type_name("DIR");
}

void AddRestore(CLI::App& app, CommandLine& line) {
  BackupArguments& arguments = line.backup;
  CLI::App* const restore = app.add_subcommand(
      "restore", "Put a backup where no practice is; the next start tells the devices");
  restore->add_option("backup", arguments.place, "A backup, or the folder: its newest")
      ->required()
      ->type_name("DIR");
  restore
      ->add_option("--data", line.options.data, "The practice's directory: empty, or not there yet")
      ->required()
      ->type_name("DIR");
  restore->add_option("--key", arguments.key, "The secret key of a sealed one")->type_name("FILE");
  restore
      ->add_option(
          "--practice-key", arguments.practice_key,
          "practice.key, where the backup does not hold it; where it does, a backup of another\n"
          "practice is refused")
      ->type_name("FILE");
}

absl::Status ReadKeyFile(const std::filesystem::path& path,
                         std::optional<crypto::SecretBytes>& text) {
  if (path.empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(Bytes content, ReadSmallFile(path));
  text.emplace(std::move(content));
  return absl::OkStatus();
}

std::string MiB(std::uint64_t bytes) { return std::to_string((bytes + (1U << 20) - 1) >> 20); }

std::string CountsInWords(const StoreCounts& counts) {
  return std::to_string(counts.accounts) + " accounts, " + std::to_string(counts.bonds) +
         " bonds, " + std::to_string(counts.envelopes) + " envelopes (" +
         std::to_string(counts.bodies) + " bodies), " + std::to_string(counts.entries) +
         " ledger entries, " + std::to_string(counts.batches) + " batches";
}

std::string KeysInWords(const BackupManifest& manifest) {
  if (manifest.sealed_to) {
    return "It is sealed to " + manifest.sealed_to->hex().substr(0, 16) +
           "..., with the practice's keys: only the secret key opens it.\n";
  }
  return manifest.has_keys
             ? "It holds the practice's keys, open to whoever reads it: guard it like them.\n"
             : "It does not hold the practice's keys: keep practice.key elsewhere, a restore asks "
               "for it.\n";
}

absl::StatusOr<MadeBackup> MakeFrom(const CommandLine& line) {
  if (line.options.data.empty()) {
    return Refuse(Reason::kUsage, "data",
                  "name the practice's directory: holdfastd backup DIR --data DIR");
  }
  BackupWishes wishes;
  wishes.data = line.options.data;
  wishes.folder = line.backup.place;
  wishes.with_keys = line.backup.with_keys;
  wishes.keep = line.backup.keep;
  if (line.backup.to_key_text) {
    HOLDFAST_ASSIGN_OR_RETURN(
        wishes.sealed_to,
        ReadBackupPublicKey(line.backup.to_key_text->Expose(), line.backup.to_key.string()));
  }
  return MakeBackup(wishes);
}

absl::StatusOr<std::optional<crypto::BackupSecretKey>> SecretKeyOf(const BackupArguments& given) {
  if (!given.key_text) return std::optional<crypto::BackupSecretKey>();
  HOLDFAST_ASSIGN_OR_RETURN(crypto::BackupSecretKey key,
                            ReadBackupKey(given.key_text->Expose(), given.key.string()));
  return std::optional<crypto::BackupSecretKey>(std::move(key));
}

}  // namespace

void AddBackupCommands(CLI::App& app, CommandLine& line) {
  CLI::App* const backup = AddMaking(app, line);
  AddVerify(*backup, line);
  CLI::App* const key = backup->add_subcommand(
      "key", "Make a key pair for sealed backups: FILE opens them, FILE.pub seals them");
  key->add_option("file", line.backup.place, "The secret key's new file; keep it off the server")
      ->required()
      ->type_name("FILE");
  AddRestore(app, line);
}

absl::Status ReadKeyFiles(BackupArguments& arguments) {
  HOLDFAST_RETURN_IF_ERROR(ReadKeyFile(arguments.to_key, arguments.to_key_text));
  HOLDFAST_RETURN_IF_ERROR(ReadKeyFile(arguments.key, arguments.key_text));
  return ReadKeyFile(arguments.practice_key, arguments.practice_key_text);
}

int RunBackup(const CommandLine& line) {
  const auto made = MakeFrom(line);
  if (!made.ok()) return Report(made.status());
  std::string text = "A backup was made: " + made->path.string() + "\n" +
                     std::to_string(made->manifest.files.size()) + " files, " +
                     MiB(made->manifest.plain_bytes()) + " MiB; " + std::to_string(made->linked) +
                     " of them shared with the backup before.\n" + KeysInWords(made->manifest);
  if (made->removed != 0) {
    text += std::to_string(made->removed) + " old backups were removed.\n";
  }
  return Say(text, "The backup was made.");
}

int RunBackupVerify(const CommandLine& line) {
  const auto key = SecretKeyOf(line.backup);
  if (!key.ok()) return Report(key.status());
  VerifyWishes wishes;
  wishes.backup = line.backup.place;
  wishes.key = *key ? &**key : nullptr;
  wishes.scratch = line.backup.scratch;
  const auto verified = VerifyBackup(wishes);
  if (!verified.ok()) return Report(verified.status());
  std::string text;
  for (const std::string& finding : verified->findings) text += finding + "\n";
  text += verified->path.string() + ", made " + LocalTime(verified->manifest.made_at_ms) +
          ", practice " + verified->manifest.practice.hex().substr(0, 8) + ": ";
  if (!verified->findings.empty()) {
    text += std::to_string(verified->findings.size()) + " findings.\n";
  } else if (verified->counts) {
    text += "whole. " + CountsInWords(*verified->counts) + ".\n";
  } else {
    text += "its files are as they were written; what is sealed in them is looked at with --key.\n";
  }
  const int said = Say(text, "The backup was read.");
  return said != kExitOk || verified->findings.empty() ? said : kExitFailure;
}

int RunBackupKey(const CommandLine& line) {
  const auto made = MakeBackupKey(line.backup.place);
  if (!made.ok()) return Report(made.status());
  const std::string file = line.backup.place.string();
  return Say("A key pair was made. " + file +
                 ".pub goes to the server, for `holdfastd backup DIR "
                 "--to-key`.\n" +
                 file +
                 " opens the backups: keep it where the server is not, twice, and never "
                 "lose it:\nwithout it no backup that is sealed to it opens again.\n",
             "The keys were made.");
}

int RunRestore(const CommandLine& line) {
  const auto key = SecretKeyOf(line.backup);
  if (!key.ok()) return Report(key.status());
  RestoreWishes wishes;
  wishes.backup = line.backup.place;
  wishes.data = line.options.data;
  wishes.key = *key ? &**key : nullptr;
  if (line.backup.practice_key_text) wishes.practice_key = line.backup.practice_key_text->Clone();
  const auto restored = RestoreBackup(wishes);
  if (!restored.ok()) return Report(restored.status());
  const std::string data = line.options.data.string();
  return Say(restored->path.string() + " was restored to " + data + ": practice " +
                 restored->manifest.practice.hex().substr(0, 8) + " as of " +
                 LocalTime(restored->manifest.made_at_ms) + ".\n" +
                 (restored->has_new_tls_key ? "It has a new TLS key, which the practice's key "
                                              "vouches for.\n"
                                            : "") +
                 "Next:\n  holdfastd serve --data " + data +
                 "\nThe devices are told then, and send again what the backup lacks.\n",
             "The backup was restored.");
}

}  // namespace holdfast::server
