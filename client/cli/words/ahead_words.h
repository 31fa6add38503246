// The words for what was written ahead: what it waits for, why it came now, and why it
// will not come.
#pragma once

#include <string>

#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// "Thu 5 Mar, 17:00", "the check-in of Thu 5 Mar to open".
std::string AheadWaitsFor(const Words& words, const MessageView& note);
// An own one that is stored: "sealed, waiting for Thu 5 Mar, 17:00".
std::string AheadState(const Words& words, const MessageView& note);
// To its writer: why it will not come, or what holds it. To its reader: when it was
// written, and why it came now. A sentence; may be empty.
std::string AheadRemark(const Words& words, const MessageView& note);
// To its author, before all else in `status` and `watch`: what goes out only once they decide, what
// holds it, and how. A paragraph for each; empty where there is nothing.
std::string HeldInWords(const Words& words, const std::vector<MessageView>& notes);
// The evening before: what goes out to whom and when, unless they say otherwise.
std::string ComingInWords(const Words& words, const std::vector<MessageView>& notes);
// After letting one go.
std::string AheadLetGo(const Words& words, const MessageView& note, bool told);

// After writing: what has become of it, and what happens next.
std::string AheadWritten(const Words& words, const MessageView& note);
// After withdrawing.
std::string AheadWithdrawn(const Words& words, const MessageView& note);

// "at-time", "slot-opens", "slot-closes-empty" or "promise-missed".
std::string_view ReleaseName(ReleaseWhen when);

}  // namespace holdfast::client::cli
