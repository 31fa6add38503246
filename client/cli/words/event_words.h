// The words for everything that happens between two people here: marks, slots,
// promises, pauses. All of them stand in event_words.cpp, so that a practice can
// put them into its own language.
//
// They are kind, short and specific. They blame nobody, and never count anything
// against the client.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/words.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// "Ann marked your reply of yesterday as having landed badly."
std::string RuptureInWords(const Words& words, const RuptureView& mark, const MessageView* message);
// A paragraph each; empty where there are none.
std::string RupturesInWords(const Words& words, const std::vector<ShownRupture>& ruptures);
// After marking or closing, to the client.
std::string RuptureWritten(const Words& words, const BondId& bond, bool closed);
// Asked before anything else of a check-in.
std::string RuptureQuestion(const Words& words, const RuptureView& mark,
                            const MessageView* message);

// What a ledger's entry means for this person.
std::string LedgerLineInWords(const Words& words, const LedgerLine& line);
// A reminder, at a time that the person chose.
std::string ReminderInWords(const Words& words, const ReminderView& reminder);
// Somebody decided something and it waits, was taken, or was refused.
std::string DecisionInWords(const Words& words, const ActView& decision);

// "every Monday at 18:00 (Europe/Zurich), open for 2 days".
std::string RhythmInWords(const Rhythm& rhythm);
// "Mon-Fri 09:00-17:00 (Europe/Zurich); a reply within 8 hours of that; away …".
std::string AvailabilityInWords(const Words& words, const Availability& availability);
// "a reply to you, promised by tomorrow, 17:00".
std::string PromiseInWords(const Words& words, const PromiseView& promise);
// The lines below a bond in `status`: what is open, what is owed, by when.
std::vector<std::string> StandingInWords(const Words& words, const StandingView& standing);
// A reply that repairs a missed promise, to whoever reads it.
std::string RepairInWords(const Words& words, const MessageView& reply);

}  // namespace holdfast::client::cli
