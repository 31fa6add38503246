#include "client/core/reading/imported.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

constexpr std::string_view kField = "vault.imported";

absl::Status DamagedImport() {
  return Refuse(Reason::kVaultDamaged, kField, "holds a damaged message");
}

template <class Enum>
std::uint32_t Int(Enum value) {
  return static_cast<std::uint32_t>(value);
}

void PutMark(const RuptureView& mark, vault::ImportedMessage& record) {
  record.mutable_mark()->set_closed(mark.closed);
  record.mutable_mark()->set_text(mark.text);
  record.mutable_mark()->set_marked_ms(mark.marked_at_ms);
  record.mutable_mark()->set_closed_ms(mark.closed_at_ms);
}

void PutAheadView(const AheadView& ahead, vault::ImportedMessage& record) {
  vault::ImportedAhead& put = *record.mutable_ahead();
  put.set_when(Int(ahead.release.when));
  put.set_at_ms(ahead.release.at_ms);
  put.set_opens_ms(ahead.slot_opens_at_ms);
  if (ahead.promise) put.set_promise(ahead.promise->str());
  put.set_outlook(Int(ahead.outlook));
  put.set_withdrawing(ahead.withdrawing);
  put.set_came_true_ms(ahead.came_true_ms);
  put.set_released_ms(ahead.released_at_ms);
  put.set_early(ahead.early);
  put.set_goes_ms(ahead.goes_at_ms);
  put.set_decided(ahead.decided);  // what held it then asks nobody to decide here
}

vault::ImportedMessage RecordOf(const MessageView& view) {
  vault::ImportedMessage record;
  record.set_id(view.id.str());
  record.set_bond(view.bond.str());
  record.set_kind(Int(view.kind));
  record.set_mine(view.mine);
  record.set_from(Int(view.from));
  record.set_sent_ms(view.sent_at_ms);
  if (view.reply_to) record.set_reply_to(view.reply_to->str());
  record.set_content(view.content->SerializeAsString());
  record.set_state(Int(view.state));
  record.set_state_since_ms(view.state_since_ms);
  record.set_evidence(Int(view.evidence));
  record.set_due_ms(view.due_at_ms);
  record.set_reached(Int(view.reached));
  record.set_reached_ms(view.reached_at_ms);
  record.set_bond_ended(view.bond_ended);
  record.set_unconfirmed(view.unconfirmed);
  record.set_refusal(view.refusal);
  if (view.refusal_reason) record.set_refusal_reason(std::string(RowOf(*view.refusal_reason).name));
  record.set_kept_ms(view.kept_at_ms);
  record.set_not_safe(view.not_safe);
  record.set_seen_ms(view.seen_at_ms);
  record.set_witnessed_ms(view.witnessed_at_ms);
  record.set_erased_ms(view.erased_at_ms);
  if (view.rupture) PutMark(*view.rupture, record);
  if (view.ahead) PutAheadView(*view.ahead, record);
  return record;
}

AheadView AheadOf(const vault::ImportedAhead& record) {
  AheadView ahead;
  ahead.release.when = static_cast<ReleaseWhen>(record.when());
  ahead.release.at_ms = record.at_ms();
  ahead.slot_opens_at_ms = record.opens_ms();
  const auto promise = EnvelopeId::From(record.promise(), kField);
  if (promise.ok()) ahead.promise = *promise;
  ahead.outlook = static_cast<AheadOutlook>(record.outlook());
  ahead.withdrawing = record.withdrawing();
  ahead.came_true_ms = record.came_true_ms();
  ahead.released_at_ms = record.released_ms();
  ahead.early = record.early();
  ahead.goes_at_ms = record.goes_ms();
  ahead.decided = record.decided();
  return ahead;
}

