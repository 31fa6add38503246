// Invitations, and which of them a person means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/cli/words/words.h"
#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

std::string ShortId(const LookupId& id);
// "the invitation for Kim", "an invitation without a label".
std::string InvitationName(const InvitationView& invitation);
// One line: whom it is for, its id, and how it stands.
std::string InvitationInWords(const Words& words, const InvitationView& invitation);
// Those that are meant, as BondsMeant() finds bonds: by label, or the beginning of an id.
std::vector<InvitationView> InvitationsMeant(const std::vector<InvitationView>& invitations,
                                             std::string_view wanted);

}  // namespace holdfast::client::cli
