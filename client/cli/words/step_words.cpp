#include "client/cli/words/step_words.h"

namespace holdfast::client::cli {

std::string_view StepInWords(NextStep step) {
  switch (step) {
    case NextStep::kNone:
      return "";
    case NextStep::kMakeAccount:
      return "; begin with \"holdfast enroll\" or \"holdfast join\"";
    case NextStep::kOtherProfile:
      return "; use another one with --profile NAME";
    case NextStep::kListBonds:
      return "; \"holdfast status\" lists them";
    case NextStep::kListMessages:
      return "; \"holdfast inbox\" lists them";
    case NextStep::kSendNow:
      return ", or send it now with \"holdfast send\"";
    case NextStep::kReply:
      return "; use \"holdfast reply\"";
    case NextStep::kShowRhythm:
      return "; \"holdfast rhythm\" shows it";
    case NextStep::kSetHours:
      return "; set them with \"holdfast availability set\"";
    case NextStep::kListPromises:
      return "; \"holdfast promise list\" shows what is owed";
    case NextStep::kListAhead:
      return "; \"holdfast ahead list\" shows what waits";
    case NextStep::kWithdrawAhead:
      return "; withdraw one with \"holdfast ahead withdraw\"";
    case NextStep::kListDrafts:
      return "; \"holdfast drafts\" lists them";
    case NextStep::kSaySeen:
      return "; \"holdfast seen\" does that";
  }
  return "";
}

}  // namespace holdfast::client::cli
