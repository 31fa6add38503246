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

void LetterBook::Check(Device& device, const std::vector<const Pair*>& pairs, bool in_the_end) {
  for (const Pair* pair : pairs) {
    if (!pair->bond) continue;
    const auto views = device.engine().Messages({pair->bond, false, 0});
    if (!views.ok()) {
      return verdict_.Broken(kStoredMeansStored, device.name() + " cannot read its messages");
    }
    for (const MessageView& view : *views) {
      CheckView(device, view);
      if (in_the_end) CheckSettled(device, view);
    }
    CheckOrder(device, *views);
    CheckWhole(device, *views, in_the_end);
  }
}

void LetterBook::CheckView(const Device& device, const MessageView& view) {
  const Letter* letter = Find(view);
  if (letter == nullptr) return;
  if (view.kind != letter->kind || view.mine != (letter->author == &device) ||
      view.bond != letter->pair->bond || view.reply_to != letter->reply_to) {
    return verdict_.Broken(kOnce, "\"" + TextOf(view) + "\" is shown as something else");
  }
  if (!view.refusal.empty()) {
    return verdict_.Broken(kStoredMeansStored,
                           "\"" + TextOf(view) + "\" was refused: " + view.refusal);
  }
  CheckState(device, *letter, view);
}

// Every state needs its evidence.
void LetterBook::CheckState(const Device& device, const Letter& letter, const MessageView& view) {
  if (!view.mine) return;
  const bool stored = stored_.WasAnswered(view.id);
  const bool delivered = letter.pair->other(device).HasMessage(view.id);
  bool true_state = false;
  switch (view.state) {
    case MessageState::kQueued:
      true_state = true;
      break;
    case MessageState::kStored:
      true_state = stored;
      break;
    case MessageState::kDelivered:
      true_state = delivered;
      break;
    case MessageState::kOpened:
      true_state = delivered && opened_.contains(view.id);
      break;
    case MessageState::kAnswered:
      true_state = delivered && answered_.contains(view.id);
      break;
    default:
      break;
  }
  if (true_state) return;
  verdict_.Broken(kNoLimbo, device.name() + " shows \"" + TextOf(view) + "\" as " +
                                std::string(NameOf(view.state)) + " without evidence");
}

void LetterBook::CheckSettled(const Device& device, const MessageView& view) {
  if (!view.mine) return;
  if (view.state == MessageState::kQueued || view.state == MessageState::kStored) {
    verdict_.Broken(kHeals, device.name() + " still shows \"" + TextOf(view) + "\" as " +
                                std::string(NameOf(view.state)));
  }
}

void LetterBook::CheckOrder(const Device& device, const std::vector<MessageView>& views) {
  std::map<const Device*, std::uint64_t> newest;
  for (const MessageView& view : views) {
    const Letter* letter = Find(view);
    if (letter == nullptr) return;
    std::uint64_t& last = newest[letter->author];
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
                            bool in_the_end) {
  std::set<EnvelopeId> shown;
  for (const MessageView& view : views) shown.insert(view.id);
  for (const auto& [text, letter] : letters_) {
    const bool here = letter.author == &device || in_the_end;
    const bool of_bond = !views.empty() && letter.pair->bond == views.front().bond;
    if (!here || !of_bond || letter.id.is_zero() || shown.contains(letter.id)) continue;
    return verdict_.Broken(kStoredMeansStored, "\"" + text + "\" is lost for " + device.name());
  }
}

void LetterBook::CheckAgreement(const Pair& pair) {
  if (!pair.bond) return;
  const auto mine = pair.client->engine().Messages({pair.bond, false, 0});
  const auto theirs = pair.therapist->engine().Messages({pair.bond, false, 0});
  if (!mine.ok() || !theirs.ok()) return;
  for (std::size_t i = 0; i < std::min(mine->size(), theirs->size()); ++i) {
    if ((*mine)[i].id == (*theirs)[i].id) continue;
    return verdict_.Broken(kInOrder, "the two sides of " + pair.client->name() + "'s bond show \"" +
                                         TextOf((*mine)[i]) + "\" and \"" + TextOf((*theirs)[i]) +
                                         "\" at one place");
  }
  if (mine->size() != theirs->size()) {
    verdict_.Broken(kStoredMeansStored,
                    "the two sides of " + pair.client->name() + "'s bond show different counts");
  }
}

}  // namespace holdfast::simulation
