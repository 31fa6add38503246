#include "client/core/people/forming.h"

#include <algorithm>
#include <functional>

#include "client/core/archive/facts.h"
#include "client/core/outside/clean_text.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/people/sessions.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/invitation.h"
#include "crypto/public/hash.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

absl::StatusOr<crypto::Invitation> InvitationOf(const vault::Invitation& record,
                                                const AccountKey& therapist) {
  crypto::Invitation invitation;
  HOLDFAST_ASSIGN_OR_RETURN(invitation.secret,
                            crypto::CodeSecret::From(record.secret(), "vault.invitation"));
  HOLDFAST_ASSIGN_OR_RETURN(invitation.practice,
                            PracticeKey::From(record.practice(), "vault.invitation"));
  invitation.therapist = therapist;
  invitation.expires_at_ms = record.expires_ms();
  invitation.address = record.address();
  return invitation;
}

absl::Status CheckAsked(const OwnDevice& own, const std::string& label, std::uint64_t valid_ms) {
  if (own.role != crypto::Role::kTherapist) {
    return Refuse(Reason::kUsage, "", "only a therapist invites; this profile is a client's");
  }
  if (label.size() > limits::kLabelBytesMax || !IsUtf8(label)) {
    return Refuse(Reason::kMalformedField, "label", "must be UTF-8 text of at most 128 bytes");
  }
  if (valid_ms < limits::kMinuteMs || valid_ms > limits::kInvitationMsMax) {
    return Refuse(Reason::kTimeOutOfRange, "valid", "must be between a minute and 90 days");
  }
  return absl::OkStatus();
}

// A fresh invitation and its public half, put into the change.
std::string MakeInvitation(VaultChange& change, const OwnDevice& own, const std::string& label,
                           std::uint64_t expires_ms, LookupId& lookup) {
  crypto::Invitation invitation;
  invitation.secret = crypto::CodeSecret::Random();
  invitation.practice = own.practice();
  invitation.therapist = own.account;
  invitation.expires_at_ms = expires_ms;
  invitation.address = own.address;
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  lookup = keys.lookup;
  vault::Invitation record;
  const WipedAtEnd wiped(record);
  record.set_secret(Bytes(invitation.secret.Expose()));
  record.set_label(WithoutControlsOnOneLine(label));
  record.set_expires_ms(expires_ms);
  record.set_address(own.address);
  record.set_practice(invitation.practice.str());
  *record.mutable_statement() = ToWire(crypto::SignInvitationStatement(
      own.signing, crypto::InvitationStatement{invitation.practice, keys.lookup, keys.bond,
                                               own.account, own.device, expires_ms}));
  change.Put(names::Invitation(keys.lookup), record);
  return crypto::EncodeInvitation(invitation);
}

Task<absl::Status> Deposit(Context context, Connection& connection, LookupId lookup) {
  const VaultReader look(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto record, look.Read(names::Invitation(lookup)));
  const WipedAtEnd wiped(record);
  v1::CreateInvitationRequest request;
  *request.mutable_invitation() = record.statement();
  auto response = co_await connection.Ask(&Transport::CreateInvitation, request);
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  VaultChange change(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto deposited, change.Read(names::Invitation(lookup)));
  const WipedAtEnd wiped_too(deposited);
  deposited.set_deposited(true);
  change.Put(names::Invitation(lookup), deposited);
  HOLDFAST_CO_RETURN_IF_ERROR(NoteInvitation(change, lookup.view(), deposited));
  co_return change.Commit();
}

struct CheckedAnswer {
  crypto::InvitationAnswer answer;
  crypto::InvitationKeys keys;
  crypto::BondStatement bond;
  crypto::VerifiedDevices client;
};

