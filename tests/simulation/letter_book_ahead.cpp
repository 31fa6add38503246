// What was written ahead: shown to its reader once it is released and never before,
// and to its writer as what has become of it.
#include <map>
#include <set>

#include "simulation/letter_book.h"

namespace holdfast::simulation {
namespace {

using client::AheadOutlook;
using client::MessageState;
using client::MessageView;

// By then everybody has been there, and heard of it.
constexpr std::uint64_t kHeardOfMs = 3 * limits::kDayMs;

bool HasArrived(MessageState state) {
  return state == MessageState::kDelivered || state == MessageState::kOpened ||
         state == MessageState::kAnswered;
}

}  // namespace

void LetterBook::CheckAhead(const Device& device, const Letter& letter, const MessageView& view) {
  const bool is_ahead = letter.release.when != ReleaseWhen::kNow;
  const bool is_so = view.ahead ? is_ahead && view.ahead->release == letter.release &&
                                      view.ahead->promise == letter.promise
                                : !is_ahead;
  if (!is_so) {
    return verdict_.Broken(kOnTime, "\"" + TextOf(view) + "\" waits for something else");
  }
  if (!is_ahead || view.mine || schedule_.was_released(view.id)) return;
  verdict_.Broken(kOnTime,
                  device.name() + " shows \"" + TextOf(view) + "\", which was not released");
}

// Before the practice had it, or by its word. What was released of a copy that had not
// heard of the withdrawal did arrive.
bool LetterBook::HasWithdrawal(const MessageView& view, bool delivered) const {
  if (!withdrawn_.contains(view.id)) return false;
  if (view.ahead && view.ahead->taken_back) return true;  // held, and never read
  if (delivered && !stored_.lost_some()) return false;
  if (view.evidence == client::Evidence::kLedger) return schedule_.was_withdrawn(view.id);
  return schedule_.was_withdrawn(view.id) || !stored_.WasAnswered(view.id) || stored_.lost_some();
}

bool LetterBook::MustHaveCome(const Letter& letter, std::uint64_t now_ms) const {
  if (letter.release.when == ReleaseWhen::kNow) return true;
  // Released by a copy that had not heard of the withdrawal, and its reader had.
  if (withdrawn_.contains(letter.id) && stored_.lost_some()) return false;
  const ModelAhead* note = schedule_.ahead(*letter.pair->bond, letter.id);
  return note != nullptr && note->fate == AheadFate::kReleased &&
         note->released_at_ms + kHeardOfMs < now_ms;
}

void LetterBook::CheckAheadSettled(const Device& device, const MessageView& view,
                                   std::uint64_t now_ms) {
  const Letter* letter = Find(view);
  if (letter == nullptr || !view.mine) return;
  const std::string differs = WhatDiffers(device, *letter, view, now_ms);
  if (differs.empty()) return;
  verdict_.Broken(kHeals, device.name() + " still shows \"" + TextOf(view) + "\" as " +
                              std::string(NameOf(view.state)) + " and " +
                              std::string(NameOf(view.ahead->outlook)) + ", and it " + differs);
}

std::string LetterBook::WhatDiffers(const Device& device, const Letter& letter,
                                    const MessageView& view, std::uint64_t now_ms) const {
  const ModelAhead* note = schedule_.ahead(view.bond, view.id);
  const bool is_here = letter.pair->other(device).SideHasMessage(view.id);
  // Its reader had it before a restore: it is not offered again.
  if (stored_.lost_some() && is_here && HasArrived(view.state)) return "";
  // It was held, and is never read.
  if (view.ahead->taken_back && view.state == MessageState::kWithdrawn) return "";
  if (note == nullptr) {
    const bool never_came = !view.refusal.empty() || view.state == MessageState::kWithdrawn;
    return never_came && !is_here ? "" : "is not with the practice";
  }
  switch (note->fate) {
    case AheadFate::kWaiting:
      return view.state == MessageState::kStored && !is_here ? "" : "waits to be released";
    case AheadFate::kErased:
      return view.state == MessageState::kWithdrawn && !is_here ? "" : "was withdrawn";
    case AheadFate::kReleased:
      break;
  }
  if (note->released_at_ms + kHeardOfMs > now_ms) return "";
  const bool is_let_go = withdrawn_.contains(view.id) && stored_.lost_some() && !is_here &&
                         view.state == MessageState::kWithdrawn;
  if (is_let_go) return "";
  const bool is_so = is_here && HasArrived(view.state) &&
                     view.ahead->outlook == AheadOutlook::kReleased &&
                     view.ahead->released_at_ms == note->released_at_ms;
  return is_so ? "" : "was released";
}

void LetterBook::CheckHeld(Device& device, const MessageView& view) {
  if (!view.ahead || view.mine || view.from != crypto::Role::kTherapist) return;
  if (let_go_.contains(view.id)) return;
  const auto marks = device.engine().OpenRuptures();
  const auto standing = device.engine().Standing(view.bond);
  if (!marks.ok() || !standing.ok()) return;
  for (const client::RuptureView& mark : *marks) {
    // A mark on the note itself says that another device of theirs has shown it.
    if (mark.bond != view.bond || mark.message == view.id || view.rupture) continue;
    return verdict_.Broken(
        kOnTime, device.name() + " shows \"" + TextOf(view) + "\" while something is marked");
  }
  if (view.ahead->release.when == ReleaseWhen::kPromiseMissed) return;
  for (const client::PromiseView& promise : standing->promises) {
    const auto message = device.engine().Message(promise.envelope.hex());
    const bool is_open = !promise.lost && promise.line.state == PromiseState::kMissed &&
                         (!message.ok() || message->state == MessageState::kMissed);
    if (!is_open) continue;
    return verdict_.Broken(kOnTime,
                           device.name() + " shows \"" + TextOf(view) + "\" while a reply is late");
  }
}

void LetterBook::EraseHeld(const Device& client, const std::vector<MessageView>& mine,
                           std::vector<MessageView>& theirs) {
  std::set<EnvelopeId> shown;
  for (const MessageView& view : mine) shown.insert(view.id);
  std::erase_if(theirs, [&](const MessageView& view) {
    const bool is_hidden =
        view.ahead && view.mine && !shown.contains(view.id) && client.HasMessage(view.id);
    if (!is_hidden) return false;
    const bool may_tell = !schedule_.has_ended(view.bond) && !stored_.lost_some();
    if (!view.ahead->hold && !view.ahead->taken_back && may_tell) {
      verdict_.Broken(
          kNoLimbo, client.name() + " holds \"" + TextOf(view) + "\", and its author was not told");
    }
    return true;
  });
}

void LetterBook::KeepReleased(std::vector<MessageView>& mine,
                              std::vector<MessageView>& theirs) const {
  // How many sides have it with its place.
  std::map<EnvelopeId, int> placed;
  for (const auto* views : {&mine, &theirs}) {
    for (const MessageView& view : *views) {
      if (view.ahead && view.ahead->released_at_ms != 0) ++placed[view.id];
    }
  }
  const auto has_none = [&](const MessageView& view) { return view.ahead && placed[view.id] < 2; };
  std::erase_if(mine, has_none);
  std::erase_if(theirs, has_none);
}

}  // namespace holdfast::simulation
