#include "client/cli/commands/outgoing.h"

#include <iostream>

#include "client/cli/terminal/editor.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "rules/retry.h"

namespace holdfast::client::cli {
namespace {

absl::StatusOr<std::string> ComposeAtTerminal(Context& context) {
  if (!EditorCommand().empty()) {
    HOLDFAST_RETURN_IF_ERROR(context.profile.MakeFolder());
    const std::string hint =
        "---- Write above this line, save and close. ----\n" + std::string(kNoEmergencyService);
    return WriteInEditor(hint, context.profile.folder(), limits::kTextBytesMax);
  }
  std::cerr << kNoEmergencyService
            << "\nWrite your message. Ctrl-D on a line of its own sends it, Ctrl-C drops it.\n\n";
  return ReadAll("-", limits::kTextBytesMax, "text");
}

}  // namespace

absl::StatusOr<std::string> Compose(Context& context, const std::optional<std::string>& given) {
  std::string text;
  if (given) {
    text = *given;
  } else if (CanAsk()) {
    HOLDFAST_ASSIGN_OR_RETURN(text, ComposeAtTerminal(context));
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(text, ReadAll("-", limits::kTextBytesMax, "text"));
  }
  text = Trimmed(text);
  if (text.empty()) {
    return Refuse(Reason::kUsage, "text", "there is nothing written, so nothing was sent");
  }
  return text;
}

absl::Status SendNow(Context& context, Device& device, const Draft& draft) {
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, device.engine().Write(draft));
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(id.hex()));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Document({{"message", MessageJson(message)}});
  if (!message.refusal.empty()) {
    return Refuse(Reason::kNotPermitted, "", "the practice did not accept it: " + message.refusal);
  }
  context.out.Say(words.Written(message));
  if (message.state != MessageState::kQueued || sync.ok() || WillPass(sync)) {
    return absl::OkStatus();
  }
  return sync;
}

}  // namespace holdfast::client::cli
