// The words for what happens between two people here: slots, promises, pauses.
//
// They are kind, short and specific. They blame nobody, and never count anything
// against the client.
#pragma once

#include <cstdint>
#include <string>

#include "client/cli/words/words.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// What a ledger's entry means for this person: as news, with what they may want to do now,
// or as what was, which asks for nothing.
enum class Telling : std::uint8_t { kNews, kHistory };
std::string LedgerLineInWords(const Words& words, const LedgerLine& line,
                              Telling telling = Telling::kNews);
// A reminder, at a time that the person chose.
std::string ReminderInWords(const Words& words, const ReminderView& reminder);
// Somebody decided something and it waits, was taken, or was refused.
std::string DecisionInWords(const Words& words, const ActView& decision);

// A reply that repairs a missed promise, to whoever reads it.
std::string RepairInWords(const Words& words, const MessageView& reply);

}  // namespace holdfast::client::cli
