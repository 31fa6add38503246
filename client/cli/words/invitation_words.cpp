#include "client/cli/words/invitation_words.h"

#include <algorithm>

#include "client/cli/words/naming.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

std::string StandingOfInvitation(const Words& words, const InvitationView& invitation) {
  switch (invitation.state) {
    case InvitationState::kOpen:
      return "good until " + words.Time(invitation.expires_at_ms);
    case InvitationState::kWithdrawing:
      return "taken back; the practice has not heard of it yet, so it can still be answered";
    case InvitationState::kWithdrawn:
      return "taken back";
    case InvitationState::kExpired:
      return "expired " + words.Time(invitation.expires_at_ms) + ", and nobody had answered it";
  }
  return {};
}

}  // namespace

std::string ShortId(const LookupId& id) { return id.hex().substr(0, kShortIdDigits); }

std::string InvitationName(const InvitationView& invitation) {
  return invitation.label.empty() ? "an invitation without a label"
                                  : "the invitation for " + PrintableLine(invitation.label);
}

std::string InvitationInWords(const Words& words, const InvitationView& invitation) {
  return (invitation.label.empty() ? "without a label" : PrintableLine(invitation.label)) + " (" +
         ShortId(invitation.id) + "), " + StandingOfInvitation(words, invitation);
}

std::vector<InvitationView> InvitationsMeant(const std::vector<InvitationView>& invitations,
                                             std::string_view wanted) {
  // As bonds that have these ids and labels.
  std::vector<BondView> named;
  for (const InvitationView& invitation : invitations) {
    BondView one;
    one.id = BondId::From(invitation.id.view(), "invitation").value();
    one.label = invitation.label;
    named.push_back(std::move(one));
  }
  std::vector<InvitationView> found;
  for (const BondView& one : BondsMeant(named, wanted)) {
    found.push_back(*std::ranges::find_if(invitations, [&](const InvitationView& invitation) {
      return invitation.id.view() == one.id.view();
    }));
  }
  return found;
}

}  // namespace holdfast::client::cli
