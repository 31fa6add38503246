#include "client/core/reading/overview.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "client/core/message/ruptures.h"
#include "client/core/reading/looking.h"
#include "client/core/reading/views.h"
#include "client/core/shown/content.h"
#include "client/core/shown/drafts.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kNever = ~std::uint64_t{0};

bool IsLate(const PromiseView& promise) {
  return promise.line.state == PromiseState::kMissed || promise.overdue;
}

// Rank first, then time.
std::tuple<int, std::uint64_t> UrgencyOf(const BondOverview& overview) {
  if (!overview.not_safe.empty()) return {-1, overview.not_safe.front().sent_at_ms};
  if (!overview.ruptures.empty()) return {0, overview.ruptures.front().mark.marked_at_ms};
  if (overview.standing.ended) return {7, overview.bond.formed_at_ms};
  std::uint64_t late = kNever, due = kNever, asked = kNever;
  for (const PromiseView& promise : overview.standing.promises) {
    std::uint64_t& earliest = IsLate(promise) ? late : due;
    earliest = std::min(earliest, promise.line.due_at_ms);
  }
  for (const MessageView& message : overview.asked) asked = std::min(asked, message.sent_at_ms);
  if (late != kNever) return {1, late};
  if (due != kNever) return {2, due};
  if (asked != kNever) return {3, asked};
  if (overview.standing.empty_slot) return {4, overview.standing.empty_slot->slot.opens_at_ms};
  if (overview.unread > 0) return {5, overview.bond.last_heard_ms};
  return {6, overview.bond.formed_at_ms};
}

// A reply was asked for, none is known, and the ledger promises no time.
bool Asks(const MessageView& message, const std::set<EnvelopeId>& answered) {
  const bool open =
      message.state != MessageState::kAnswered && message.state != MessageState::kRepaired &&
      message.state != MessageState::kWithdrawn && message.state != MessageState::kReplyDue &&
      message.state != MessageState::kMissed;
  return open && OwesReply(*message.content) && message.refusal.empty() &&
         !answered.contains(message.id);
}

// The open marks of each bond, oldest first.
absl::Status AddRuptures(const VaultReader& reader, const std::vector<MessageView>& messages,
                         const std::map<BondId, std::size_t>& places,
                         std::vector<BondOverview>& overviews) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<RuptureView> open, OpenRuptures(reader));
  std::map<EnvelopeId, const MessageView*> marked;
  for (const RuptureView& mark : open) marked.emplace(mark.message, nullptr);
  for (const MessageView& message : messages) {
    const auto found = marked.find(message.id);
    if (found != marked.end()) found->second = &message;
  }
  for (const RuptureView& mark : open) {
    const auto place = places.find(mark.bond);
    if (place == places.end()) continue;
    ShownRupture shown{mark, std::nullopt};
    if (const MessageView* message = marked[mark.message]) shown.message = *message;
    overviews[place->second].ruptures.push_back(std::move(shown));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto missing, MarksOnMissing(reader));
  for (const auto& [bond, count] : missing) {
    const auto place = places.find(bond);
    if (place != places.end()) overviews[place->second].marks_on_missing = count;
  }
  return absl::OkStatus();
}

}  // namespace

bool NeedsEarlier(const BondOverview& one, const BondOverview& other) {
  return UrgencyOf(one) < UrgencyOf(other);
}

absl::StatusOr<std::vector<BondOverview>> ViewByNeed(const VaultReader& reader, Ledgers& ledgers,
                                                     const OwnDevice& own, std::uint64_t now_ms) {
  MessageQuery query;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages,
                            ViewMessages(reader, ledgers, own, query, now_ms));
  std::set<EnvelopeId> answered;
  for (const MessageView& message : messages) {
    if (message.reply_to) answered.insert(*message.reply_to);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, ViewBonds(reader, own, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(const Outside outside, LookOutside(reader));
  std::vector<BondOverview> overviews;
  std::map<BondId, std::size_t> places;
  for (const BondView& bond : bonds) {
    BondOverview overview;
    overview.bond = bond;
    HOLDFAST_ASSIGN_OR_RETURN(overview.standing, LookAt(ledgers, reader, bond.id, outside, now_ms));
    places[bond.id] = overviews.size();
    overviews.push_back(std::move(overview));
  }
  HOLDFAST_RETURN_IF_ERROR(AddRuptures(reader, messages, places, overviews));
  std::vector<std::vector<const MessageView*>> theirs(overviews.size());
  std::set<BondId> refused;
  for (const MessageView& message : messages) {
    const auto place = places.find(message.bond);
    if (place == places.end()) continue;
    BondOverview& overview = overviews[place->second];
    if (!message.mine) theirs[place->second].push_back(&message);
    if (!message.refusal.empty()) refused.insert(message.bond);
    overview.unread += message.unread ? 1 : 0;
    if (message.must_be_seen()) overview.not_safe.push_back(message);
    if (!overview.standing.ended && Asks(message, answered)) overview.asked.push_back(message);
  }
  for (std::size_t i = 0; i < overviews.size(); ++i) {
    if (refused.contains(overviews[i].bond.id)) NoteRefused(overviews[i], messages);
    if (own.role == crypto::Role::kTherapist) NoteForms(overviews[i], theirs[i]);
  }
  std::ranges::stable_sort(overviews, NeedsEarlier);
  return overviews;
}

void NoteForms(BondOverview& overview, const std::vector<const MessageView*>& messages) {
  overview.forms = FormCoursesOf(messages);
  for (const MessageView* const message : messages) {
    if (IsTheirCheckIn(*message)) overview.last_check_in = *message;
  }
}

void NoteRefused(BondOverview& overview, const std::vector<MessageView>& messages) {
  std::uint64_t taken_ms = 0;
  for (const MessageView& message : messages) {
    if (!message.mine || message.bond != overview.bond.id) continue;
    if (!message.refusal.empty()) {
      overview.refused.push_back(message);
    } else if (message.state != MessageState::kQueued) {
      taken_ms = std::max(taken_ms, message.sent_at_ms);
    }
  }
  std::erase_if(overview.refused, [&](const auto& one) { return one.sent_at_ms < taken_ms; });
}

}  // namespace holdfast::client
