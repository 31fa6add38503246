#include "client/core/reading/history.h"

#include <algorithm>
#include <map>
#include <set>

#include "client/core/ahead/holding.h"
#include "client/core/reading/message_row.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {
namespace {

struct HistoryPlace {
  EnvelopeId id;
  MessagePlace place;
  bool is_meant = false;
};
using HistoryPlaces = std::map<BondId, std::vector<HistoryPlace>>;

absl::StatusOr<bool> IsMeant(const HistoryQuery& query, const vault::Message& message) {
  if (message.sent_ms() < query.since_ms || message.sent_ms() >= query.until_ms) return false;
  if (!query.wanted) return true;
  v1::Content content;
  if (content.ParseFromString(message.content())) return query.wanted(content);
  return Refuse(Reason::kVaultDamaged, "vault.message", "holds a damaged content");
}

// Of the messages that are meant, and of all others of their bond where something was written
// ahead: where that stands depends on what came before it.
absl::StatusOr<HistoryPlaces> PlacesOf(const VaultReader& reader, const MessageRows& rows,
                                       const HistoryQuery& query) {
  HistoryPlaces places;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kMessages, [&](BytesView key, const vault::Message& message) -> absl::Status {
        const auto id = EnvelopeId::From(key, "vault.message");
        if (!id.ok() || !IsForPeople(static_cast<Kind>(message.kind()))) return absl::OkStatus();
        if (query.bond && query.bond->view() != message.bond()) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
        HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, rows.Hides(*id, message));
        if (is_hidden) return absl::OkStatus();
        HistoryPlace one{*id, PlaceOf(message)};
        if (!query.kept_only || rows.bookmarks().contains(*id)) {
          HOLDFAST_ASSIGN_OR_RETURN(one.is_meant, IsMeant(query, message));
        }
        if (message.has_release() && one.is_meant) {
          HOLDFAST_ASSIGN_OR_RETURN(const MessageRow row, rows.RowOf(*id, message));
          one.place = row.place;
        }
        places[bond].push_back(one);
        return absl::OkStatus();
      }));
  return places;
}

// Only those that are meant, in their order.
void SortPlaces(std::vector<HistoryPlace>& places) {
  std::vector<MessagePlace*> all;
  for (HistoryPlace& one : places) all.push_back(&one.place);
  PlaceByRelease(all);
  std::erase_if(places, [](const HistoryPlace& one) { return !one.is_meant; });
  std::ranges::sort(places, std::less<>(), [](const HistoryPlace& one) { return one.place.shown; });
}

// Whatever hangs together with `id` by answers, in either direction.
std::set<EnvelopeId> ThreadOf(const std::multimap<EnvelopeId, EnvelopeId>& linked,
                              const EnvelopeId& id) {
  std::set<EnvelopeId> thread = {id};
  std::vector<EnvelopeId> open = {id};
  while (!open.empty()) {
    const EnvelopeId at = open.back();
    open.pop_back();
    const auto [begin, end] = linked.equal_range(at);
    for (auto link = begin; link != end; ++link) {
      if (thread.insert(link->second).second) open.push_back(link->second);
    }
  }
  return thread;
}

}  // namespace

absl::Status ReadHistory(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                         const HistoryQuery& query, std::uint64_t now_ms, const TakeMessage& take) {
  HOLDFAST_ASSIGN_OR_RETURN(const MessageRows rows, MessageRows::Of(reader, ledgers, own, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(HistoryPlaces places, PlacesOf(reader, rows, query));
  for (auto& [bond, of_bond] : places) {
    SortPlaces(of_bond);
    for (const HistoryPlace& one : of_bond) {
      HOLDFAST_ASSIGN_OR_RETURN(const vault::Message message, reader.Read(names::Message(one.id)));
      HOLDFAST_ASSIGN_OR_RETURN(MessageRow row, rows.RowOf(one.id, message));
      HOLDFAST_ASSIGN_OR_RETURN(const bool more, take(std::move(row.view)));
      if (!more) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MessageView>> ReadThread(const VaultReader& reader, Ledgers& ledgers,
                                                    const OwnDevice& own, const EnvelopeId& id,
                                                    std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckIsShown(reader, ledgers, id));
  HOLDFAST_ASSIGN_OR_RETURN(const auto asked, reader.Find(names::Message(id)));
  if (!asked) return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  std::multimap<EnvelopeId, EnvelopeId> linked;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kMessages, [&](BytesView key, const vault::Message& message) -> absl::Status {
        const auto one = EnvelopeId::From(key, "vault.message");
        const auto answered = EnvelopeId::From(message.reply_to(), "vault.message");
        const bool counts = one.ok() && answered.ok() && message.bond() == asked->bond() &&
                            IsForPeople(static_cast<Kind>(message.kind()));
        if (!counts) return absl::OkStatus();
        linked.emplace(*one, *answered);
        linked.emplace(*answered, *one);
        return absl::OkStatus();
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const MessageRows rows, MessageRows::Of(reader, ledgers, own, now_ms));
  std::vector<MessageRow> found;
  std::vector<MessagePlace*> places;
  for (const EnvelopeId& one : ThreadOf(linked, id)) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(one)));
    if (!message || message->bond() != asked->bond()) continue;  // has not reached this device
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, rows.Hides(one, *message));
    if (is_hidden) continue;
    HOLDFAST_ASSIGN_OR_RETURN(MessageRow row, rows.RowOf(one, *message));
    found.push_back(std::move(row));
  }
  for (MessageRow& row : found) places.push_back(&row.place);
  PlaceByRelease(places);
  std::ranges::sort(found, std::less<>(), [](const MessageRow& row) { return row.place.shown; });
  std::vector<MessageView> thread;
  for (MessageRow& row : found) thread.push_back(std::move(row.view));
  return thread;
}

}  // namespace holdfast::client
