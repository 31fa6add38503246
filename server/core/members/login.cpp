#include "server/core/members/login.h"

#include <algorithm>

#include "crypto/public/login.h"
#include "server/core/members/identity.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// One answer for every reason, so that nothing is learned by asking.
absl::Status RefuseLogin(Context& context, Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  const bool was_restored = practice->incarnations_size() > 1;
  return Refuse(
      Reason::kLoginRefused, "login",
      std::string(
          "this login is not accepted. Ask for a new challenge and try again; if that does "
          "not help, the device is not one of this practice's, or talks to another server") +
          (was_restored ? ". The practice was restored once: what it lost of you comes back by "
                          "itself after your therapist's device has been here"
                        : ""));
}

// Whether the device exists and signed this, or why it is shut out: that is told to nobody
// but the device itself.
absl::StatusOr<bool> IsByDevice(Transaction& transaction, const crypto::Signed& signed_login,
                                const crypto::LoginStatement& login) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, Find(transaction, keys::Device(login.device)));
  if (!device || BytesView(device->account()) != login.account.view()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto key, Stored<DeviceKey>(device->signing_key()));
  if (!crypto::VerifyLogin(signed_login, key).ok()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, Load(transaction, keys::Devices(login.account)));
  if (!IsListed(devices, login.device)) return DeviceUnlinked("login");
  if (IsSuspended(*device, devices)) return DeviceSuspended("login");
  return true;
}

// The device's login with the highest vault generation, this one included.
absl::StatusOr<StoredStatement> HighestLogin(Transaction& transaction,
                                             const crypto::Signed& signed_login,
                                             const crypto::LoginStatement& login) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Find(transaction, keys::Login(login.device)));
  if (record && record->vault_generation() >= login.vault_generation) return record->login();
  record.emplace();
  record->set_vault_generation(login.vault_generation);
  Copy(signed_login, *record->mutable_login());
  Save(transaction, keys::Login(login.device), *record);
  return record->login();
}

}  // namespace

absl::Status Challenge(Context& context, v1::ChallengeResponse& response) {
  response.Clear();
  const LoginNonce nonce =
      context.logins.MakeNonce(context.entropy, context.clock.BootMs() + limits::kLoginNonceMs);
  response.set_nonce(nonce.str());
  response.set_expires_at_ms(context.clock.WallMs() + limits::kLoginNonceMs);
  return absl::OkStatus();
}

absl::Status Authenticate(Context& context, Transaction& transaction,
                          const v1::AuthenticateRequest& request,
                          v1::AuthenticateResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried, ReadSigned(request.login(), "login"));
  const absl::StatusOr<crypto::LoginStatement> login = crypto::DecodeLogin(carried.statement);
  if (!login.ok()) return Blame(login.status(), "login", "login");

  const std::uint64_t boot_ms = context.clock.BootMs();
  const std::uint64_t wall_ms = context.clock.WallMs();
  const auto& tls_keys = context.tls_keys;
  const bool is_meant_for_us =
      login->practice == context.practice &&
      std::ranges::find(tls_keys, login->tls_key, &TlsKeyInUse::key) != tls_keys.end() &&
      context.logins.IsFresh(login->nonce, boot_ms) && login->expires_at_ms > wall_ms &&
      login->expires_at_ms <= wall_ms + kLoginAheadMsMax;
  if (!is_meant_for_us) return RefuseLogin(context, transaction);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_by_device, IsByDevice(transaction, carried, *login));
  if (!is_by_device) return RefuseLogin(context, transaction);
  if (!context.logins.HasRoom(login->device, boot_ms)) {
    return RefuseFor(Reason::kServerBusy, "", "too many logins at once. Try again in a minute",
                     kNoncesFullRetryMs);
  }

  HOLDFAST_ASSIGN_OR_RETURN(const Incarnation incarnation,
                            context.batch.CurrentIncarnation(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(const StoredStatement highest,
                            HighestLogin(transaction, carried, *login));
  context.logins.Use(login->nonce, login->device);
  response.set_token(
      context.logins.MakeToken(context.entropy, login->device, boot_ms + context.config.token_ms));
  response.set_expires_at_ms(wall_ms + context.config.token_ms);
  response.set_incarnation(incarnation.str());
  Copy(highest, *response.mutable_highest_login());
  return absl::OkStatus();
}

}  // namespace holdfast::server
