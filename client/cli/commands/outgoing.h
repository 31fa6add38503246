// A message on its way out: kept first, then sent if the practice can be reached.
#pragma once

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// Queues the draft and syncs briefly. OK where the message is stored, or where it is
// queued only because the practice is away; says which. `{"message": …}` with --json.
absl::Status SendNow(Context& context, Device& device, const Draft& draft);

// The same for what has been written already.
absl::Status SyncAndSay(Context& context, Device& device, const EnvelopeId& id);

// Sends a note or a reply: with the words `given` where --text was, or those of standard
// input; a person in front writes them, with `answered` before their eyes, sees it all once
// more and says yes. usage where nothing is written.
absl::Status SendText(Context& context, Device& device, Draft draft,
                      const std::optional<std::string>& given, const std::string& answered = "");

// Whether words fit where they are to go; usage naming `field`, and by how much they do not.
absl::Status CheckFits(std::string_view text, std::size_t bytes_max, std::string_view field);

inline constexpr std::string_view kWhoSeesText =
    "Convenient, but other users of this machine can see it while it runs, and your shell may "
    "keep it in its history";

}  // namespace holdfast::client::cli
