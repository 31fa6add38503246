// "I have read this, I was here": a therapist's own act, as both sides see it.
#pragma once

#include <string>

#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// Below a message: that it was witnessed and when; to a therapist whose client asks for just that,
// how to say it. Mostly empty.
std::string WitnessRemark(const Words& words, const MessageView& message);

// In `status`, of a client's own: "your therapist read your check-in of Tue 4 Mar and was with
// you, today 14:03".
std::string WitnessedInWords(const Words& words, const MessageView& message);

// Whether this person can say it of the message and has not.
bool CanWitness(const Words& words, const MessageView& message);

// After saying so. `before`: it was said earlier already; `told`: the practice has it.
std::string SaidWitnessed(const Words& words, const MessageView& message, bool before, bool told);

}  // namespace holdfast::client::cli
