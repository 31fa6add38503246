#include "server/core/members/links.h"

#include <algorithm>
#include <string>

#include "crypto/public/account_change.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "server/core/engine/timers.h"
#include "server/core/members/accounts.h"
#include "server/core/members/archive_epochs.h"
#include "server/core/members/expiries.h"
#include "server/core/members/recovery_codes.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

absl::StatusOr<std::vector<Expiry>> ReadOpenLinks(Transaction& transaction,
                                                  const AccountKey& account) {
  return ReadExpiries(transaction, keys::OpenLink(account, LookupId()), kOpenLinksMax);
}

void EraseLink(Transaction& transaction, const AccountKey& account, const LookupId& lookup) {
  transaction.Erase(keys::OpenLink(account, lookup));
  transaction.Erase(keys::Link(lookup));
}

// Expired links give way. quota_exceeded, until the first of those that are open expires.
absl::Status MakeRoomForLink(Transaction& transaction, const AccountKey& account,
                             std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto links, ReadOpenLinks(transaction, account));
  std::size_t open = 0;
  std::uint64_t next_ms = ~std::uint64_t{0};
  for (const Expiry& link : links) {
    if (link.expires_at_ms <= now_ms) {
      EraseLink(transaction, account, link.lookup);
    } else {
      ++open;
      next_ms = std::min(next_ms, link.expires_at_ms);
    }
  }
  if (open < kOpenLinksMax) return absl::OkStatus();
  return RefuseFor(Reason::kQuotaExceeded, "lookup_id",
                   "there are " + std::to_string(kOpenLinksMax) +
                       " unused link codes already. Use one of them, or wait until one expires",
                   next_ms - now_ms);
}

// All but what is sealed.
absl::Status WriteNewDevice(Transaction& transaction, const AccountKey& account,
                            v1::NewDeviceResponse& response) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, Load(transaction, keys::Devices(account)));
  constexpr auto kListsMax = static_cast<std::uint32_t>(limits::kListsPerAnswerMax);
  const std::uint32_t after = devices.version() > kListsMax ? devices.version() - kListsMax : 0;
  HOLDFAST_RETURN_IF_ERROR(WriteDevices(transaction, account, after, *response.mutable_devices()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::Account(account)));
  Copy(record.account(), *response.mutable_account());
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, Stored<LookupId>(record.recovery_lookup()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto recovery, Load(transaction, keys::Recovery(lookup)));
  if (recovery.has_statement()) Copy(recovery.statement(), *response.mutable_recovery());
  HOLDFAST_ASSIGN_OR_RETURN(const auto head, LoadArchiveHead(transaction, account));
  constexpr auto kEpochsMax = static_cast<std::uint32_t>(limits::kArchiveEpochsPerAnswerMax);
  const std::uint32_t known = head.epoch() > kEpochsMax ? head.epoch() - kEpochsMax : 0;
  return WriteEpochs(transaction, account, known, *response.mutable_epochs());
}

}  // namespace

absl::Status LinkUnknown(std::string_view field) {
  return Refuse(Reason::kLinkUnknown, field,
                "this practice has no such link code. Make a new one on the other device");
}

absl::Status LinkUsed(std::string_view field) {
  return Refuse(Reason::kLinkUsed, field,
                "the link code was used already. If it was not by this device, look at the "
                "account's devices; and make a new one on the other device");
}

absl::Status LinkExpired(std::string_view field) {
  return Refuse(Reason::kLinkExpired, field,
                "the link code has expired. Make a new one on the other device");
}

absl::Status CloseLinks(Transaction& transaction, const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto links, ReadOpenLinks(transaction, account));
  for (const Expiry& link : links) EraseLink(transaction, account, link.lookup);
  return absl::OkStatus();
}

absl::Status ForgetLink(const Context& context, Transaction& transaction, const LookupId& lookup) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto link, Find(transaction, keys::Link(lookup)));
  if (!link) return absl::OkStatus();
  // Closed, and made again since: that one has a timer of its own.
  if (link->expires_at_ms() + kLinkKeptMs > context.engine_clock.now_ms()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(link->account()));
  EraseLink(transaction, account, lookup);
  return absl::OkStatus();
}

absl::Status CreateLink(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::CreateLinkRequest& request, v1::CreateLinkResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, LookupId::From(request.lookup_id(), "lookup_id"));
  HOLDFAST_RETURN_IF_ERROR(
      CheckSize(request.sealed_account(), crypto::kSealedAccountBytes, "sealed_account"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Link(lookup)));
  if (known) {
    if (BytesView(known->account()) == identity.account.view() &&
        known->sealed_account() == request.sealed_account() &&
        known->expires_at_ms() == request.expires_at_ms()) {
      return absl::OkStatus();
    }
    return LinkUsed("lookup_id");
  }
  const std::uint64_t now_ms = context.clock.WallMs();
  if (request.expires_at_ms() <= now_ms ||
      request.expires_at_ms() > now_ms + limits::kLinkMsMax + limits::kClockSkewMs) {
    return Refuse(Reason::kTimeOutOfRange, "expires_at_ms", "must lie ahead, by at most an hour");
  }
  HOLDFAST_RETURN_IF_ERROR(MakeRoomForLink(transaction, identity.account, now_ms));
  LinkRecord record;
  record.set_account(identity.account.str());
  record.set_sealed_account(request.sealed_account());
  record.set_expires_at_ms(request.expires_at_ms());
  Save(transaction, keys::Link(lookup), record);
  transaction.Put(keys::OpenLink(identity.account, lookup),
                  Encoder().U64(request.expires_at_ms()).bytes());
  return Arm(context, transaction,
             {request.expires_at_ms() + kLinkKeptMs, TimerKind::kForgetLink, lookup.str(), 0, 0});
}

absl::Status GetLink(Context& context, Transaction& transaction, const v1::GetLinkRequest& request,
                     v1::NewDeviceResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, LookupId::From(request.lookup_id(), "lookup_id"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto link, Find(transaction, keys::Link(lookup)));
  if (!link) return LinkUnknown("lookup_id");
  if (!link->change().empty()) return LinkUsed("lookup_id");
  if (link->expires_at_ms() <= context.clock.WallMs()) return LinkExpired("lookup_id");
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(link->account()));
  response.set_sealed_account(link->sealed_account());
  return WriteNewDevice(transaction, account, response);
}

absl::Status GetRecovery(Context&, Transaction& transaction, const v1::GetRecoveryRequest& request,
                         v1::NewDeviceResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(
      const RecoveryRecord recovery,
      FindRecovery(transaction, request.lookup_id(), request.token(), "lookup_id", "token"));
  if (!recovery.change().empty()) return RecoveryUnknown("lookup_id");
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(recovery.account()));
  response.set_sealed_account(recovery.sealed_account());
  return WriteNewDevice(transaction, account, response);
}

}  // namespace holdfast::server
