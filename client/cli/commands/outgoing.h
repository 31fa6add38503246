// A message on its way out: kept first, then sent if the practice can be reached.
#pragma once

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// Queues the draft and syncs briefly. OK where the message is stored, or where it is
// queued only because the practice is away; says which. `{"message": …}` with --json.
// `shown`: what was sealed, said before it; `signed` has it.
absl::Status SendNow(Context& context, Device& device, const Draft& draft,
                     const std::string& shown = "");

// The same for what has been written already.
absl::Status SyncAndSay(Context& context, Device& device, const EnvelopeId& id,
                        const std::string& shown = "");

// Ends the process by a signal that HeldSignals noted, once its document is out: where something is
// safe here already, a signal ends the wait for the practice alone, and what has become of it is
// said.
void EndIfSignalled(Context& context);

// The words of a note or a reply, checked: those `given` with --text, or else of standard input;
// none where a person in front is to write them. For before the vault is opened. usage.
absl::StatusOr<std::optional<std::string>> WordsToSend(const Context& context,
                                                       const std::optional<std::string>& given);

// Sends a note or a reply: these words, or those that a person in front writes, with `answered`
// before their eyes, once they have seen it all once more and said yes.
absl::Status SendText(Context& context, Device& device, Draft draft,
                      const std::optional<std::string>& words, const std::string& answered = "");

// Whether words fit where they are to go; usage naming `field`, and by how much they do not.
absl::Status CheckFits(std::string_view text, std::size_t bytes_max, std::string_view field);

inline constexpr std::string_view kWhoSeesText =
    "Convenient, but other users of this machine can see it while it runs, and your shell may "
    "keep it in its history";

}  // namespace holdfast::client::cli