absl::StatusOr<CheckedAnswer> CheckInvitationAnswer(const OwnDevice& own,
                                                    const vault::Invitation& record,
                                                    const v1::BondFormed& formed) {
  CheckedAnswer checked;
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Invitation invitation, InvitationOf(record, own.account));
  checked.keys = crypto::DeriveInvitationKeys(invitation);
  HOLDFAST_ASSIGN_OR_RETURN(const Mac mac, Mac::From(formed.answer_mac(), "answer_mac"));
  if (!crypto::MacEqual(mac, crypto::InvitationAnswerMac(checked.keys.mac, formed.answer()))) {
    return Refuse(Reason::kIntegrity, "answer_mac", "was not made with the invitation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(checked.answer, crypto::DecodeInvitationAnswer(formed.answer()));
  const crypto::InvitationAnswer& answer = checked.answer;
  if (answer.practice != invitation.practice || answer.bond != checked.keys.bond ||
      answer.therapist != own.account) {
    return Refuse(Reason::kIntegrity, "answer", "answers another invitation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(
      checked.bond, CheckBondStatement(own, formed.bond(),
                                       BondParties{answer.bond, answer.therapist, answer.client},
                                       checked.keys.lookup));
  if (checked.bond.formed_at_ms > record.expires_ms() + limits::kClockSkewMs) {
    return Refuse(Reason::kInvitationExpired, "bond.formed_at_ms",
                  "the invitation had expired by then");
  }
  if (formed.client().lists().empty() ||
      crypto::DeviceListHash(formed.client().lists(0).statement()) != answer.client_list_hash) {
    return Refuse(Reason::kIntegrity, "client.lists", "do not begin with the list that was sealed");
  }
  HOLDFAST_ASSIGN_OR_RETURN(checked.client,
                            VerifyDevices(answer.client, 0, Hash(), formed.client()));
  return checked;
}

// Whether it was formed before this device was one of its account's: what came in it until then is
// read in the history.
absl::StatusOr<bool> TakeFormedBefore(VaultChange& change, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  auto& before = *progress.mutable_bonds_before();
  const auto found = std::ranges::find(before, bond.view());
  if (found == before.end()) return false;
  before.erase(found);
  change.Put(names::kProgress, progress);
  return true;
}

absl::Status PutFormed(VaultChange& change, const vault::Invitation& record,
                       const v1::BondFormed& formed, const CheckedAnswer& checked,
                       std::uint64_t now_ms) {
  vault::Bond bond;
  bond.set_id(checked.answer.bond.str());
  bond.set_therapist(checked.answer.therapist.str());
  bond.set_client(checked.answer.client.str());
  bond.set_label(record.label());
  bond.set_formed_ms(checked.bond.formed_at_ms);
  *bond.mutable_statement() = formed.bond();
  bond.set_last_sign_ms(now_ms);
  const auto invited = crypto::DecodeInvitationStatement(record.statement().statement());
  if (invited.ok()) bond.set_invited_by(invited->device.str());
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_of_before, TakeFormedBefore(change, checked.answer.bond));
  bond.set_from_archive(is_of_before);
  PutBond(change, bond);
  PutSharedKey(change, checked.answer.bond, checked.keys.psk);
  PutPeer(change, checked.client, formed.client());
  vault::Invitation used = record;
  const WipedAtEnd wiped(used);
  used.set_client(checked.answer.client.str());
  used.clear_withdrawal();
  change.Put(names::Invitation(checked.keys.lookup), used);
  HOLDFAST_RETURN_IF_ERROR(NoteBond(change, bond, checked.keys.psk.Expose()));
  HOLDFAST_RETURN_IF_ERROR(NoteLabel(change, bond));
  return NoteInvitation(change, checked.keys.lookup.view(), used);
}

// Formed by another device of this account, which told of it: nothing is left to do but to know who
// answered.
absl::StatusOr<bool> IsFormed(const VaultReader& reader, const v1::BondFormed& formed) {
  const auto stated = crypto::DecodeBond(formed.bond().statement());
  if (!stated.ok()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(reader, stated->bond));
  return bond && bond->has_statement() && bond->client() == stated->client.view();
}

// An answer of before it expired may still be on its way.
bool IsWorthWithdrawing(const vault::Invitation& record, std::uint64_t now_ms) {
  return record.expires_ms() + limits::kDayMs > now_ms;
}

InvitationState InvitationStateOf(const vault::Invitation& record, std::uint64_t now_ms) {
  const bool expired = record.expires_ms() <= now_ms;
  if (record.withdrawn()) return InvitationState::kWithdrawn;
  if (record.has_withdrawal() && IsWorthWithdrawing(record, now_ms)) {
    return InvitationState::kWithdrawing;
  }
  return expired ? InvitationState::kExpired : InvitationState::kOpen;
}

absl::Status SignWithdrawal(const Context& context, const OwnDevice& own, const LookupId& lookup,
                            vault::Invitation& record) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(context.Now(), ""));
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeKey practice,
                            PracticeKey::From(record.practice(), "vault.invitation"));
  *record.mutable_withdrawal() = ToWire(crypto::SignInvitationWithdrawal(
      own.signing, {practice, lookup, own.account, own.device, context.Now()}));
  return absl::OkStatus();
}

absl::Status SayAnsweredBefore(VaultChange& change, std::uint64_t now_ms,
                               const vault::Invitation& record) {
  return RaiseAlarm(change, now_ms, Reason::kInvitationUsed, std::nullopt,
                    AlarmKind::kAnsweredBeforeWithdrawal, {.invitation = record.label()});
}

