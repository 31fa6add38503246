// invite: an invitation to hand to a client.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/qr.h"
#include "client/cli/words/json.h"
#include "client/cli/words/times.h"
#include "crypto/invitation.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kDaysMax = limits::kInvitationMsMax / limits::kDayMs;
constexpr std::uint64_t kDaysUsual = limits::kInvitationMs / limits::kDayMs;

struct InviteOptions {
  std::string label;
  std::uint64_t days = kDaysUsual;
};

void ShowInvitation(const Output& out, const std::string& invitation, std::uint64_t expires_at_ms,
                    std::uint64_t now_ms) {
  out.Say(
      "An invitation for one client. Hand it over in person, on paper or as the picture on your "
      "screen, and not by e-mail or any other messenger: whoever holds it first can join in their "
      "place.\n");
  out.Say(invitation);
  const std::string picture = QrLines(invitation, OutputColumns() != 0);
  if (!picture.empty()) out.Say("\n" + picture);
  out.Say("Good once, until " + LocalTime(expires_at_ms, now_ms) +
          ". Your client types \"holdfast join\".");
}

absl::Status RunInvite(Context& context, const InviteOptions& options) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(
        const std::string invitation,
        device.Await<std::string>(
            [&](Done<std::string> done) {
              device.engine().Invite(options.label, options.days * limits::kDayMs, std::move(done));
            },
            kEnrolMs));
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::Invitation inside,
                              crypto::DecodeInvitation(invitation));
    ShowInvitation(context.out, invitation, inside.expires_at_ms, device.now_ms());
    const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(inside);
    context.out.Document({{"invitation", invitation},
                          {"id", keys.lookup.hex()},
                          {"bond", keys.bond.hex()},
                          {"label", TextJson(options.label)},
                          {"expires_at", TimeJson(inside.expires_at_ms)}});
    return absl::OkStatus();
  });
}

}  // namespace

Command InviteCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("invite", "Print an invitation to hand a client in person");
  const auto options = std::make_shared<InviteOptions>();
  command
      ->add_option("--label", options->label,
                   "Your own name for this client; it never leaves this device")
      ->type_name("TEXT");
  command->add_option("--days", options->days, "How many days it is good for")
      ->check(Decimal())
      ->check(CLI::Range(std::uint64_t{1}, kDaysMax))
      ->type_name("N")
      ->capture_default_str();
  return {command, [options](Context& context) { return RunInvite(context, *options); }};
}

}  // namespace holdfast::client::cli
