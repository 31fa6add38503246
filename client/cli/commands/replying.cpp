#include "client/cli/commands/replying.h"

#include "client/cli/commands/outgoing.h"
#include "client/cli/words/words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// What is written about a mark goes as a message: the marked one is this person's own, and
// nothing answers itself.
absl::Status AnswerMark(Context& context, Device& device, const MessageView& marked,
                        const std::optional<std::string>& given) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Aside("You answer what was marked as having landed badly: it goes to " +
                    words.Other(marked.bond) + " as a message" +
                    (words.is_client() ? "." : ", and stays marked until they close it."));
  Draft draft;
  draft.bond = marked.bond;
  draft.kind = Kind::kNote;
  const std::string about = marked.rupture->text.empty() ? "" : "\n\n" + marked.rupture->text;
  return SendText(context, device, std::move(draft), given, TextOf(marked) + about);
}

}  // namespace

absl::Status ReplyTo(Context& context, Device& device, const MessageView& original,
                     const std::optional<std::string>& given) {
  if (original.mine && original.rupture) return AnswerMark(context, device, original, given);
  if (original.mine) {
    return Refuse(Reason::kUsage, "ID",
                  "names a message of your own. To write to them anew: holdfast send --bond " +
                      ShortId(original.bond));
  }
  Draft draft;
  draft.bond = original.bond;
  draft.kind = Kind::kReply;
  draft.reply_to = original.id;
  return SendText(context, device, std::move(draft), given, TextOf(original));
}

}  // namespace holdfast::client::cli
