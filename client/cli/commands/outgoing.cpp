#include "client/cli/commands/outgoing.h"

#include "client/cli/commands/composing.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/own_resources.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "rules/retry.h"

namespace holdfast::client::cli {
namespace {

// What --text says, or else standard input.
absl::StatusOr<std::string> GivenText(const std::optional<std::string>& given) {
  std::string text;
  if (given) {
    text = *given;
  } else if (InputIsTerminal()) {
    return Refuse(Reason::kUsage, "--text",
                  "or standard input from a file or a pipe says what to send, where nothing is "
                  "asked; nothing was sent");
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(text, ReadAll("-", limits::kDraftBytesMax, "text"));
  }
  text = Trimmed(text);
  if (text.empty()) {
    return Refuse(Reason::kUsage, "text", "there is nothing written, so nothing was sent");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckFits(text, limits::kTextBytesMax, "text"));
  return text;
}

}  // namespace

absl::Status CheckFits(std::string_view text, std::size_t bytes_max, std::string_view field) {
  if (!IsUtf8(text)) {
    return Refuse(Reason::kUsage, field,
                  "is not UTF-8 text, so nothing was sent; save it as UTF-8");
  }
  if (text.size() <= bytes_max) return absl::OkStatus();
  return Refuse(Reason::kUsage, field,
                "is too long by " + std::to_string(text.size() - bytes_max) + " bytes: at most " +
                    std::to_string(bytes_max) + " fit. Shorten it, or split it; nothing was sent");
}

absl::StatusOr<std::optional<std::string>> WordsToSend(const Context& context,
                                                       const std::optional<std::string>& given) {
  if (!given && AsksPeople(context)) return std::nullopt;
  HOLDFAST_ASSIGN_OR_RETURN(std::string words, GivenText(given));
  return words;
}

absl::Status SendText(Context& context, Device& device, Draft draft,
                      const std::optional<std::string>& words, const std::string& answered) {
  if (!words) {
    const auto writer = TextWriter(context.profile, answered);
    return WriteAndSend(context, device, std::move(draft), *writer);
  }
  SetText(draft, *words);
  // Whoever answers has read it.
  if (draft.kind == Kind::kReply) {
    HOLDFAST_RETURN_IF_ERROR(device.engine().MarkOpened(*draft.reply_to));
  }
  return SendNow(context, device, draft);
}

void EndIfSignalled(Context& context) {
  if (HeldSignals::noted() == 0) return;
  context.out.Finish();
  EndBy(HeldSignals::noted());
}

absl::Status SendNow(Context& context, Device& device, const Draft& draft,
                     const std::string& shown) {
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, device.engine().Write(draft));
  return SyncAndSay(context, device, id, shown);
}

absl::Status SyncAndSay(Context& context, Device& device, const EnvelopeId& id,
                        const std::string& shown) {
  if (!shown.empty()) context.out.Say(shown);
  const HeldSignals held;  // it is safe already: a signal only ends the wait
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(id.hex()));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.has_acted = message.state != MessageState::kQueued;
  Json to_do = nullptr;
  if (message.not_safe) to_do = LinesHere(context.profile, device.now_ms());
  context.out.Document(
      {{"message", MessageJson(message)}, {"signed", TextJson(shown)}, {"what_to_do", to_do}});
  if (!message.refusal.empty()) {
    return Refuse(Reason::kNotPermitted, "",
                  "the practice did not accept it: " + RefusalOf(message));
  }
  // One truth: it is kept, and what stands in its way is this device's own.
  if (message.state == MessageState::kQueued && IsVaultFailure(sync)) {
    return Refuse(ReasonOf(sync), "", words.KeptHere(message) + " " + AsSentence(MessageOf(sync)));
  }
  context.out.Say(words.Written(message));
  EndIfSignalled(context);
  if (message.state != MessageState::kQueued || sync.ok() || WillPass(sync)) {
    return absl::OkStatus();
  }
  return sync;
}

}  // namespace holdfast::client::cli
