#include "client/cli/commands/welcome.h"

#include <iostream>

#include "client/cli/terminal/input.h"
#include "client/cli/terminal/passphrase.h"
#include "client/cli/words/json.h"
#include "crypto/public/code_lines.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::Status AlreadyTaken(const Profile& profile, const Welcome& welcome) {
  return Refuse(Reason::kVaultExists, "",
                "the profile \"" + profile.name() +
                    "\" already belongs to an account. For another one choose another name, for "
                    "example: holdfast --profile second " +
                    welcome.command);
}

Json WelcomeJson(Engine& engine, const std::string& recovery_code) {
  Json document = {{"recovery_code", recovery_code}};
  document.update(IdentityJson(engine.identity()));
  const auto bonds = engine.Bonds();
  document["bond"] = bonds.ok() && !bonds->empty() ? IdJson(bonds->front().id) : Json(nullptr);
  return document;
}

absl::Status Finish(Context& context, const Welcome& welcome, Device& device,
                    const Enrolled& enrolled) {
  // It is kept only until the account is used.
  if (enrolled.recovery_code.empty()) return AlreadyTaken(context.profile, welcome);
  context.out.Say(welcome.done);
  ShowRecoveryCode(context.out, enrolled.recovery_code);
  context.out.Document(WelcomeJson(device.engine(), enrolled.recovery_code));
  return AskBack(context, device, enrolled.recovery_code);
}

}  // namespace

void ShowRecoveryCode(const Output& out, const std::string& code) {
  out.Say("");
  out.Say("Your recovery code, shown this once:");
  out.Say("");
  out.Draw(crypto::NumberedCodeLines(code));
  out.Say(
      "Write it on paper and keep it where only you can get at it. With it you come back after "
      "losing this device (\"holdfast recover\"), add another one, and shut a stolen one out. "
      "Nobody else has it, and nobody can give it to you again.");
}

absl::Status RunWelcome(Context& context, const Welcome& welcome, const std::string& path) {
  std::unique_ptr<Device> device;
  absl::StatusOr<crypto::SecretBytes> code = crypto::SecretBytes();
  const auto read = [&] { code = ReadCode(context, welcome.asked, path); };
  // What is not asked for can be looked at before the passphrase is.
  const bool is_given = IsGiven(context, path);
  if (is_given) {
    read();
    HOLDFAST_RETURN_IF_ERROR(code.status());
  }
  if (context.profile.exists()) {
    if (AsksPeople(context)) {
      context.out.Aside("The profile \"" + context.profile.name() +
                        "\" is here already. Where it was only begun, this goes on where it "
                        "stopped, with its passphrase.");
    }
    // First, so that no code is asked for in vain.
    HOLDFAST_ASSIGN_OR_RETURN(device, Device::Open(context.profile));
    if (device->reads_only()) return device->engine().Devices().status();
    if (!is_given && device->engine().has_account() && !device->engine().has_recovery_code()) {
      return AlreadyTaken(context.profile, welcome);
    }
  }
  if (device == nullptr) {
    if (!is_given) read();
    HOLDFAST_RETURN_IF_ERROR(code.status());
    HOLDFAST_ASSIGN_OR_RETURN(device, Device::OpenOrCreate(context.profile));
  } else if (!is_given) {
    HOLDFAST_RETURN_IF_ERROR(device->WithoutVault(read));
    HOLDFAST_RETURN_IF_ERROR(code.status());
  }
  if (device->passphrase_changed()) context.out.Aside(kPassphraseChanged);
  if (device->engine().has_account() && !welcome.is_same(device->engine(), code->Expose())) {
    return AlreadyTaken(context.profile, welcome);
  }
  const auto enrolled = device->Await<Enrolled>(
      [&](Done<Enrolled> done) {
        welcome.begin(device->engine(), code->Expose(), std::move(done));
      },
      kEnrolMs);
  const absl::Status status =
      enrolled.ok() ? Finish(context, welcome, *device, *enrolled) : enrolled.status();
  if (device->is_open()) ShowAlarms(context, *device);
  return status;
}

}  // namespace holdfast::client::cli