absl::StatusOr<MessageView> ViewOfRecord(const vault::ImportedMessage& record) {
  MessageView view;
  HOLDFAST_ASSIGN_OR_RETURN(view.id, EnvelopeId::From(record.id(), kField));
  HOLDFAST_ASSIGN_OR_RETURN(view.bond, BondId::From(record.bond(), kField));
  view.kind = static_cast<Kind>(record.kind());
  view.mine = record.mine();
  view.from = static_cast<crypto::Role>(record.from());
  view.sent_at_ms = record.sent_ms();
  const auto reply_to = EnvelopeId::From(record.reply_to(), kField);
  if (reply_to.ok()) view.reply_to = *reply_to;
  auto content = std::make_shared<v1::Content>();
  if (!content->ParseFromString(record.content())) return DamagedImport();
  view.content = std::move(content);
  view.state = static_cast<MessageState>(record.state());
  view.state_since_ms = record.state_since_ms();
  view.evidence = static_cast<Evidence>(record.evidence());
  view.due_at_ms = record.due_ms();
  view.reached = static_cast<MessageState>(record.reached());
  view.reached_at_ms = record.reached_ms();
  view.bond_ended = record.bond_ended();
  view.unconfirmed = record.unconfirmed();
  view.refusal = record.refusal();
  if (!record.refusal_reason().empty()) view.refusal_reason = ReasonNamed(record.refusal_reason());
  view.kept_at_ms = record.kept_ms();
  view.not_safe = record.not_safe();
  view.seen_at_ms = record.seen_ms();
  view.witnessed_at_ms = record.witnessed_ms();
  view.erased_at_ms = record.erased_ms();
  if (record.has_mark()) {
    view.rupture = RuptureView{view.id,
                               view.bond,
                               record.mark().closed(),
                               record.mark().text(),
                               record.mark().marked_ms(),
                               record.mark().closed_ms(),
                               0};
  }
  if (record.has_ahead()) view.ahead = AheadOf(record.ahead());
  return view;
}

vault::ImportedHistory RecordOf(const ImportedHistory& history, std::uint64_t now_ms) {
  vault::ImportedHistory record;
  const Identity& identity = history.identity;
  record.set_role(Int(identity.role));
  record.set_account(identity.account.str());
  record.set_device(identity.device.str());
  record.set_address(identity.address);
  record.set_practice(identity.practice.str());
  record.set_written_ms(history.written_ms);
  record.set_since_ms(history.since_ms.value_or(0));
  record.set_until_ms(history.until_ms.value_or(0));
  record.set_imported_ms(now_ms);
  for (const BondView& bond : history.bonds) {
    vault::ImportedBond& put = *record.add_bonds();
    put.set_id(bond.id.str());
    put.set_label(bond.label);
    put.set_formed_ms(bond.formed_at_ms);
    put.set_last_heard_ms(bond.last_heard_ms);
  }
  return record;
}

absl::StatusOr<ImportedHistory> HistoryOf(const vault::ImportedHistory& record) {
  ImportedHistory history;
  Identity& identity = history.identity;
  identity.role = static_cast<crypto::Role>(record.role());
  HOLDFAST_ASSIGN_OR_RETURN(identity.account, AccountKey::From(record.account(), kField));
  HOLDFAST_ASSIGN_OR_RETURN(identity.device, DeviceId::From(record.device(), kField));
  HOLDFAST_ASSIGN_OR_RETURN(identity.practice, PracticeKey::From(record.practice(), kField));
  identity.address = record.address();
  history.written_ms = record.written_ms();
  if (record.since_ms() != 0) history.since_ms = record.since_ms();
  if (record.until_ms() != 0) history.until_ms = record.until_ms();
  history.imported_ms = record.imported_ms();
  history.messages = record.messages();
  for (const vault::ImportedBond& bond : record.bonds()) {
    BondView view;
    HOLDFAST_ASSIGN_OR_RETURN(view.id, BondId::From(bond.id(), kField));
    view.label = bond.label();
    view.own_role = identity.role;
    view.formed_at_ms = bond.formed_ms();
    view.last_heard_ms = bond.last_heard_ms();
    history.bonds.push_back(std::move(view));
  }
  return history;
}

}  // namespace

absl::StatusOr<std::optional<ImportedHistory>> FindImported(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, reader.Find(names::kImportedHistory));
  if (!record || !record->whole()) return std::optional<ImportedHistory>();
  HOLDFAST_ASSIGN_OR_RETURN(ImportedHistory history, HistoryOf(*record));
  return std::optional(std::move(history));
}

absl::Status BeginImport(VaultChange& change, const ImportedHistory& history,
                         std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool has_identity, change.Has(names::kIdentity));
  HOLDFAST_ASSIGN_OR_RETURN(const auto before, FindImported(change));
  if (has_identity || before) {
    return WithStep(Refuse(Reason::kVaultExists, "",
                           "this profile holds something already, and stays as it is; a history is "
                           "imported into a profile of its own"),
                    NextStep::kOtherProfile);
  }
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kImported, [&](BytesView key, const vault::ImportedMessage&) {
        change.Erase(names::kImported.At(key));
        return true;
      }));
  change.Put(names::kImportedHistory, RecordOf(history, now_ms));
  return absl::OkStatus();
}

