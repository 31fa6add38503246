#include "client/cli/commands/ruptures.h"

#include <iostream>

#include "client/cli/commands/composing.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Words that the practice's form of a mark cannot hold are asked for again.
constexpr int kTriesMax = 3;

// Words for the mark that are not with the practice yet.
Draft WordsFor(const ShownRupture& rupture, const std::string& text) {
  Draft draft;
  draft.bond = rupture.mark.bond;
  draft.kind = Kind::kControl;
  draft.reply_to = rupture.mark.message;
  SetText(draft, text);
  return draft;
}

absl::Status AskAbout(Context& context, Device& device, const Words& words,
                      const ShownRupture& rupture) {
  const HeldSignals held;
  std::string before;
  for (int tries = 1;; ++tries) {
    Typed typed;
    HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] {
      if (tries == 1) {
        std::cerr << Fitted(RuptureQuestion(words, rupture.mark,
                                            rupture.message ? &*rupture.message : nullptr),
                            PromptColumns())
                  << "\n";
      }
      typed = AskForLine("  > ", before);
    }));
    const std::string answer = Trimmed(typed.text);
    if (typed.end == Typed::End::kSignalled) {
      if (!answer.empty()) KeepWritten(context, device, WordsFor(rupture, answer), nullptr);
      EndBy(HeldSignals::noted());
    }
    if (answer.empty()) return absl::OkStatus();
    const absl::Status done = answer == "closed"
                                  ? device.engine().CloseRupture(rupture.mark.message)
                                  : device.engine().MarkRupture(rupture.mark.message, answer);
    if (done.ok()) return done;
    const Reason reason = ReasonOf(done);
    const bool again = reason == Reason::kTooLarge || reason == Reason::kMalformedField;
    if (!again || tries == kTriesMax) {
      KeepWritten(context, device, WordsFor(rupture, answer), nullptr);
      return done;
    }
    std::cerr << Fitted(FailureInWords(done), PromptColumns()) << "\n";
    before = answer;
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

absl::Status AskAboutRuptures(Context& context, Device& device, const Words& words,
                              const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto open, OpenRuptures(device.engine(), bond));
  for (std::size_t i = 0; i < open.size() && i < kRupturesAskedMax; ++i) {
    HOLDFAST_RETURN_IF_ERROR(AskAbout(context, device, words, open[i]));
    std::cerr << "\n";
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
