#include "simulation/letter_book.h"

#include "holdfast/v1/content.pb.h"

namespace holdfast::simulation {

using client::MessageState;
using client::MessageView;

std::string TextOf(const MessageView& view) {
  if (view.content->has_check_in()) return view.content->check_in().note();
  if (view.content->has_reply()) return view.content->reply().text();
  return view.content->note().text();
}

std::string LetterBook::NextText(const std::string& author) {
  return author + " " + std::to_string(++numbers_);
}

void LetterBook::Wrote(const std::string& text, Letter letter) {
  letter.number = numbers_;
  if (letter.reply_to) answered_.insert(*letter.reply_to);
  letters_.emplace(text, letter);
}

const Letter* LetterBook::Find(const MessageView& view) {
  const std::string text = TextOf(view);
  const auto found = letters_.find(text);
  if (found == letters_.end()) {
    verdict_.Broken(kOnce, "a message is shown that nobody wrote: \"" + text + "\"");
    return nullptr;
  }
  Letter& letter = found->second;
  if (letter.id.is_zero()) letter.id = view.id;  // it does exist
  if (letter.id != view.id) {
    verdict_.Broken(kOnce, "\"" + text + "\" is shown under two ids");
    return nullptr;
  }
  return &letter;
}

void LetterBook::Check(Device& device, const std::vector<const Pair*>& pairs, bool in_the_end,
                       std::uint64_t now_ms) {
  for (const Pair* pair : pairs) {
    if (!pair->bond) continue;
    const auto views = device.engine().Messages({pair->bond, false, 0});
    if (!views.ok()) {
      return verdict_.Broken(kStoredMeansStored, device.name() + " cannot read its messages");
    }
    for (const MessageView& view : *views) {
      CheckView(device, view);
      if (in_the_end) CheckSettled(device, view, now_ms);
    }
    // While a lost part comes back, a message that is back stands behind one that is not yet.
    if (in_the_end || !stored_.lost_some()) CheckOrder(device, *views);
    CheckWhole(device, *views, in_the_end, now_ms);
  }
}

void LetterBook::CheckView(const Device& device, const MessageView& view) {
  const Letter* letter = Find(view);
  if (letter == nullptr) return;
  if (view.kind != letter->kind || view.mine != (letter->author == &device.side()) ||
      view.bond != letter->pair->bond || view.reply_to != letter->reply_to) {
    return verdict_.Broken(kOnce, "\"" + TextOf(view) + "\" is shown as something else");
  }
  CheckRefusal(view);
  CheckAhead(device, *letter, view);
  CheckState(device, *letter, view);
}

// Only what was written ahead may come too late for what it waits for.
void LetterBook::CheckRefusal(const MessageView& view) {
  if (view.refusal.empty() || schedule_.has_ended(view.bond)) return;
  const bool came_late = view.ahead && (!stored_.WasAnswered(view.id) || stored_.lost_some());
  if (came_late) return;
  verdict_.Broken(kStoredMeansStored, "\"" + TextOf(view) + "\" was refused: " + view.refusal);
}

// Every state needs its evidence.
bool LetterBook::HasEvidence(const Device& device, const Letter& letter,
                             const MessageView& view) const {
  const bool delivered = letter.pair->other(device).SideHasMessage(view.id);
  const bool answered = delivered && answered_.contains(view.id);
  const bool missed = schedule_.ever_stood(view.id, Standing::kMissed);
  switch (view.state) {
    case MessageState::kQueued:
      return true;
    case MessageState::kStored:
      // A further device of theirs hears of it by its mailbox.
      return letter.device != &device || stored_.WasAnswered(view.id);
    case MessageState::kDelivered:
      return delivered;
    case MessageState::kOpened:
      return delivered && opened_.contains(view.id);
    case MessageState::kReplyDue:
      return schedule_.was_promised(view.id);
    case MessageState::kAnswered:
      return answered;
    case MessageState::kMissed:
      return view.evidence == client::Evidence::kLedger ? missed : schedule_.was_promised(view.id);
    case MessageState::kRepaired:
      return missed && answered;
    case MessageState::kWithdrawn:
      return HasWithdrawal(view, delivered);
  }
  return false;
}

void LetterBook::CheckState(const Device& device, const Letter& letter, const MessageView& view) {
  if (!view.mine || HasEvidence(device, letter, view)) return;
  verdict_.Broken(kNoLimbo, device.name() + " shows \"" + TextOf(view) + "\" as " +
                                std::string(NameOf(view.state)) + " without evidence");
}

void LetterBook::CheckSettled(const Device& device, const MessageView& view, std::uint64_t now_ms) {
  if (schedule_.has_ended(view.bond)) return;
  const Letter* letter = Find(view);
  if (letter == nullptr) return;
  const bool is_siblings = letter->device != &device;
  if (view.ahead) return is_siblings ? void() : CheckAheadSettled(device, view, now_ms);
  if (!view.mine || (is_siblings && MayLack(device, *letter))) return;
  const auto still = [&](std::string_view what) {
    verdict_.Broken(kHeals, device.name() + " still shows \"" + TextOf(view) + "\" as " +
                                std::string(NameOf(view.state)) + std::string(what));
  };
  if (view.state == MessageState::kQueued || view.state == MessageState::kStored) still("");
  const ModelPromise* promise = schedule_.promise(view.bond, view.id);
  // What came due since the last visit is not known here yet.
  const bool is_new = promise != nullptr && promise->due_ms + 2 * limits::kDayMs > now_ms &&
                      promise->due_ms <= now_ms;
  if (promise == nullptr || is_new) return;
  // A reply that arrived is not offered again after a restore, and the practice knows
  // it no more.
  const bool lost = stored_.lost_some() && answered_.contains(view.id);
  switch (promise->standing) {
    case Standing::kOpen:
      if (lost && view.state == MessageState::kAnswered) break;
      if (view.state != MessageState::kReplyDue) still(", and the reply is due later");
      break;
    case Standing::kKept:
      if (view.state != MessageState::kAnswered) still(", and it was answered");
      break;
    case Standing::kMissed:
      if (lost && view.state == MessageState::kRepaired) break;
      if (view.state != MessageState::kMissed) still(", and the reply is missing");
      break;
    case Standing::kRepaired:
      if (view.state != MessageState::kRepaired) still(", and the miss was repaired");
      break;
  }
}

void LetterBook::EraseRefused(std::vector<MessageView>& views) {
  std::erase_if(views, [](const MessageView& view) { return !view.refusal.empty(); });
}

void LetterBook::CheckOrder(const Device& device, const std::vector<MessageView>& views) {
  std::map<const Device*, std::uint64_t> newest;  // by the device that wrote it
  for (const MessageView& view : views) {
    const Letter* letter = Find(view);
    if (letter == nullptr) return;
    if (view.ahead) continue;  // stands where it came
    std::uint64_t& last = newest[letter->device];
    if (letter->number < last) {
      return verdict_.Broken(
          kInOrder, device.name() + " shows \"" + TextOf(view) + "\" after what was written later");
    }
    last = letter->number;
  }
}

// What this device's person wrote is there; in the end also what was written to
// them.
void LetterBook::CheckWhole(const Device& device, const std::vector<MessageView>& views,
                            bool in_the_end, std::uint64_t now_ms) {
  std::set<EnvelopeId> shown;
  for (const MessageView& view : views) shown.insert(view.id);
  for (const auto& [text, letter] : letters_) {
    const bool of_bond = !views.empty() && letter.pair->bond == views.front().bond;
    if (!of_bond) continue;
    // What was written too late for the bond stays where it was written.
    const bool arrives = in_the_end && !schedule_.has_ended(views.front().bond) &&
                         MustHaveCome(letter, now_ms) && !MayLack(device, letter);
    if (!(letter.device == &device || arrives) || letter.id.is_zero() || shown.contains(letter.id))
      continue;
    const bool is_held = letter.release.when != ReleaseWhen::kNow &&
                         letter.author != &device.side() && device.HasMessage(letter.id);
    if (is_held) continue;  // its author knows: EraseHeld()
    return verdict_.Broken(kStoredMeansStored, "\"" + text + "\" is lost for " + device.name());
  }
}

void LetterBook::KeepCommon(std::vector<MessageView>& mine, std::vector<MessageView>& theirs) {
  const auto keep = [](std::vector<MessageView>& some, const std::vector<MessageView>& others) {
    std::set<EnvelopeId> known;
    for (const MessageView& view : others) known.insert(view.id);
    std::erase_if(some, [&](const MessageView& view) { return !known.contains(view.id); });
  };
  keep(mine, theirs);
  keep(theirs, mine);
}

// What nobody else holds any more: the device that wrote it is lost, or an older copy of the store
// took it, and it had arrived everywhere by then. What is sealed ahead is its writer's device's.
bool LetterBook::MayLack(const Device& device, const Letter& letter) const {
  if (letter.device == &device) return false;
  const bool is_own = letter.author == &device.side();
  const bool is_ahead = letter.release.when != ReleaseWhen::kNow;
  if (is_own && is_ahead) return true;
  const bool writer_left = !letter.device->membership().counts;
  const bool is_later = device.membership().joined_ms > letter.at_ms;
  // A restored backup takes what had arrived at one device of theirs, or of the writer's.
  const bool are_several = device.all().size() > 1 || letter.device->all().size() > 1;
  if (!stored_.IsHeld(letter.id)) return writer_left || is_later || are_several;
  // Sealed and sent, and the account was not told of it before the device was lost.
  const bool was_told = letter.device->membership().synced_ms > letter.at_ms;
  if (is_own) return writer_left && !was_told;
  return is_later && (writer_left || is_ahead);
}

void LetterBook::CheckAgreement(const Pair& pair) {
  for (Device* client : pair.client->all()) {
    for (Device* therapist : pair.therapist->all()) {
      const bool both = client->membership().counts && therapist->membership().counts;
      if (both) CheckAgreement(pair, *client, *therapist);
    }
  }
}

void LetterBook::CheckAgreement(const Pair& pair, Device& client, Device& therapist) {
  if (!pair.bond) return;
  auto mine = client.engine().Messages({pair.bond, false, 0});
  auto theirs = therapist.engine().Messages({pair.bond, false, 0});
  if (!mine.ok() || !theirs.ok()) return;
  EraseRefused(*mine);
  EraseRefused(*theirs);
  EraseHeld(client, *mine, *theirs);
  KeepReleased(*mine, *theirs);
  // After the end of a bond nothing more is taken, not even again after a restore; one
  // side may have what the other could not offer. What both have stands alike.
  const bool are_several = client.all().size() > 1 || therapist.all().size() > 1;
  if (schedule_.has_ended(*pair.bond) || are_several) KeepCommon(*mine, *theirs);
  for (std::size_t i = 0; i < std::min(mine->size(), theirs->size()); ++i) {
    if ((*mine)[i].id == (*theirs)[i].id) continue;
    return verdict_.Broken(kInOrder, client.name() + " and " + therapist.name() + " show \"" +
                                         TextOf((*mine)[i]) + "\" and \"" + TextOf((*theirs)[i]) +
                                         "\" at one place");
  }
  if (mine->size() != theirs->size()) {
    verdict_.Broken(kStoredMeansStored,
                    "the two sides of " + pair.client->name() + "'s bond show different counts");
  }
}

void LetterBook::CheckShutOut(const Device& device) {
  const std::uint64_t left_ms = device.membership().left_ms;
  for (const auto& [text, letter] : letters_) {
    if (letter.at_ms <= left_ms || letter.id.is_zero()) continue;
    const bool has_it = letter.device != &device && device.HasMessage(letter.id);
    const bool sent_it = letter.device == &device && stored_.WasAnswered(letter.id);
    if (!has_it && !sent_it) continue;
    return verdict_.Broken(kShutOut, device.name() + (has_it ? " got \"" : " sent \"") + text +
                                         "\" after it was shut out");
  }
}

}  // namespace holdfast::simulation
