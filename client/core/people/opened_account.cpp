#include "client/core/people/opened_account.h"

#include "client/core/archive/facts.h"
#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "crypto/public/account_change.h"
#include "crypto/public/archive_record.h"
#include "crypto/public/practice.h"
#include "rules/limits.h"
#include "rules/own_clock.h"

namespace holdfast::client {

absl::StatusOr<crypto::VerifiedDevices> VerifyFromTheFirst(const AccountKey& account,
                                                           const v1::DeviceSet& wire) {
  if (wire.lists().empty()) return VerifyDevices(account, 0, Hash(), wire);
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::DeviceList first,
                            crypto::DecodeDeviceList(wire.lists(0).statement()));
  return VerifyDevices(account, first.version - 1, first.previous, wire);
}

absl::StatusOr<crypto::DeviceList> NextList(const crypto::VerifiedDevices& now,
                                            std::vector<DeviceId> devices, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  return crypto::DeviceList{now.account, now.version + 1, now.list_hash, now_ms,
                            std::move(devices)};
}

absl::StatusOr<v1::SignedStatement> NextEpoch(crypto::SealedAccount& account,
                                              const crypto::Signed& list,
                                              const std::vector<crypto::Device>& devices,
                                              std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::DeviceList stated,
                            crypto::DecodeDeviceList(list.statement));
  crypto::ArchiveEpoch epoch;
  epoch.account = stated.account;
  epoch.epoch = account.archive_epoch + 1;
  epoch.list_version = stated.version;
  epoch.list_hash = crypto::DeviceListHash(list.statement);
  epoch.at_ms = now_ms;
  crypto::ArchiveKey key = crypto::ArchiveKey::Random();
  HOLDFAST_RETURN_IF_ERROR(
      crypto::SealArchiveEpoch(epoch, key, account.archive_key, account.account_psk, devices));
  account.archive_epoch = epoch.epoch;
  account.archive_key = std::move(key);
  return ToWire(crypto::SignArchiveEpoch(account.account, epoch));
}

absl::Status PutArchiveKeys(VaultChange& change, const crypto::SealedAccount& account,
                            const v1::NewDeviceResponse& shown) {
  if (account.archive_epoch == 0) return absl::OkStatus();
  crypto::ArchiveKey key = account.archive_key.Clone();
  PutArchiveKey(change, account.archive_epoch, key);
  std::uint32_t number = account.archive_epoch;
  for (auto one = shown.epochs().rbegin(); one != shown.epochs().rend(); ++one) {
    const auto epoch =
        crypto::VerifyArchiveEpoch(FromWire(*one), account.account.public_key<AccountKey>());
    if (!epoch.ok() || epoch->epoch > number) continue;  // of after what was sealed for the code
    if (epoch->epoch < number) {
      return Refuse(Reason::kIntegrity, "epochs", "leave one out");
    }
    HOLDFAST_ASSIGN_OR_RETURN(key, crypto::OpenPreviousArchiveKey(*epoch, key));
    change.Put(names::OwnEpoch(number), *one);
    PutArchiveKey(change, --number, key);
  }
  const bool may_be_more =
      static_cast<std::size_t>(shown.epochs_size()) >= limits::kArchiveEpochsPerAnswerMax;
  if (number == 1 || may_be_more) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "epochs", "leave out where they begin");
}

absl::Status KeepToReturn(VaultChange& change, const v1::ChangeAccountRequest& request) {
  if (request.has_epoch()) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveEpoch epoch,
                              crypto::DecodeArchiveEpoch(request.epoch().statement()));
    change.Put(names::OwnEpoch(epoch.epoch), request.epoch());
  }
  if (!request.has_recovery()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(
      const crypto::RecoveryStatement recovery,
      crypto::DecodeRecoveryStatement(request.recovery().statement().statement()));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_recovery_number(recovery.number);
  change.Put(names::kProgress, progress);
  change.Put(names::kOwnRecovery, request.recovery());
  return NoteRecovery(change, request.recovery());
}

absl::Status CheckIsAccounts(const v1::SignedStatement& statement, const AccountKey& account,
                             crypto::Role role) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::AccountStatement named,
                            crypto::DecodeAccount(statement.statement()));
  // After a succession an older key of the practice may have signed it.
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyAccount(FromWire(statement), named.practice).status());
  if (named.account == account && named.role == role) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "account", "is about somebody else");
}

}  // namespace holdfast::client
