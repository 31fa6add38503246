#include "client/cli/words/step_words.h"

namespace holdfast::client::cli {

std::string_view StepInWords(NextStep step) {
  switch (step) {
    case NextStep::kNone:
      return "";
    case NextStep::kMakeAccount:
      return "; begin with `enroll` or `join`";
    case NextStep::kOtherProfile:
      return "; use another one with --profile NAME";
    case NextStep::kListBonds:
      return "; `status` lists them";
    case NextStep::kListMessages:
      return "; `inbox` lists them";
    case NextStep::kSendNow:
      return ", or send it now with `send`";
    case NextStep::kReply:
      return "; use `reply`";
    case NextStep::kShowRhythm:
      return "; `rhythm` shows it";
    case NextStep::kSetHours:
      return "; set them with `availability set`";
    case NextStep::kListPromises:
      return "; `promise list` shows what is owed";
    case NextStep::kListAhead:
      return "; `ahead list` shows what waits";
    case NextStep::kWithdrawAhead:
      return "; withdraw one with `ahead withdraw`";
    case NextStep::kListDrafts:
      return "; \"holdfast drafts\" lists them";
  }
  return "";
}

}  // namespace holdfast::client::cli