// What the practice said to it.
absl::Status TakeWithdrawalAnswer(Context context, const LookupId& lookup,
                                  const absl::Status& answer) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::Invitation(lookup)));
  const WipedAtEnd wiped(record);
  const bool answered = ReasonOf(answer) == Reason::kInvitationUsed;
  if (answer.ok() || (answered && record.withdrawn())) {
    // Once it was agreed to, it stays so: an answer after that is an alarm when it comes.
    record.set_withdrawn(true);
    record.set_withdrawal_told(true);
  } else if (answered) {
    HOLDFAST_RETURN_IF_ERROR(SayAnsweredBefore(change, context.Now(), record));
    record.clear_withdrawal();
  } else if (ReasonOf(answer) == Reason::kTimeOutOfRange) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
    HOLDFAST_RETURN_IF_ERROR(SignWithdrawal(context, *own, lookup, record));
  } else {
    return answer;
  }
  change.Put(names::Invitation(lookup), record);
  return change.Commit();
}

Task<absl::Status> TellWithdrawal(Context context, Connection& connection, LookupId lookup) {
  const VaultReader look(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto record, look.Read(names::Invitation(lookup)));
  const WipedAtEnd wiped(record);
  v1::WithdrawInvitationRequest request;
  *request.mutable_invitation() = record.statement();
  *request.mutable_withdrawal() = record.withdrawal();
  auto response = co_await connection.Ask(&Transport::WithdrawInvitation, request);
  co_return TakeWithdrawalAnswer(context, lookup, response.status());
}

absl::StatusOr<std::string> KeepInvitation(Context context, const std::string& label,
                                           std::uint64_t valid_ms, LookupId& lookup) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(CheckAsked(*own, label, valid_ms));
  // Whole seconds, as the text carries them.
  const std::uint64_t expires_ms =
      (context.Now() + valid_ms) / limits::kSecondMs * limits::kSecondMs;
  HOLDFAST_RETURN_IF_ERROR(CheckDate(context.Now(), ""));
  std::string text = MakeInvitation(change, *own, label, expires_ms, lookup);
  // Whoever invites has gone on, and seen the recovery code.
  HOLDFAST_RETURN_IF_ERROR(ForgetRecoveryCode(change));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return text;
}

}  // namespace

Task<absl::StatusOr<std::string>> Invite(Context context, Connection& connection, std::string label,
                                         std::uint64_t valid_ms) {
  LookupId lookup;
  HOLDFAST_CO_ASSIGN_OR_RETURN(const std::string text,
                               KeepInvitation(context, label, valid_ms, lookup));
  auto deposited = co_await Deposit(context, connection, lookup);
  if (!deposited.ok()) {
    // Nobody has seen it: it must not be offered later.
    VaultChange undo(context.vault);
    undo.Erase(names::Invitation(lookup));
    HOLDFAST_CO_RETURN_IF_ERROR(undo.Commit());
    co_return deposited;
  }
  co_return text;
}

Task<absl::Status> DepositInvitations(Context context, Connection& connection) {
  std::vector<LookupId> lookups;
  const VaultReader look(context.vault);
  HOLDFAST_CO_RETURN_IF_ERROR(
      look.Scan(names::kInvitations, [&](BytesView key, vault::Invitation record) {
        const WipedAtEnd wiped(record);
        const auto lookup = LookupId::From(key, "vault.invitation");
        const bool open = InvitationStateOf(record, context.Now()) == InvitationState::kOpen;
        if (lookup.ok() && open && record.client().empty() && !record.deposited()) {
          lookups.push_back(*lookup);
        }
        return true;
      }));
  for (const LookupId& lookup : lookups) {
    auto deposited = co_await Deposit(context, connection, lookup);
    const Reason reason = deposited.ok() ? Reason::kInternal : ReasonOf(deposited);
    if (reason == Reason::kUnreachable || reason == Reason::kStorageFailed) co_return deposited;
  }
  co_return absl::OkStatus();
}

absl::Status WithdrawInvitation(Context context, const LookupId& lookup) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Invitation(lookup)));
  if (!record) return Refuse(Reason::kUsage, "invitation", "is not one of this device's");
  const WipedAtEnd wiped(*record);
  if (!record->client().empty()) {
    return Refuse(Reason::kInvitationUsed, "invitation",
                  "was answered already, so it cannot be taken back; a bond can be ended");
  }
  if (record->has_withdrawal()) return absl::OkStatus();
  if (record->expires_ms() <= context.Now()) {
    return Refuse(Reason::kInvitationExpired, "invitation",
                  "has expired by itself: nobody can use it any more");
  }
  HOLDFAST_RETURN_IF_ERROR(SignWithdrawal(context, *own, lookup, *record));
  change.Put(names::Invitation(lookup), *record);
  HOLDFAST_RETURN_IF_ERROR(NoteInvitation(change, lookup.view(), *record));
  return change.Commit();
}

