#include "simulation/account_check.h"

#include <map>
#include <set>
#include <string>

#include "holdfast/v1/content.pb.h"
#include "simulation/letter_book.h"

namespace holdfast::simulation {
namespace {

// By what it is about, what a device shows of it.
using Shown = std::map<std::string, std::string>;

Shown ShownBy(Device& device, const std::vector<const Pair*>& pairs) {
  client::Engine& engine = device.engine();
  Shown shown;
  if (const auto bonds = engine.Bonds(); bonds.ok()) {
    for (const client::BondView& bond : *bonds) shown["the label of " + bond.id.hex()] = bond.label;
  }
  if (const auto drafts = engine.Drafts(); drafts.ok()) {
    for (const client::KeptDraft& kept : *drafts) {
      shown["the draft " + kept.draft.kept->hex()] = kept.draft.content->note().text();
    }
  }
  if (const auto invitations = engine.Invitations(true); invitations.ok()) {
    for (const client::InvitationView& one : *invitations) {
      shown["the invitation " + one.id.hex()] = one.label;
    }
  }
  for (const Pair* pair : pairs) {
    if (!pair->bond) continue;
    const auto ruptures = engine.ShownRuptures(pair->bond);
    if (!ruptures.ok()) continue;
    for (const client::ShownRupture& one : *ruptures) {
      shown["the mark on " + one.mark.message.hex()] = one.mark.closed ? "closed" : one.mark.text;
    }
  }
  return shown;
}

// Which messages are unread, of those that both have.
std::map<EnvelopeId, bool> UnreadOn(Device& device, const Pair& pair) {
  std::map<EnvelopeId, bool> unread;
  const auto views = device.engine().Messages({pair.bond, false, 0});
  if (!views.ok()) return unread;
  for (const client::MessageView& view : *views) {
    if (!view.mine) unread[view.id] = view.unread;
  }
  return unread;
}

void CheckOpened(Device& one, Device& other, const std::vector<const Pair*>& pairs,
                 Verdict& verdict) {
  for (const Pair* pair : pairs) {
    if (!pair->bond) continue;
    const auto theirs = UnreadOn(other, *pair);
    for (const auto& [id, unread] : UnreadOn(one, *pair)) {
      const auto found = theirs.find(id);
      if (found == theirs.end() || found->second == unread) continue;
      return verdict.Broken(kOneAccount, one.name() + " and " + other.name() +
                                             " disagree on whether " + id.hex() + " was opened");
    }
  }
}

}  // namespace

void CheckAccount(Device& first, const std::vector<const Pair*>& pairs, Verdict& verdict) {
  std::vector<Device*> devices;
  for (Device* device : first.all()) {
    if (device->membership().counts && device->runs()) devices.push_back(device);
  }
  for (std::size_t i = 1; i < devices.size(); ++i) {
    const Shown mine = ShownBy(*devices[i], pairs);
    const Shown theirs = ShownBy(*devices.front(), pairs);
    for (const auto& [what, words] : mine) {
      const auto found = theirs.find(what);
      const std::string other = found == theirs.end() ? "nothing" : "\"" + found->second + "\"";
      if (other == "\"" + words + "\"") continue;
      return verdict.Broken(kOneAccount, devices[i]->name() + " shows \"" + words + "\" as " +
                                             what + ", and " + devices.front()->name() + " " +
                                             other);
    }
    if (mine.size() != theirs.size()) {
      return verdict.Broken(kOneAccount, devices[i]->name() + " lacks something that " +
                                             devices.front()->name() + " shows");
    }
    CheckOpened(*devices[i], *devices.front(), pairs, verdict);
  }
}

}  // namespace holdfast::simulation
