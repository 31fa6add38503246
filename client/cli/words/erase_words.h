// What erasing does and does not do, before it is done and after.
#pragma once

#include <string>

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/shown/erased.h"

namespace holdfast::client::cli {

// "3 messages and 1 draft".
std::string CountOfErased(const Erased& erased);
// What goes, `what` it is ("these messages"), and what stays with whom.
std::string BeforeErasing(const Words& words, const Erased& erased, const std::string& what,
                          const std::string& others);
// What has gone; what stays for now, and why.
std::string AfterErasing(const Erased& erased);
// Before a whole profile goes: how to leave the practice, and what is not done by it.
std::string BeforeErasingEverything(const std::string& profile, const Words& words,
                                    const std::vector<BondView>& open, std::size_t queued);

Json ErasedJson(const Erased& erased);

}  // namespace holdfast::client::cli
