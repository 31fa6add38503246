// devices, recovery: which devices the account has, and which recovery code.
#include <algorithm>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/codes.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/welcome.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/qr.h"
#include "client/cli/words/columns.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/words.h"
#include "crypto/link_code.h"
#include "crypto/public/code_lines.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kLinkMinutesMax = limits::kLinkMsMax / limits::kMinuteMs;
constexpr std::size_t kDeviceDigitsMin = 4;

struct DevicesOptions {
  CLI::App* invite = nullptr;
  CLI::App* unlink = nullptr;
  CLI::App* suspend = nullptr;
  std::string code_file;
  std::string id;
  std::uint64_t minutes = kLinkMinutesMax;
  bool yes = false;
};

Json DevicesJson(const std::vector<DeviceView>& devices) {
  Json documents = Json::array();
  for (const DeviceView& device : devices) {
    documents.push_back(
        {{"id", device.id.hex()}, {"since", TimeJson(device.since_ms)}, {"this", device.is_this}});
  }
  return documents;
}

absl::Status ShowDevices(Context& context, Device& device, const std::vector<DeviceView>& devices,
                         const absl::Status& sync) {
  for (const DeviceView& one : devices) {
    context.out.Say(ShortId(one.id) + "  since " + LocalTime(one.since_ms, device.now_ms()) +
                    (one.is_this ? ", this device" : ""));
  }
  context.out.Document(WithSync({{"devices", DevicesJson(devices)}}, sync));
  return absl::OkStatus();
}

absl::Status ListOwnDevices(Context& context, Device& device) {
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, device.engine().Devices());
  HOLDFAST_RETURN_IF_ERROR(ShowDevices(context, device, devices, sync));
  return IsAway(sync) ? absl::OkStatus() : sync;
}

// The recovery code is asked for without the vault, so that other commands can use it.
absl::StatusOr<crypto::SecretBytes> AskRecoveryCode(Context& context, Device& device,
                                                    const std::string& path) {
  absl::StatusOr<crypto::SecretBytes> code = crypto::SecretBytes();
  HOLDFAST_RETURN_IF_ERROR(
      device.WithoutVault([&] { code = ReadCode(context, AskedRecoveryCode(), path); }));
  return code;
}

void DrawLink(const Output& out, const std::string& link) {
  const std::size_t columns = OutputColumns();
  const std::string plain = QrLines(link, false);
  const std::size_t needed = ColumnsIn(plain.substr(0, plain.find('\n')));
  if (plain.empty() || (columns != 0 && columns < needed)) return;
  out.Draw("\n" + (columns == 0 ? plain : QrLines(link, true)));
}

absl::Status InviteDevice(Context& context, Device& device, const DevicesOptions& options,
                          const crypto::SecretBytes& code) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string link, device.Await<std::string>(
                                                        [&](Done<std::string> done) {
                                                          device.engine().MakeLink(
                                                              code.Expose(),
                                                              options.minutes * limits::kMinuteMs,
                                                              std::move(done));
                                                        },
                                                        kWholeSyncMs));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::LinkCode inside, crypto::DecodeLinkCode(link));
  context.has_acted = true;
  context.out.Say(
      "A code for one further device of yours. On the new one type \"holdfast link\". Whoever has "
      "it first becomes you, so show it to nobody else.\n");
  context.out.Draw(crypto::NumberedCodeLines(link));
  DrawLink(context.out, link);
  context.out.Say("Good once, until " + LocalTime(inside.expires_at_ms, device.now_ms()) + ".");
  context.out.Document({{"link", link}, {"expires_at", TimeJson(inside.expires_at_ms)}});
  return absl::OkStatus();
}

absl::StatusOr<DeviceView> FindDevice(Device& device, const std::string& wanted) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, device.engine().Devices());
  std::vector<DeviceView> found;
  for (const DeviceView& one : devices) {
    if (one.id.hex().starts_with(wanted)) found.push_back(one);
  }
  if (found.size() == 1) return found.front();
  return Refuse(Reason::kUsage, "ID",
                found.empty() ? "names none of your devices; \"holdfast devices\" lists them"
                              : "is the beginning of several; give more of its digits");
}

absl::Status UnlinkDevice(Context& context, Device& device, const DevicesOptions& options,
                          const crypto::SecretBytes& code) {
  device.Sync(kBriefSyncMs).IgnoreError();  // the change itself says what is wrong
  HOLDFAST_ASSIGN_OR_RETURN(const DeviceView found, FindDevice(device, options.id));
  HOLDFAST_RETURN_IF_ERROR(
      AskToSign(context, device,
                "This unlinks the device " + ShortId(found.id) + ", yours since " +
                    LocalTime(found.since_ms, device.now_ms()) +
                    ": it gets nothing more and can send nothing more. What it has stays on it.",
                options.yes, "Unlink it? y/n: ")
          .status());
  HOLDFAST_ASSIGN_OR_RETURN(const auto left, device.Await<std::vector<DeviceView>>(
                                                 [&](Done<std::vector<DeviceView>> done) {
                                                   device.engine().Unlink(found.id, code.Expose(),
                                                                          std::move(done));
                                                 },
                                                 kEnrolMs));
  context.has_acted = true;
  context.out.Say(ShortId(found.id) + " is unlinked: it gets nothing more.");
  context.out.Document({{"unlinked", found.id.hex()}, {"devices", DevicesJson(left)}});
  return absl::OkStatus();
}

