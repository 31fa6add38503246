// A client's check-ins, form by form: what was answered last, before and at first.
#pragma once

#include <vector>

#include "client/core/reading/overview.h"

namespace holdfast::client {

// Fills `last_check_in` and `forms` of an overview from what the other side wrote in its bond, in
// order. Answers of forms with different hashes are never in one course; before there were hashes a
// name and a number stood for one.
void NoteForms(BondOverview& overview, const std::vector<const MessageView*>& messages);

}  // namespace holdfast::client
