#include "client/core/reading/views.h"

#include <algorithm>
#include <map>

#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/message/queue.h"
#include "client/core/message/ruptures.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/reading/message_row.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

using Wanted = std::function<bool(const EnvelopeId& id, const vault::Message& message)>;

absl::Status ScanRows(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                      std::uint64_t now_ms, const Wanted& wanted,
                      const std::function<void(MessageRow row)>& take) {
  HOLDFAST_ASSIGN_OR_RETURN(const MessageRows rows, MessageRows::Of(reader, ledgers, own, now_ms));
  const auto take_one = [&](BytesView key, const vault::Message& message) -> absl::Status {
    const auto id = EnvelopeId::From(key, "vault.message");
    if (!id.ok() || !IsForPeople(static_cast<Kind>(message.kind()))) return absl::OkStatus();
    if (!wanted(*id, message)) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, rows.Hides(*id, message));
    if (is_hidden) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(MessageRow row, rows.RowOf(*id, message));
    take(std::move(row));
    return absl::OkStatus();
  };
  return reader.Scan(names::kMessages, take_one);
}

// In the order of their bond.
void SortByPlace(std::vector<MessageRow>& rows) {
  std::vector<MessagePlace*> places;
  for (MessageRow& row : rows) places.push_back(&row.place);
  PlaceByRelease(places);
  std::ranges::sort(rows, std::less<>(), [](const MessageRow& row) { return row.place.shown; });
}

}  // namespace

absl::StatusOr<std::vector<MessageView>> ViewMessages(const VaultReader& reader, Ledgers& ledgers,
                                                      const OwnDevice& own,
                                                      const MessageQuery& query,
                                                      std::uint64_t now_ms) {
  const auto wanted = [&](const EnvelopeId&, const vault::Message& message) {
    if (query.bond && query.bond->view() != message.bond()) return false;
    return !query.unread_only || IsUnread(message);
  };
  std::map<BondId, std::vector<MessageRow>> bonds;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted, [&](MessageRow row) {
    bonds[row.view.bond].push_back(std::move(row));
  }));
  std::vector<MessageView> views;
  for (auto& [bond, rows] : bonds) {
    SortByPlace(rows);
    const std::size_t keep = query.newest_max == 0 ? rows.size() : query.newest_max;
    const std::size_t skip = rows.size() > keep ? rows.size() - keep : 0;
    for (std::size_t i = skip; i < rows.size(); ++i) views.push_back(std::move(rows[i].view));
  }
  return views;
}

absl::StatusOr<MessageView> ViewMessage(const VaultReader& reader, Ledgers& ledgers,
                                        const OwnDevice& own, std::string_view id_prefix,
                                        std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id_prefix));
  std::string prefix(id_prefix);
  for (char& c : prefix) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto wanted = [&](const EnvelopeId& id, const vault::Message&) {
    return id.hex().starts_with(prefix);
  };
  std::vector<MessageRow> found;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted,
                                    [&](MessageRow row) { found.push_back(std::move(row)); }));
  if (found.empty()) {
    return WithStep(Refuse(Reason::kUnknownEnvelope, "id", "no message begins with it"),
                    NextStep::kListMessages);
  }
  if (found.size() > 1) {
    return Refuse(Reason::kUnknownEnvelope, "id",
                  "several messages begin with it; give more of its digits");
  }
  return std::move(found.front().view);
}

absl::StatusOr<std::vector<ShownRupture>> ViewOpenRuptures(const VaultReader& reader,
                                                           Ledgers& ledgers, const OwnDevice& own,
                                                           const std::optional<BondId>& bond,
                                                           std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<RuptureView> open, OpenRuptures(reader));
  std::map<EnvelopeId, std::optional<MessageView>> messages;
  for (const RuptureView& mark : open) {
    if (!bond || mark.bond == *bond) messages.emplace(mark.message, std::nullopt);
  }
  std::vector<ShownRupture> shown;
  if (messages.empty()) return shown;
  const auto wanted = [&](const EnvelopeId& id, const vault::Message&) {
    return messages.contains(id);
  };
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted, [&](MessageRow row) {
    messages[row.view.id] = std::move(row.view);
  }));
  for (const RuptureView& mark : open) {
    const auto found = messages.find(mark.message);
    if (found != messages.end()) shown.push_back({mark, std::move(found->second)});
  }
  return shown;
}

