// invite: an invitation to hand to a client.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/qr.h"
#include "client/cli/terminal/sheet.h"
#include "client/cli/words/columns.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/core/outside/limits.h"
#include "client/host/own_zone.h"
#include "crypto/invitation.h"
#include "crypto/public/code_lines.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kDaysMax = limits::kInvitationMsMax / limits::kDayMs;
constexpr std::uint64_t kDaysUsual = limits::kInvitationMs / limits::kDayMs;

struct InviteOptions {
  std::string label;
  std::string qr;
  std::string sheet;
  std::uint64_t days = kDaysUsual;
};

// A file for this user alone. Made before the invitation, so that none is made in vain;
// goes again unless it was written.
class InvitationFile {
 public:
  // `option` names it; its name ends in `ending`.
  InvitationFile(std::string_view option, std::string_view ending, std::string path)
      : option_(option), ending_(ending), path_(std::move(path)) {}
  ~InvitationFile() {
    if (file_ >= 0) close(file_);
    if (made_ && !written_) unlink(path_.c_str());
  }
  InvitationFile(const InvitationFile&) = delete;
  InvitationFile& operator=(const InvitationFile&) = delete;

  absl::Status Check() const {
    if (path_.empty()) return absl::OkStatus();
    if (!path_.ends_with(ending_)) {
      return Refuse(Reason::kUsage, option_,
                    "writes a file whose name ends in " + std::string(ending_));
    }
    struct stat about = {};
    if (lstat(path_.c_str(), &about) == 0) return IsThere();
    return CheckCanBeWritten(path_, option_);
  }
  absl::Status Make() {
    if (path_.empty()) return absl::OkStatus();
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    made_ = file_ >= 0;
    if (made_) return absl::OkStatus();
    if (errno == EEXIST) return IsThere();
    return Refuse(Reason::kUsage, option_,
                  "cannot be written: " + std::string(std::strerror(errno)));
  }
  absl::Status Write(const std::string& content) {
    if (!made_) return absl::OkStatus();
    const auto size = static_cast<ssize_t>(content.size());
    written_ = write(file_, content.data(), content.size()) == size && fsync(file_) == 0;
    if (written_) return absl::OkStatus();
    return Refuse(Reason::kStorageFailed, option_,
                  "could not be written; the invitation itself is good");
  }

  // From the root, so that it is found again; empty where there is none.
  std::string Written() const {
    std::error_code error;
    return written_ ? std::filesystem::absolute(path_, error).lexically_normal().string() : "";
  }

 private:
  absl::Status IsThere() const {
    return Refuse(Reason::kUsage, option_,
                  "names a file that is there already; it was left as it is");
  }

  const std::string_view option_;
  const std::string_view ending_;
  const std::string path_;
  int file_ = -1;
  bool made_ = false;
  bool written_ = false;
};

// With the zone by its abbreviation, and by its name where that is certain.
std::string GoodUntil(std::uint64_t expires_at_ms, std::uint64_t now_ms) {
  const auto zone = OwnZoneName(now_ms);
  return FullTime(expires_at_ms) + (zone.ok() ? " (" + *zone + ")" : "");
}

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
  out.Draw(crypto::NumberedCodeLines(invitation));
  DrawInvitation(out, invitation);
  out.Say("Good once, until " + LocalTime(expires_at_ms, now_ms) +
          ". Your client types \"holdfast join\". Should it get lost: \"holdfast invitations\".");
}

void SayWritten(const Output& out, const std::vector<std::string>& files) {
  std::string named;
  std::size_t count = 0;
  for (const std::string& file : files) {
    if (file.empty()) continue;
    named += (named.empty() ? "" : " and ") + PrintableLine(file);
    ++count;
  }
  if (count == 0) return;
  out.Say("\nWritten: " + named + ". Keep " + (count == 1 ? "it" : "them") +
          " like a key, since whoever has " + (count == 1 ? "it" : "one of them") +
          " can join, and remove " + (count == 1 ? "it" : "them") + " once handed over.");
}

absl::Status RunInvite(Context& context, const InviteOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckFits(options.label, limits::kLabelBytesMax, "--label"));
  InvitationFile picture("--qr", ".svg", options.qr);
  InvitationFile sheet("--sheet", ".html", options.sheet);
  HOLDFAST_RETURN_IF_ERROR(picture.Check());
  HOLDFAST_RETURN_IF_ERROR(sheet.Check());
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_RETURN_IF_ERROR(device.CheckNameIsFree(options.label, "--label"));
    HOLDFAST_RETURN_IF_ERROR(picture.Make());
    HOLDFAST_RETURN_IF_ERROR(sheet.Make());
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
    const absl::Status drawn = picture.Write(QrSvg(invitation));
    const absl::Status laid_out = sheet.Write(
        SheetPage({invitation, inside.address, GoodUntil(inside.expires_at_ms, device.now_ms())}));
    SayWritten(context.out, {picture.Written(), sheet.Written()});
    context.out.Document({{"invitation", invitation},
                          {"id", keys.lookup.hex()},
                          {"bond", keys.bond.hex()},
                          {"label", TextJson(options.label)},
                          {"expires_at", TimeJson(inside.expires_at_ms)},
                          {"qr", TextJson(picture.Written())},
                          {"sheet", TextJson(sheet.Written())}});
    HOLDFAST_RETURN_IF_ERROR(drawn);
    return laid_out;
  });
}

}  // namespace

Command InviteCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("invite", "Print an invitation to hand a client in person");
  const auto options = std::make_shared<InviteOptions>();
  command
      ->add_option("--label", options->label, "Your own name for this client; nobody else sees it")
      ->type_name("TEXT");
  command
      ->add_option("--qr", options->qr,
                   "Write the picture to a file as well, to print it; whoever has it can join, so "
                   "remove it afterwards")
      ->type_name("FILE.svg");
  command
      ->add_option("--sheet", options->sheet,
                   "Write a page to print and hand over: picture, code, and what to do with them; "
                   "remove the file once it is printed")
      ->type_name("FILE.html");
  command->add_option("--days", options->days, "How many days it is good for")
      ->check(Decimal())
      ->check(CLI::Range(std::uint64_t{1}, kDaysMax))
      ->type_name("N")
      ->capture_default_str();
  return {command, [options](Context& context) { return RunInvite(context, *options); }};
}

}  // namespace holdfast::client::cli