absl::Status SuspendDevice(Context& context, Device& device, const DevicesOptions& options) {
  device.Sync(kBriefSyncMs).IgnoreError();
  HOLDFAST_ASSIGN_OR_RETURN(const DeviceView found, FindDevice(device, options.id));
  HOLDFAST_RETURN_IF_ERROR(
      AskToSign(context, device,
                "This suspends the device " + ShortId(found.id) + ", yours since " +
                    LocalTime(found.since_ms, device.now_ms()) +
                    ": the practice lets it do nothing more. To use it again, unlink it and link "
                    "it anew.",
                options.yes, "Suspend it? y/n: ")
          .status());
  HOLDFAST_RETURN_IF_ERROR(device
                               .Await<std::vector<DeviceView>>(
                                   [&](Done<std::vector<DeviceView>> done) {
                                     device.engine().Suspend(found.id, std::move(done));
                                   },
                                   kEnrolMs)
                               .status());
  context.has_acted = true;
  context.out.Say(ShortId(found.id) +
                  " is suspended: it can do nothing more. Unlink it as well, with your recovery "
                  "code, as soon as you can: \"holdfast devices unlink " +
                  ShortId(found.id) + "\".");
  context.out.Document({{"suspended", found.id.hex()}});
  return absl::OkStatus();
}

absl::Status CheckDeviceId(const std::string& id) {
  const bool is_hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (is_hex && id.size() >= kDeviceDigitsMin && id.size() <= 2 * DeviceId::size) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kUsage, "ID",
                "is a device's id, or at least 4 digits of its beginning, as \"holdfast devices\" "
                "shows them");
}

absl::Status RunDevices(Context& context, const DevicesOptions& options) {
  if (options.unlink->parsed() || options.suspend->parsed()) {
    HOLDFAST_RETURN_IF_ERROR(CheckDeviceId(options.id));
  }
  const bool needs_code = options.invite->parsed() || options.unlink->parsed();
  crypto::SecretBytes given;
  // What is not asked for can be looked at before the passphrase is.
  const bool is_given = needs_code && IsGiven(context, options.code_file);
  if (is_given) {
    HOLDFAST_ASSIGN_OR_RETURN(given, ReadCode(context, AskedRecoveryCode(), options.code_file));
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (needs_code && !is_given) {
      HOLDFAST_ASSIGN_OR_RETURN(given, AskRecoveryCode(context, device, options.code_file));
    }
    if (options.invite->parsed()) return InviteDevice(context, device, options, given);
    if (options.unlink->parsed()) return UnlinkDevice(context, device, options, given);
    if (options.suspend->parsed()) return SuspendDevice(context, device, options);
    return ListOwnDevices(context, device);
  });
}

void AddRecoveryCodeFile(CLI::App& command, std::string& file) {
  command
      .add_option("--recovery-code-file", file,
                  "Read your recovery code from a file; - is standard input")
      ->type_name("FILE");
}

absl::Status RunNewCode(Context& context, const std::string& path) {
  crypto::SecretBytes given;
  const bool is_given = IsGiven(context, path);
  if (is_given) {
    HOLDFAST_ASSIGN_OR_RETURN(given, ReadCode(context, AskedRecoveryCode(), path));
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (!is_given) {
      HOLDFAST_ASSIGN_OR_RETURN(given, AskRecoveryCode(context, device, path));
    }
    HOLDFAST_ASSIGN_OR_RETURN(const std::string code, device.Await<std::string>(
                                                          [&](Done<std::string> done) {
                                                            device.engine().NewRecoveryCode(
                                                                given.Expose(), std::move(done));
                                                          },
                                                          kEnrolMs));
    context.has_acted = true;
    context.out.Say("The code that you had opens nothing any more.");
    ShowRecoveryCode(context.out, code);
    context.out.Document({{"recovery_code", code}});
    return AskBack(context, device, code);
  });
}

}  // namespace

Command DevicesCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("devices", "Your devices: list, add, unlink and suspend them");
  const auto options = std::make_shared<DevicesOptions>();
  command->require_subcommand(0, 1);
  command->add_subcommand("list", "All of them, this one first (also without a word)");
  options->invite = command->add_subcommand(
      "invite", "Print a code that makes another device one of yours, with all that was written");
  AddRecoveryCodeFile(*options->invite, options->code_file);
  options->invite->add_option("--minutes", options->minutes, "How many minutes it is good for")
      ->check(Decimal())
      ->check(CLI::Range(std::uint64_t{1}, kLinkMinutesMax))
      ->type_name("N")
      ->capture_default_str();
  options->unlink =
      command->add_subcommand("unlink", "Shut a device out for good; what it has stays on it");
  AddRecoveryCodeFile(*options->unlink, options->code_file);
  options->suspend = command->add_subcommand(
      "suspend", "Shut a device out at once, without the recovery code, until it is unlinked");
  for (CLI::App* const one : {options->unlink, options->suspend}) {
    one->add_option("ID", options->id, "The device's id, or at least 4 digits of its beginning")
        ->required();
    one->add_flag("--yes", options->yes, std::string(kYesHelp));
  }
  return {command, [options](Context& context) { return RunDevices(context, *options); }};
}

Command RecoveryCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("recovery", "Your recovery code");
  command->require_subcommand(0, 1);
  CLI::App* const fresh = command->add_subcommand(
      "new-code", "Make another recovery code; the one that you have opens nothing any more");
  const auto file = std::make_shared<std::string>();
  AddRecoveryCodeFile(*fresh, *file);
  return {command, [fresh, file](Context& context) -> absl::Status {
            if (fresh->parsed()) return RunNewCode(context, *file);
            return Refuse(
                Reason::kUsage, "",
                "\"holdfast recovery new-code\" makes another recovery code; the one that "
                "you have cannot be shown again");
          }};
}

}  // namespace holdfast::client::cli