absl::StatusOr<std::vector<MessageView>> ViewNotSafe(const VaultReader& reader, Ledgers& ledgers,
                                                     const OwnDevice& own,
                                                     const std::optional<BondId>& bond,
                                                     std::uint64_t now_ms) {
  const auto wanted = [&](const EnvelopeId&, const vault::Message& message) {
    if (bond && bond->view() != message.bond()) return false;
    if (message.mine() || message.seen_ms() != 0) return false;
    v1::Content content;
    return static_cast<Kind>(message.kind()) == Kind::kCheckIn &&
           content.ParseFromString(message.content()) && content.check_in().risk_size() > 0;
  };
  std::vector<MessageView> views;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted,
                                    [&](MessageRow row) { views.push_back(std::move(row.view)); }));
  std::ranges::stable_sort(views, std::less<>(), &MessageView::sent_at_ms);
  return views;
}

absl::StatusOr<std::vector<BondView>> ViewBonds(const VaultReader& reader, const OwnDevice& own,
                                                std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(reader));
  std::vector<BondView> views;
  for (const vault::Bond& bond : bonds) {
    BondView view;
    HOLDFAST_ASSIGN_OR_RETURN(view.id, BondId::From(bond.id(), "vault.bond"));
    view.label = bond.label();
    view.own_role = own.role;
    view.formed_at_ms = bond.formed_ms();
    view.last_heard_ms = std::min(bond.last_heard_ms(), now_ms);
    views.push_back(std::move(view));
  }
  std::ranges::sort(views, std::less<>(), &BondView::formed_at_ms);
  return views;
}

absl::Status MarkMessageSeen(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  v1::Content content;
  const bool says = message && !message->mine() && content.ParseFromString(message->content()) &&
                    content.check_in().risk_size() > 0;
  if (!says) {
    return Refuse(Reason::kUsage, "id",
                  "no answer in it says that somebody is not safe, so there is nothing to say");
  }
  if (message->seen_ms() != 0) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(MarkMessageOpened(change, id, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(message, change.Find(names::Message(id)));
  message->set_seen_ms(now_ms);
  change.Put(names::Message(id), *message);
  return NoteSeen(change, id.view(), now_ms);
}

absl::Status MarkMessageWitnessed(Ledgers& ledgers, VaultChange& change, const EnvelopeId& id,
                                  std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (!message || !IsForPeople(static_cast<Kind>(message->kind()))) {
    return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  }
  if (own->role != crypto::Role::kTherapist || message->mine()) {
    return Refuse(Reason::kUsage, "id",
                  "is not a client's message to you: a therapist says so of what their client "
                  "wrote");
  }
  if (message->witnessed_ms() != 0) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message->bond(), "vault.message"));
  HOLDFAST_RETURN_IF_ERROR(ledgers.CheckNotEnded(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(CheckMayWrite(change, record));
  HOLDFAST_RETURN_IF_ERROR(MarkMessageOpened(change, id, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(message, change.Find(names::Message(id)));
  message->set_witnessed_ms(now_ms);
  change.Put(names::Message(id), *message);
  vault::Opened opened;
  opened.set_bond(message->bond());
  opened.set_opened_ms(message->opened_ms());
  opened.set_witnessed_ms(now_ms);
  change.Put(names::Opened(id), opened);
  return NoteWitnessed(change, id.view(), now_ms);
}

absl::Status MarkMessageOpened(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (!message || !IsForPeople(static_cast<Kind>(message->kind()))) {
    return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  }
  if (message->mine() || message->opened_ms() != 0) return absl::OkStatus();
  ForgetReleased(change, *message, id);
  message->set_opened_ms(now_ms);
  change.Put(names::Message(id), *message);
  vault::Opened opened;
  opened.set_bond(message->bond());
  opened.set_opened_ms(now_ms);
  change.Put(names::Opened(id), opened);
  return NoteOpened(change, id.view(), now_ms);
}

}  // namespace holdfast::client
