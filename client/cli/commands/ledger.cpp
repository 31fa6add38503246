// ledger: the record of check-ins and replies, and its proof.
#include <iostream>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/output_file.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/ledger_file.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct LedgerOptions {
  CLI::App* verify = nullptr;
  CLI::App* write = nullptr;
  std::string bond;
  std::string file;
  bool offline = false;
};

std::string LineInWords(const Words& words, const LedgerLine& line) {
  return std::to_string(line.entry.number) + "  " + words.Time(line.entry.at_ms) + "  " +
         LedgerLineInWords(words, line, Telling::kHistory);
}

absl::Status ShowLedger(Context& context, const LedgerOptions& options) {
  return WithDevice(context, [&](Device& device) {
    const auto look = [&](Asking, const absl::Status&) -> absl::StatusOr<Reading> {
      HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
      HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
      HOLDFAST_ASSIGN_OR_RETURN(const auto lines, device.engine().Ledger(bond.id, 0));
      Reading reading;
      Json documents = Json::array();
      for (const LedgerLine& line : lines) {
        reading.Add(LineInWords(words, line));
        documents.push_back(LedgerLineJson(line));
      }
      if (lines.empty()) reading.Add("Nothing has been agreed or promised yet.");
      reading.document = {{"bond", bond.id.hex()}, {"entries", std::move(documents)}};
      return reading;
    };
    return ShowReading(context, device, options.offline, look);
  });
}

// All of it again, from the practice's key alone; here or on any other machine.
absl::Status SayVerified(Context& context, const LedgerExport& exported) {
  HOLDFAST_ASSIGN_OR_RETURN(const VerifiedLedger verified, VerifyLedger(exported));
  const std::string head = verified.book.head().hex();
  const std::uint64_t newest_ms = verified.lines.empty() ? 0 : verified.lines.back().entry.at_ms;
  const std::string what =
      verified.lines.empty()
          ? "It holds no entry, so there is nothing to check."
          : "All " + std::to_string(verified.lines.size()) +
                " entries are signed, proved, and follow from each other. The newest is of " +
                Rfc3339(newest_ms) + "; whether there are later ones, it cannot say.";
  context.out.Say(what + "\nPractice:  " + exported.practice.hex() +
                  "\nTherapist: " + verified.therapist.hex() +
                  "\nClient:    " + verified.client.hex() + "\nHead:      " + head +
                  "\nThat it is your practice is for you to compare: \"holdfast --json status\" "
                  "shows its key.");
  context.out.Document({{"verified", true},
                        {"bond", verified.bond.hex()},
                        {"practice", exported.practice.hex()},
                        {"therapist", verified.therapist.hex()},
                        {"client", verified.client.hex()},
                        {"entries", verified.lines.size()},
                        {"newest_at", TimeJson(newest_ms)},
                        {"head", IdJson(verified.book.head())}});
  return absl::OkStatus();
}

absl::Status CheckLedger(Context& context, const LedgerOptions& options) {
  if (!options.file.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string text,
                              ReadAll(options.file, kLedgerFileBytesMax, "FILE"));
    HOLDFAST_ASSIGN_OR_RETURN(const LedgerExport exported, ParseLedgerFile(text));
    return SayVerified(context, exported);
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    HOLDFAST_ASSIGN_OR_RETURN(const LedgerExport exported, device.engine().ExportLedger(bond.id));
    return SayVerified(context, exported);
  });
}

absl::Status WriteLedger(Context& context, const LedgerOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckCanBeWritten(options.file, "FILE"));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (options.offline) device.AskNobody();
    const absl::Status sync =
        options.offline ? absl::OkStatus() : device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    HOLDFAST_ASSIGN_OR_RETURN(const LedgerExport exported, device.engine().ExportLedger(bond.id));
    if (options.file == "-") {
      std::cout << LedgerFile(exported).dump(1) << std::endl;
      return IsAway(sync) ? absl::OkStatus() : sync;
    }
    HOLDFAST_RETURN_IF_ERROR(MayReplace(context, device, options.file));
    HOLDFAST_RETURN_IF_ERROR(WriteLedgerFile(options.file, exported));
    context.out.Say(std::to_string(exported.entries.size()) + " entries written to " +
                    options.file + ". It holds times and decisions, and no words.");
    Json document = WithSync(
        {{"bond", bond.id.hex()}, {"file", options.file}, {"entries", exported.entries.size()}},
        sync);
    if (options.offline) document["synced"] = false;
    context.out.Document(std::move(document));
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

}  // namespace

Command LedgerCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("ledger", "The signed record of check-ins and replies");
  const auto options = std::make_shared<LedgerOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  command->add_option("--bond", options->bond, "With whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  AddOffline(*command, options->offline);
  command->add_subcommand("show", "Every entry in words");
  options->verify = command->add_subcommand("verify", "Check it all again, here and offline");
  options->verify
      ->add_option("FILE", options->file, "An exported one; needs no profile. - is standard input")
      ->type_name("FILE");
  options->write = command->add_subcommand("export", "Write it to a file, with every proof");
  options->write->add_option("FILE", options->file, "Where to; - is standard output")
      ->required()
      ->type_name("FILE");
  command->footer("It measures the practice and the therapist's replies, and never the client.");
  return {command, [options](Context& context) {
            if (options->verify->parsed()) return CheckLedger(context, *options);
            return options->write->parsed() ? WriteLedger(context, *options)
                                            : ShowLedger(context, *options);
          }};
}

}  // namespace holdfast::client::cli
