// The words for "that landed badly": marked, asked about, closed.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// "Ann marked your reply of yesterday as having landed badly."
std::string RuptureInWords(const Words& words, const RuptureView& mark, const MessageView* message);
// Below the message that was marked: "Landed badly; Ann closed it today, 15:00."
std::string MarkInWords(const Words& words, const RuptureView& mark);
// A paragraph each; empty where there are none.
std::string RupturesInWords(const Words& words, const std::vector<ShownRupture>& ruptures);
// After marking or closing, to the client.
std::string RuptureWritten(const Words& words, const RuptureView& mark);
// Asked before anything else of a check-in.
std::string RuptureQuestion(const Words& words, const RuptureView& mark,
                            const MessageView* message);

}  // namespace holdfast::client::cli
