// link, recover: this installation becomes a device of an account that there is, with its whole
// history.
#include <memory>

#include "client/cli/commands/codes.h"
#include "client/cli/words/json.h"
#include "crypto/link_code.h"
#include "crypto/public/address.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::Status CheckLinkCode(std::string_view text) { return crypto::DecodeLinkCode(text).status(); }

struct NewDevice {
  std::string command;
  CodeAsked asked;
  std::function<void(Engine&, std::string_view code, Done<SyncReport>)> begin;
  std::string done;  // the sentence at the end
};

absl::Status BelongsAlready(const Profile& profile, const std::string& command) {
  return Refuse(Reason::kVaultExists, "",
                "the profile \"" + profile.name() +
                    "\" already belongs to an account, and stays as it is. For another one choose "
                    "another name, for example: holdfast --profile second " +
                    command);
}

absl::Status ShowArrival(Context& context, Device& device, const NewDevice& what) {
  MessageQuery all;
  all.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, device.engine().Messages(all));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, device.engine().Bonds());
  context.has_acted = true;
  context.out.Say(what.done);
  context.out.Say(messages.empty()
                      ? "Nothing was written so far."
                      : "Everything that was written is here: " + std::to_string(messages.size()) +
                            (messages.size() == 1 ? " message." : " messages."));
  Json document = IdentityJson(device.engine().identity());
  Json documents = Json::array();
  for (const BondView& bond : bonds) documents.push_back(BondJson(bond));
  document["bonds"] = documents;
  document["messages"] = messages.size();
  context.out.Document(document);
  return absl::OkStatus();
}

absl::Status RunNewDevice(Context& context, const NewDevice& what, const std::string& path) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes code, ReadCode(context, what.asked, path));
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Device> device,
                            Device::OpenOrCreate(context.profile));
  if (device->reads_only()) return device->engine().Devices().status();
  if (device->engine().has_account()) return BelongsAlready(context.profile, what.command);
  if (device->passphrase_changed()) context.out.Aside(kPassphraseChanged);
  if (AsksPeople(context)) context.out.Aside("Fetching what was written so far…");
  const auto report = device->Await<SyncReport>(
      [&](Done<SyncReport> done) { what.begin(device->engine(), code.Expose(), std::move(done)); },
      kWholeSyncMs);
  const bool is_device = device->engine().has_account();
  absl::Status status = report.status();
  if (!report.ok() && is_device) {
    context.out.Aside(
        "This is a device of your account from now on. What was written so far has not all come "
        "yet; the next command that reaches the practice goes on with it.");
  }
  if (report.ok()) status = ShowArrival(context, *device, what);
  ShowAlarms(context, *device);
  return status;
}

absl::Status CheckPractice(const std::string& address) {
  Decoder none("", "");
  crypto::CheckAddress(none, address);
  if (none.Finish().ok()) return absl::OkStatus();
  return Refuse(Reason::kUsage, "--practice",
                "is HOST:PORT, as the practice told you, for example practice.example:7443");
}

void AddCodeFile(CLI::App& command, std::string& file) {
  command.add_option("--code-file", file, "Read the code from a file; - is standard input")
      ->type_name("FILE");
}

}  // namespace

Command LinkCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("link", "Make this a further device of your account");
  command->footer(
      "The code comes from \"holdfast devices invite\" on a device that has the account. It is\n"
      "asked for, so that it stands in no command line. Everything that was written so far\n"
      "comes along.");
  const auto file = std::make_shared<std::string>();
  AddCodeFile(*command, *file);
  return {command, [file](Context& context) {
            const NewDevice what = {
                .command = "link",
                .asked = {.what = "a link code",
                          .option = "--code-file",
                          .prefix = "HFD",
                          .prompt = "Link code (HFD-…): ",
                          .check = CheckLinkCode},
                .begin = [](Engine& engine, std::string_view code,
                            Done<SyncReport> done) { engine.Link(code, std::move(done)); },
                .done = "This is a device of your account now, beside the others."};
            return RunNewDevice(context, what, *file);
          }};
}

Command RecoverCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand(
      "recover", "Come back after your devices were lost, with your recovery code");
  command->footer(
      "Your bonds and everything that was written come back, and the devices that you had are\n"
      "shut out. Where one of them is still with you, use \"holdfast devices invite\" there\n"
      "instead.");
  const auto file = std::make_shared<std::string>();
  const auto address = std::make_shared<std::string>();
  AddCodeFile(*command, *file);
  command->add_option("--practice", *address, "Where your practice is, e.g. practice.example:7443")
      ->type_name("HOST:PORT")
      ->required();
  return {command, [file, address](Context& context) {
            const NewDevice what = {
                .command = "recover",
                .asked = AskedRecoveryCode("--code-file"),
                .begin =
                    [address](Engine& engine, std::string_view code, Done<SyncReport> done) {
                      engine.Recover(*address, code, std::move(done));
                    },
                .done =
                    "You are back. This is the one device of your account now; those that you "
                    "had are shut out, and your recovery code stays the same. Notes that "
                    "were written ahead on them still come at their time."};
            HOLDFAST_RETURN_IF_ERROR(CheckPractice(*address));
            return RunNewDevice(context, what, *file);
          }};
}

}  // namespace holdfast::client::cli
