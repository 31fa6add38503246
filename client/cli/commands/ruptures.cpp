#include "client/cli/commands/ruptures.h"

#include <iostream>

#include "client/cli/terminal/input.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Words that the practice's form of a mark cannot hold are asked for again.
constexpr int kTriesMax = 3;

absl::Status AskAbout(Device& device, const Words& words, const ShownRupture& rupture) {
  std::cerr << Indented(
      RuptureQuestion(words, rupture.mark, rupture.message ? &*rupture.message : nullptr), "",
      PromptColumns());
  for (int tries = 1;; ++tries) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line, AskLine("  > "));
    const std::string answer = Trimmed(line);
    if (answer.empty()) return absl::OkStatus();
    const absl::Status done = answer == "closed"
                                  ? device.engine().CloseRupture(rupture.mark.message)
                                  : device.engine().MarkRupture(rupture.mark.message, answer);
    const Reason reason = ReasonOf(done);
    const bool again = reason == Reason::kTooLarge || reason == Reason::kMalformedField;
    if (done.ok() || !again || tries == kTriesMax) return done;
    std::cerr << FailureInWords(done) << "\n";
  }
}

}  // namespace

absl::StatusOr<std::vector<ShownRupture>> OpenRuptures(Engine& engine,
                                                       const std::optional<BondId>& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<RuptureView> open, engine.OpenRuptures());
  std::vector<ShownRupture> shown;
  for (const RuptureView& mark : open) {
    if (bond && mark.bond != *bond) continue;
    ShownRupture rupture;
    rupture.mark = mark;
    auto message = engine.Message(mark.message.hex());
    if (message.ok()) rupture.message = std::move(*message);
    shown.push_back(std::move(rupture));
  }
  return shown;
}

absl::Status AskAboutRuptures(Device& device, const Words& words, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto open, OpenRuptures(device.engine(), bond));
  for (std::size_t i = 0; i < open.size() && i < kRupturesAskedMax; ++i) {
    HOLDFAST_RETURN_IF_ERROR(AskAbout(device, words, open[i]));
    std::cerr << "\n";
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
