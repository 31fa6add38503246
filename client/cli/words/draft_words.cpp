#include "client/cli/words/draft_words.h"

#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kBeginningBytes = 240;

// As the message that it may become.
MessageView AsMessage(const Draft& draft) {
  MessageView message;
  message.kind = draft.kind;
  if (draft.bond) message.bond = *draft.bond;
  message.reply_to = draft.reply_to;
  message.mine = true;
  message.content = draft.content;
  return message;
}

std::string WhatOf(const Draft& draft) {
  switch (draft.kind) {
    case Kind::kCheckIn:
      return "check-in";
    case Kind::kReply:
      return "reply";
    case Kind::kControl:
      return "words about what landed badly,";
    default:
      return draft.release.when == ReleaseWhen::kNow ? "message" : "note that comes later";
  }
}

std::string_view Condition(ReleaseWhen when) {
  switch (when) {
    case ReleaseWhen::kSlotOpens:
      return "when the check-in opens";
    case ReleaseWhen::kSlotClosesEmpty:
      return "if the check-in closes with nothing in it";
    case ReleaseWhen::kPromiseMissed:
      return "if the reply is late";
    default:
      return "later";
  }
}

// Cut where a character ends.
std::string Beginning(const std::string& text) {
  if (text.size() <= kBeginningBytes) return text;
  std::size_t end = kBeginningBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string Answered(const Draft& draft) {
  if (!draft.content || !draft.content->has_check_in()) return "";
  const int count = draft.content->check_in().answers_size();
  if (count == 0) return "";
  return " · " + std::to_string(count) + (count == 1 ? " answer" : " answers");
}

}  // namespace

std::string TextOf(const Draft& draft) {
  if (draft.kind != Kind::kControl) return TextOf(AsMessage(draft));
  return draft.content ? draft.content->control().rupture().text() : "";
}

std::size_t TextBytesMax(const Draft& draft) {
  return draft.kind == Kind::kControl ? limits::kRuptureTextBytesMax : limits::kTextBytesMax;
}

void SetText(Draft& draft, const std::string& text) {
  auto content = draft.content ? std::make_shared<v1::Content>(*draft.content)
                               : std::make_shared<v1::Content>();
  switch (draft.kind) {
    case Kind::kCheckIn:
      content->mutable_check_in()->set_note(text);
      break;
    case Kind::kReply:
      content->mutable_reply()->set_text(text);
      break;
    case Kind::kControl:
      content->mutable_control()->mutable_rupture()->set_text(text);
      break;
    default:
      content->mutable_note()->set_text(text);
      content->mutable_note()->set_need(v1::NEED_NONE);
      break;
  }
  draft.content = std::move(content);
}

bool HasSomething(const Draft& draft) {
  if (!Trimmed(TextOf(draft)).empty()) return true;
  return draft.content && draft.content->has_check_in() &&
         draft.content->check_in().answers_size() > 0;
}

std::string WholeText(const Draft& draft) {
  const bool has_answers = draft.content && draft.content->has_check_in();
  const std::string answers =
      has_answers ? AnswersInWords(draft.content->check_in(), FormOf(draft.content->check_in(), {}))
                  : "";
  const std::string text = TextOf(draft);
  return answers + (answers.empty() || text.empty() ? "" : "\n") + text;
}

std::string Purpose(const Words& words, const Draft& draft) {
  const std::string whom = draft.bond ? words.Other(*draft.bond) : "nobody yet";
  return WhatOf(draft) + " to " + whom;
}

std::string DraftInWords(const Words& words, const KeptDraft& kept, std::size_t columns) {
  const std::string text = Beginning(Trimmed(TextOf(kept.draft)));
  return ShortId(*kept.draft.kept) + "  " + words.Time(kept.kept_at_ms) + "  " +
         Purpose(words, kept.draft) + Answered(kept.draft) + "\n" +
         (text.empty() ? "" : Quoted(text, "      ", columns));
}

std::string Preview(const Words& words, const Draft& draft, std::size_t columns) {
  std::string preview = AsSentence("your " + Purpose(words, draft));
  if (!preview.empty()) preview.back() = ':';
  preview += "\n";
  const MessageView message = AsMessage(draft);
  for (const std::string& part : {words.Answers(message), TextOf(draft)}) {
    if (!Trimmed(part).empty()) preview += Quoted(Trimmed(part), "  ", columns);
  }
  if (!HasSomething(draft)) preview += "  (nothing written, which is enough)\n";
  if (draft.kind == Kind::kCheckIn) {
    preview +=
        "What comes of it: " + std::string(NeedInWords(message.content->check_in().need())) + ".\n";
  } else if (draft.kind == Kind::kNote && draft.release.when == ReleaseWhen::kAtTime) {
    preview += "It comes " + words.Time(draft.release.at_ms) + ".\n";
  } else if (draft.release.when != ReleaseWhen::kNow) {
    preview += "It comes " + std::string(Condition(draft.release.when)) + ".\n";
  } else if (draft.kind == Kind::kNote) {
    preview += "It asks for nothing.\n";
  }
  return preview;
}

Json DraftJson(const KeptDraft& kept) {
  const Json message = MessageJson(AsMessage(kept.draft));
  const bool marks = kept.draft.kind == Kind::kControl;
  return {{"id", kept.draft.kept->hex()},
          {"bond", IdJson(kept.draft.bond)},
          {"kind", marks ? Json("mark") : message.at("kind")},
          {"ahead", kept.draft.release.when != ReleaseWhen::kNow},
          {"reply_to", message.at("reply_to")},
          {"kept_at", TimeJson(kept.kept_at_ms)},
          {"need", message.at("need")},
          {"text", TextJson(TextOf(kept.draft))},
          {"answers", message.at("answers")}};
}

std::string_view NeedInWords(v1::Need need) {
  switch (need) {
    case v1::NEED_REPLY:
      return "I would like a reply, please";
    case v1::NEED_WITNESS:
      return "just read it";
    case v1::NEED_NONE:
      return "nothing is needed";
    case v1::NEED_SESSION:
      return "let us talk about it in session";
    default:
      return "not said yet";
  }
}

std::string ShortId(const DraftId& id) { return id.hex().substr(0, kShortIdDigits); }

}  // namespace holdfast::client::cli
