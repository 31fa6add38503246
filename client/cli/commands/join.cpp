// join: becoming a client, by an invitation.
#include <algorithm>
#include <memory>

#include "client/cli/commands/welcome.h"
#include "crypto/invitation.h"

namespace holdfast::client::cli {
namespace {

absl::Status CheckInvitation(std::string_view text) {
  return crypto::DecodeInvitation(text).status();
}

// A bond's id comes from its invitation.
bool IsSame(Engine& engine, std::string_view text) {
  const auto invitation = crypto::DecodeInvitation(text);
  const auto bonds = engine.Bonds();
  if (!invitation.ok() || !bonds.ok()) return false;
  const BondId bond = crypto::DeriveInvitationKeys(*invitation).bond;
  return std::any_of(bonds->begin(), bonds->end(),
                     [&](const BondView& view) { return view.id == bond; });
}

}  // namespace

Command JoinCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("join", "Become a client, with an invitation from your therapist");
  command->footer("The invitation is asked for, so that it stands in no command line.");
  const auto file = std::make_shared<std::string>();
  command
      ->add_option("--invitation-file", *file,
                   "Read the invitation from a file; - is standard input")
      ->type_name("FILE");
  return {command, [file](Context& context) {
            const Welcome welcome = {
                .command = "join",
                .asked = {.what = "an invitation",
                          .option = "--invitation-file",
                          .prefix = "HFI",
                          .prompt = "Invitation (HFI-…): ",
                          .check = CheckInvitation},
                .begin = [](Engine& engine, std::string_view text,
                            Done<Enrolled> done) { engine.Join(text, std::move(done)); },
                .is_same = IsSame,
                .done =
                    "You have joined. What you and your therapist write can be read by the two "
                    "of you alone. Next, whenever you like: \"holdfast checkin\"."};
            return RunWelcome(context, welcome, *file);
          }};
}

}  // namespace holdfast::client::cli
