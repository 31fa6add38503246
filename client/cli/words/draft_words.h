// What was written and not sent, in words, and its text in and out.
#pragma once

#include <string>
#include <string_view>

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/shown/drafts.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {

// The words of a person in it; a check-in's answers are beside them.
std::string TextOf(const Draft& draft);
// What its kind of message can hold of them.
std::size_t TextBytesMax(const Draft& draft);
// In its place, for the draft's kind; the rest of the content stays.
void SetText(Draft& draft, const std::string& text);
// Words or answers: something that would be a loss.
bool HasSomething(const Draft& draft);
// All of that as plain text, to copy from.
std::string WholeText(const Draft& draft);

// "check-in to your therapist", "reply to Ann", "note to Ann, to come later".
std::string Purpose(const Words& words, const Draft& draft);

// "3f2a91  today, 14:03  reply to Ann", and below it its beginning.
std::string DraftInWords(const Words& words, const KeptDraft& kept, std::size_t columns);

// All that goes out, to whom and with which need.
std::string Preview(const Words& words, const Draft& draft, std::size_t columns);

// {"id","bond","kind","ahead","reply_to","kept_at","need","text","answers"}.
Json DraftJson(const KeptDraft& kept);

std::string ShortId(const DraftId& id);

// "I would like a reply, please".
std::string_view NeedInWords(v1::Need need);

}  // namespace holdfast::client::cli