absl::Status PutImported(VaultChange& change, const std::vector<MessageView>& messages) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::kImportedHistory));
  std::uint64_t number = record.messages();
  for (const MessageView& view : messages) {
    change.Put(names::kImported.At(names::Number(number)), RecordOf(view));
    ++number;
  }
  record.set_messages(number);
  change.Put(names::kImportedHistory, record);
  return absl::OkStatus();
}

absl::Status FinishImport(VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::kImportedHistory));
  record.set_whole(true);
  change.Put(names::kImportedHistory, record);
  return absl::OkStatus();
}

absl::Status EachImported(const VaultReader& reader, const HistoryQuery& query,
                          const std::function<absl::StatusOr<bool>(MessageView)>& take) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto history, reader.Read(names::kImportedHistory));
  // One after the other, and none open meanwhile: `take` may be slow.
  for (std::uint64_t number = 0; number < history.messages(); ++number) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto record,
                              reader.Read(names::kImported.At(names::Number(number))));
    const bool is_meant = (!query.bond || query.bond->view() == record.bond()) &&
                          record.sent_ms() >= query.since_ms && record.sent_ms() < query.until_ms &&
                          (!query.kept_only || record.kept_ms() != 0);
    if (!is_meant) continue;
    HOLDFAST_ASSIGN_OR_RETURN(MessageView view, ViewOfRecord(record));
    if (query.wanted && !query.wanted(*view.content)) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool more, take(std::move(view)));
    if (!more) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MessageView>> ViewImported(const VaultReader& reader,
                                                      const MessageQuery& query) {
  HistoryQuery all;
  all.bond = query.bond;
  std::map<BondId, std::deque<MessageView>> newest;
  HOLDFAST_RETURN_IF_ERROR(EachImported(reader, all, [&](MessageView view) -> absl::StatusOr<bool> {
    if (query.unread_only && !view.unread) return true;
    std::deque<MessageView>& of_bond = newest[view.bond];
    of_bond.push_back(std::move(view));
    if (query.newest_max != 0 && of_bond.size() > query.newest_max) of_bond.pop_front();
    return true;
  }));
  std::vector<MessageView> views;
  for (auto& [bond, of_bond] : newest) {
    for (MessageView& view : of_bond) views.push_back(std::move(view));
  }
  return views;
}

absl::StatusOr<MessageView> ViewOneImported(const VaultReader& reader, std::string_view id_prefix) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id_prefix));
  std::string prefix(id_prefix);
  for (char& c : prefix) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  std::vector<MessageView> found;
  HOLDFAST_RETURN_IF_ERROR(EachImported(reader, {}, [&](MessageView view) -> absl::StatusOr<bool> {
    if (view.id.hex().starts_with(prefix)) found.push_back(std::move(view));
    return found.size() < 2;
  }));
  if (found.size() == 1) return std::move(found.front());
  if (found.size() > 1) {
    return Refuse(Reason::kUnknownEnvelope, "id",
                  "several messages begin with it; give more of its digits");
  }
  return WithStep(Refuse(Reason::kUnknownEnvelope, "id", "no message begins with it"),
                  NextStep::kListMessages);
}

absl::StatusOr<std::vector<MessageView>> ViewImportedThread(const VaultReader& reader,
                                                            const EnvelopeId& id) {
  std::multimap<EnvelopeId, EnvelopeId> linked;
  HOLDFAST_RETURN_IF_ERROR(
      EachImported(reader, {}, [&](const MessageView& view) -> absl::StatusOr<bool> {
        if (view.reply_to) {
          linked.emplace(view.id, *view.reply_to);
          linked.emplace(*view.reply_to, view.id);
        }
        return true;
      }));
  std::set<EnvelopeId> thread = {id};
  for (std::vector<EnvelopeId> open = {id}; !open.empty();) {
    const EnvelopeId at = open.back();
    open.pop_back();
    const auto [begin, end] = linked.equal_range(at);
    for (auto link = begin; link != end; ++link) {
      if (thread.insert(link->second).second) open.push_back(link->second);
    }
  }
  std::vector<MessageView> views;
  HOLDFAST_RETURN_IF_ERROR(EachImported(reader, {}, [&](MessageView view) -> absl::StatusOr<bool> {
    if (thread.contains(view.id)) views.push_back(std::move(view));
    return true;
  }));
  if (!views.empty()) return views;
  return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
}

}  // namespace holdfast::client
