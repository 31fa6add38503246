// For somebody who says that they are not safe, and for whoever must see it.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// To the client, at once: what to do now, line by line, and what Holdfast is not.
std::string WhatToDoNow(const std::vector<std::string>& lines);

// To the therapist, above everything else: who, when, by which answer, and how to say that it was
// seen. Empty where there is nobody.
std::string NotSafeInWords(const Words& words, const std::vector<MessageView>& messages);

// Below the message itself; empty where it says nothing of the kind.
std::string SafetyRemark(const Words& words, const MessageView& message);

}  // namespace holdfast::client::cli
