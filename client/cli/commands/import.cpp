// import: a history that was exported, to be read again, in a profile of its own.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/words/history_file.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/forms/shipped.h"
#include "client/storage/overwriting.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr std::size_t kImportedTogether = 256;  // messages in a commit

absl::Status CannotRead(const std::string& path, const std::string& why) {
  return Refuse(Reason::kUsage, "FILE", PrintableLine(path) + " cannot be read: " + why);
}

// Its lines, one after the other; one that is longer than any that is written is cut there.
class HistoryLines {
 public:
  static absl::StatusOr<HistoryLines> Open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return CannotRead(path, std::strerror(errno));
    struct stat found = {};
    HistoryLines lines(descriptor, path);
    if (::fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) {
      return CannotRead(path, "it is read twice, so it must be a file");
    }
    return lines;
  }
  HistoryLines(HistoryLines&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        path_(std::move(other.path_)),
        rest_(std::move(other.rest_)) {}
  ~HistoryLines() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // False at the end. A last line without its end counts.
  absl::StatusOr<bool> Next(std::string& line) {
    std::size_t searched = 0;
    for (;;) {
      const std::size_t end = rest_.find('\n', searched);
      if (end != std::string::npos || rest_.size() > kHistoryLineBytesMax) {
        line = rest_.substr(0, end);
        rest_.erase(0, end == std::string::npos ? end : end + 1);
        return true;
      }
      searched = rest_.size();
      char buffer[kReadBytes];
      const ssize_t got = ::read(descriptor_, buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return CannotRead(path_, std::strerror(errno));
      if (got > 0) {
        rest_.append(buffer, static_cast<std::size_t>(got));
        continue;
      }
      line = std::exchange(rest_, "");
      return !line.empty();
    }
  }

 private:
  HistoryLines(int descriptor, std::string path)
      : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
  std::string rest_;
};

using TakePart = std::function<absl::Status(HistoryFile::Part)>;

// The whole file, each part once it was checked.
absl::Status ReadHistoryFile(const std::string& path, std::vector<forms::FormRef> known,
                             const TakePart& take) {
  HOLDFAST_ASSIGN_OR_RETURN(HistoryLines lines, HistoryLines::Open(path));
  HistoryFile file(std::move(known));
  std::string line;
  for (;;) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool more, lines.Next(line));
    if (!more) return file.Finish();
    if (HeldSignals::noted() != 0) return Declined("it was stopped, and nothing was imported");
    HOLDFAST_ASSIGN_OR_RETURN(HistoryFile::Part part, file.TakeLine(line));
    HOLDFAST_RETURN_IF_ERROR(take(std::move(part)));
  }
}

struct CheckedHistory {
  ImportedHistory history;
  std::vector<forms::FormRef> forms;
};

absl::StatusOr<CheckedHistory> CheckHistory(const std::string& path) {
  CheckedHistory checked;
  HOLDFAST_RETURN_IF_ERROR(ReadHistoryFile(path, {}, [&](HistoryFile::Part part) {
    if (const auto* head = std::get_if<ExportHead>(&part)) {
      checked.history.identity = head->identity;
      checked.history.bonds = head->bonds;
      checked.history.written_ms = head->written_ms;
      checked.history.since_ms = head->since_ms;
      checked.history.until_ms = head->until_ms;
    }
    if (std::holds_alternative<MessageView>(part)) ++checked.history.messages;
    if (auto* form = std::get_if<forms::FormRef>(&part)) checked.forms.push_back(*form);
    return absl::OkStatus();
  }));
  return checked;
}

// What was checked, into the profile; checked once more on the way, for a file can change.
absl::Status FillProfile(Engine& engine, const std::string& path, const CheckedHistory& checked) {
  HOLDFAST_RETURN_IF_ERROR(engine.BeginImport(checked.history));
  for (const forms::FormRef& form : checked.forms) {
    if (forms::ShippedByHash(form->hash)) continue;
    HOLDFAST_RETURN_IF_ERROR(engine.KeepForm(form->canonical));
  }
  std::vector<MessageView> together;
  std::uint64_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(
      ReadHistoryFile(path, checked.forms, [&](HistoryFile::Part part) -> absl::Status {
        auto* message = std::get_if<MessageView>(&part);
        if (message == nullptr) return absl::OkStatus();
        ++count;
        together.push_back(std::move(*message));
        if (together.size() < kImportedTogether) return absl::OkStatus();
        return engine.ImportMessages(std::exchange(together, {}));
      }));
  if (count != checked.history.messages) return CannotRead(path, "it changed meanwhile");
  HOLDFAST_RETURN_IF_ERROR(engine.ImportMessages(together));
  return engine.FinishImport();
}

absl::Status RunImport(Context& context, const std::string& path) {
  const HeldSignals held;
  HOLDFAST_ASSIGN_OR_RETURN(const CheckedHistory checked, CheckHistory(path));
  const bool is_new = !context.profile.exists();
  HOLDFAST_ASSIGN_OR_RETURN(std::unique_ptr<Device> device, Device::OpenOrCreate(context.profile));
  const absl::Status filled = FillProfile(device->engine(), path, checked);
  if (!filled.ok() && is_new) {
    device.reset();
    DestroyVault(context.profile.vault(), kVaultWait).IgnoreError();
    std::error_code error;
    std::filesystem::remove(context.profile.folder(), error);
  }
  EndIfSignalled(context);
  HOLDFAST_RETURN_IF_ERROR(filled);
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device->words());
  const std::uint64_t count = checked.history.messages;
  context.out.Say(
      std::to_string(count) + (count == 1 ? " message is" : " messages are") +
      " here to be read, as they were " + OnDay(words.Day(checked.history.written_ms)) +
      ": inbox, show, search, trend and export work without a practice. Nothing is sent "
      "or changed from here, and nobody is told.");
  context.out.Say("The file itself is not sealed: remove it where nobody else is to read it.");
  context.out.Document({{"file", path},
                        {"messages", count},
                        {"forms", checked.forms.size()},
                        {"bonds", checked.history.bonds.size()},
                        {"written_at", TimeJson(checked.history.written_ms)}});
  return absl::OkStatus();
}

}  // namespace

Command ImportCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("import", "Read a history again that \"export\" wrote as JSON");
  const auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "As \"holdfast export --format json\" wrote it")->required();
  command->footer(
      "Into a profile of its own, which is made for it: holdfast --profile then import FILE. All "
      "of\n"
      "the file is checked first; one that is damaged, or of something else, changes nothing. "
      "What\n"
      "is imported can be read, searched, drawn and exported without a practice; it is nobody's\n"
      "account, so nothing is written, sent or recovered with it. That it is unchanged is "
      "checked;\n"
      "that it is true is not: nobody signs an export.");
  return {command, [path](Context& context) { return RunImport(context, *path); }};
}

}  // namespace holdfast::client::cli