Task<absl::Status> TellWithdrawals(Context context, Connection& connection) {
  std::vector<LookupId> lookups;
  const VaultReader look(context.vault);
  HOLDFAST_CO_RETURN_IF_ERROR(
      look.Scan(names::kInvitations, [&](BytesView key, vault::Invitation record) {
        const WipedAtEnd wiped(record);
        const auto lookup = LookupId::From(key, "vault.invitation");
        const bool waits = record.has_withdrawal() && !record.withdrawal_told();
        const bool could_be_used = IsWorthWithdrawing(record, context.Now());
        if (lookup.ok() && waits && could_be_used) lookups.push_back(*lookup);
        return true;
      }));
  for (const LookupId& lookup : lookups) {
    auto told = co_await TellWithdrawal(context, connection, lookup);
    // What is refused to one invitation holds up nothing else.
    using Blame = holdfast::Who;
    const Blame who = told.ok() ? Blame::kRequest : RowOf(ReasonOf(told)).who;
    if (who != Blame::kRequest && who != Blame::kAccount && who != Blame::kBond) co_return told;
  }
  co_return absl::OkStatus();
}

absl::StatusOr<std::vector<InvitationView>> ListInvitations(const VaultReader& reader,
                                                            std::uint64_t now_ms, bool all) {
  std::vector<InvitationView> found;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kInvitations, [&](BytesView key, vault::Invitation record) {
        const WipedAtEnd wiped(record);
        const auto id = LookupId::From(key, "vault.invitation");
        if (!id.ok() || !record.client().empty()) return true;
        const InvitationState state = InvitationStateOf(record, now_ms);
        const bool is_past = state == InvitationState::kWithdrawn ||
                             (state == InvitationState::kExpired && record.expiry_shown());
        if (all || !is_past) found.push_back({*id, record.label(), record.expires_ms(), state});
        return true;
      }));
  std::ranges::stable_sort(found, std::greater(), &InvitationView::expires_at_ms);
  return found;
}

absl::Status MarkExpiriesShown(Context context) {
  VaultChange change(context.vault);
  bool changed = false;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kInvitations, [&](BytesView key, vault::Invitation record) {
        const WipedAtEnd wiped(record);
        const bool expired = record.client().empty() &&
                             InvitationStateOf(record, context.Now()) == InvitationState::kExpired;
        if (!expired || record.expiry_shown()) return true;
        record.set_expiry_shown(true);
        change.Put(names::kInvitations.At(key), record);
        changed = true;
        return true;
      }));
  return changed ? change.Commit() : absl::OkStatus();
}

absl::Status TakeBondFormed(VaultChange& change, const OwnDevice& own, const v1::BondFormed& formed,
                            std::uint64_t now_ms) {
  const auto lookup = LookupId::From(formed.lookup_id(), "lookup_id");
  std::optional<vault::Invitation> record;
  if (lookup.ok()) {
    HOLDFAST_ASSIGN_OR_RETURN(record, change.Find(names::Invitation(*lookup)));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_formed, IsFormed(change, formed));
  if (!record) {
    // One of another device of this account: the bond comes with the archive, from there.
    if (is_formed) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, own.account));
    if (known && known->devices.devices.size() > 1) return absl::OkStatus();
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, std::nullopt,
                      AlarmKind::kUnknownInvitation);
  }
  const WipedAtEnd wiped(*record);
  const auto checked = CheckInvitationAnswer(own, *record, formed);
  if (!checked.ok()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, std::nullopt, AlarmKind::kAnswerWrong,
                      {.invitation = record->label(), .cause = CauseOf(checked.status())});
  }
  if (record->withdrawn()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, std::nullopt,
                      AlarmKind::kAnsweredWithdrawn, {.invitation = record->label()});
  }
  if (record->client().empty() && record->has_withdrawal()) {
    HOLDFAST_RETURN_IF_ERROR(SayAnsweredBefore(change, now_ms, *record));
  }
  if (record->client().empty() && is_formed) {
    record->set_client(checked->answer.client.str());
    change.Put(names::Invitation(checked->keys.lookup), *record);
    return absl::OkStatus();
  }
  if (record->client().empty()) {
    return PutFormed(change, *record, formed, *checked, now_ms);
  }
  if (record->client() == checked->answer.client.view()) return absl::OkStatus();
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, checked->answer.bond,
                    AlarmKind::kSecondAnswer, {.invitation = record->label()});
}

}  // namespace holdfast::client
