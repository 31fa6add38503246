#include "simulation/account_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "holdfast/v1/content.pb.h"
#include "simulation/letter_book.h"

namespace holdfast::simulation {
namespace {

// By what it is about, what a device shows of it.
using Shown = std::map<std::string, std::string>;

// On a message that all of them have: of what was written ahead and taken back, or was never sent,
// the others know nothing that they could show a mark on. What was marked too late for the bond
// stays where it was marked, as what was written does.
bool IsForAll(const Device& device, const client::RuptureView& mark, const ScheduleBook& schedule) {
  return !schedule.has_ended(mark.bond) && std::ranges::all_of(device.all(), [&](Device* other) {
    return !other->membership().counts || other->HasMessage(mark.message);
  });
}

Shown ShownBy(Device& device, const std::vector<const Pair*>& pairs, const ScheduleBook& schedule) {
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
      if (!IsForAll(device, one.mark, schedule)) continue;
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

void CheckAccount(Device& first, const std::vector<const Pair*>& pairs,
                  const ScheduleBook& schedule, Verdict& verdict) {
  std::vector<Device*> devices;
  for (Device* device : first.all()) {
    if (device->membership().counts && device->runs()) devices.push_back(device);
  }
  for (std::size_t i = 1; i < devices.size(); ++i) {
    const Shown mine = ShownBy(*devices[i], pairs, schedule);
    const Shown theirs = ShownBy(*devices.front(), pairs, schedule);
    for (const auto& [what, words] : mine) {
      const auto found = theirs.find(what);
      const std::string other = found == theirs.end() ? "nothing" : "\"" + found->second + "\"";
      if (other == "\"" + words + "\"") continue;
      return verdict.Broken(kOneAccount, devices[i]->name() + " shows \"" + words + "\" as " +
                                             what + ", and " + devices.front()->name() + " " +
                                             other);
    }
    for (const auto& [what, words] : theirs) {
      if (mine.contains(what)) continue;
      return verdict.Broken(kOneAccount, devices[i]->name() + " lacks " + what + ", which " +
                                             devices.front()->name() + " shows as \"" + words +
                                             "\"");
    }
    CheckOpened(*devices[i], *devices.front(), pairs, verdict);
  }
}

}  // namespace holdfast::simulation
