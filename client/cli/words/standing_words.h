// How things stand in a bond: what is open, what is owed, by when.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/words.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// "a reply to you, due tomorrow, 17:00".
std::string PromiseInWords(const Words& words, const PromiseView& promise);
// The client's yes or no to what is proposed waits on this device.
bool HasAnswered(const StandingView& standing);
// The lines below a bond in `status`: what is open, what is owed, by when.
std::vector<std::string> StandingInWords(const Words& words, const StandingView& standing);

}  // namespace holdfast::client::cli
