// invite: an invitation to hand to a client.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/qr.h"
#include "client/cli/words/columns.h"
#include "client/cli/words/json.h"
#include "client/cli/words/times.h"
#include "client/core/outside/limits.h"
#include "crypto/invitation.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kDaysMax = limits::kInvitationMsMax / limits::kDayMs;
constexpr std::uint64_t kDaysUsual = limits::kInvitationMs / limits::kDayMs;

struct InviteOptions {
  std::string label;
  std::string qr;
  std::uint64_t days = kDaysUsual;
};

// The file of the picture, for this user alone. Made before the invitation, so that none is
// made in vain; goes again unless it was written.
class Picture {
 public:
  explicit Picture(std::string path) : path_(std::move(path)) {}
  ~Picture() {
    if (file_ >= 0) close(file_);
    if (made_ && !written_) unlink(path_.c_str());
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  absl::Status Check() const {
    if (path_.empty()) return absl::OkStatus();
    if (!path_.ends_with(".svg")) {
      return Refuse(Reason::kUsage, "--qr", "names a picture whose name ends in .svg");
    }
    struct stat about = {};
    if (lstat(path_.c_str(), &about) == 0) return IsThere();
    return CheckCanBeWritten(path_, "--qr");
  }
  absl::Status Make() {
    if (path_.empty()) return absl::OkStatus();
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    made_ = file_ >= 0;
    if (made_) return absl::OkStatus();
    if (errno == EEXIST) return IsThere();
    return Refuse(Reason::kUsage, "--qr",
                  "cannot be written: " + std::string(std::strerror(errno)));
  }
  absl::Status Write(const std::string& invitation) {
    if (!made_) return absl::OkStatus();
    const std::string svg = QrSvg(invitation);
    const auto size = static_cast<ssize_t>(svg.size());
    written_ = write(file_, svg.data(), svg.size()) == size && fsync(file_) == 0;
    if (written_) return absl::OkStatus();
    return Refuse(Reason::kStorageFailed, "--qr",
                  "could not be written; the invitation itself is good");
  }

 private:
  static absl::Status IsThere() {
    return Refuse(Reason::kUsage, "--qr",
                  "names a file that is there already; it was left as it is");
  }

  const std::string path_;
  int file_ = -1;
  bool made_ = false;
  bool written_ = false;
};

void DrawInvitation(const Output& out, const std::string& invitation) {
  const std::size_t columns = OutputColumns();
  const std::string plain = QrLines(invitation, false);
  const std::size_t needed = ColumnsIn(plain.substr(0, plain.find('\n')));
  if (columns != 0 && columns < needed) {
    out.Say("\nThis window is too narrow for the picture, which needs " + std::to_string(needed) +
            " columns. Make it wider and run this again, or write the picture to a file: --qr "
            "FILE.svg\n");
  } else if (!plain.empty()) {
    out.Draw("\n" + (columns == 0 ? plain : QrLines(invitation, true)));
  }
}

void ShowInvitation(const Output& out, const std::string& invitation, std::uint64_t expires_at_ms,
                    std::uint64_t now_ms) {
  out.Say(
      "An invitation for one client. Hand it over in person, on paper or as the picture on your "
      "screen, and not by e-mail or any other messenger: whoever holds it first can join in their "
      "place.\n");
  out.Say(invitation);
  DrawInvitation(out, invitation);
  out.Say("Good once, until " + LocalTime(expires_at_ms, now_ms) +
          ". Your client types \"holdfast join\".");
}

absl::Status RunInvite(Context& context, const InviteOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckFits(options.label, limits::kLabelBytesMax, "--label"));
  Picture picture(options.qr);
  HOLDFAST_RETURN_IF_ERROR(picture.Check());
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_RETURN_IF_ERROR(device.CheckNameIsFree(options.label, "--label"));
    HOLDFAST_RETURN_IF_ERROR(picture.Make());
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
    context.has_acted = true;
    context.out.Document({{"invitation", invitation},
                          {"id", keys.lookup.hex()},
                          {"bond", keys.bond.hex()},
                          {"label", TextJson(options.label)},
                          {"expires_at", TimeJson(inside.expires_at_ms)}});
    return picture.Write(invitation);
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
  command
      ->add_option("--qr", options->qr,
                   "Write the picture to a file as well, to print it; whoever has it can join, so "
                   "remove it afterwards")
      ->type_name("FILE.svg");
  command->add_option("--days", options->days, "How many days it is good for")
      ->check(Decimal())
      ->check(CLI::Range(std::uint64_t{1}, kDaysMax))
      ->type_name("N")
      ->capture_default_str();
  return {command, [options](Context& context) { return RunInvite(context, *options); }};
}

}  // namespace holdfast::client::cli
