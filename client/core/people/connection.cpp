#include "client/core/people/connection.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/public/login.h"
#include "crypto/public/practice.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

absl::Status WrongPractice(const std::string& address) {
  return Refuse(Reason::kWrongPractice, "",
                "whoever answers at " + address +
                    " could not prove to be your practice, so nothing was sent to them. "
                    "Somebody may be in between, or this device's clock may be wrong; check the "
                    "date, try another network, and ask the practice if it stays like this");
}

// Each login has a number of its own, so that two copies of one vault cannot both be the newest.
// It counts logins and no commits: those would tell the practice how much a person did meanwhile.
absl::StatusOr<std::uint64_t> NextLogin(Vault& vault) {
  VaultChange change(vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  // Version 0.1.0 gave the number of commits.
  const bool counts_commits = progress.logins() == 0 || HOLDFAST_PLANTED(kLoginsCountCommits);
  const std::uint64_t before = counts_commits ? vault.generation() : progress.logins();
  progress.set_logins(before + 1);
  change.Put(names::kProgress, progress);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return before + 1;
}

}  // namespace

Task<absl::Status> Connection::ConnectToAny(std::string address) {
  auto connected = co_await Connect(address, {});
  co_return connected;
}

Task<absl::Status> Connection::Connect(std::string address, std::vector<PracticeKey> practices) {
  Close();
  context_.transport.Open(address);
  auto description = co_await AskOnce(&Transport::Describe, v1::DescribeRequest());
  HOLDFAST_CO_RETURN_IF_ERROR(description.status());
  if (description->protocol_version() < limits::kProtocolVersion) {
    co_return Refuse(Reason::kUnsupportedVersion, "protocol_version",
                     "the practice speaks no version that this program knows; one of the two "
                     "must be updated");
  }
  const auto observed = context_.transport.ObservedTlsKey();
  if (!observed) co_return WrongPractice(address);
  tls_key_ = *observed;
  const absl::Status checked = CheckEndorsements(*description, practices);
  if (!checked.ok()) {
    Close();
    co_return WrongPractice(address);
  }
  context_.transport.PinTlsKey(tls_key_);
  connected_ = true;
  clock_ahead_ms_ = static_cast<std::int64_t>(context_.Now()) -
                    static_cast<std::int64_t>(description->server_time_ms());
  co_return absl::OkStatus();
}

absl::Status Connection::CheckEndorsements(const v1::DescribeResponse& description,
                                           const std::vector<PracticeKey>& practices) {
  successions_.clear();
  if (practices.empty()) return CheckEndorsesItself(description);
  practice_ = practices.back();
  for (const v1::SignedStatement& statement : description.succession()) {
    const crypto::Signed signed_statement = FromWire(statement);
    const auto next = crypto::VerifySuccession(signed_statement, practice_);
    if (!next.ok()) continue;
    practice_ = next->to;
    successions_.push_back(statement);
  }
  for (const v1::SignedStatement& statement : description.endorsements()) {
    const auto endorsement =
        crypto::VerifyEndorsement(FromWire(statement), practice_, tls_key_, context_.Now());
    if (endorsement.ok()) return absl::OkStatus();
  }
  return Refuse(Reason::kWrongPractice, "endorsements", "none is for the key that was seen");
}

absl::Status Connection::CheckEndorsesItself(const v1::DescribeResponse& description) {
  for (const v1::SignedStatement& statement : description.endorsements()) {
    const auto named = crypto::DecodeEndorsement(statement.statement());
    if (!named.ok()) continue;
    const auto endorsement =
        crypto::VerifyEndorsement(FromWire(statement), named->practice, tls_key_, context_.Now());
    if (!endorsement.ok()) continue;
    practice_ = named->practice;
    return absl::OkStatus();
  }
  return Refuse(Reason::kWrongPractice, "endorsements", "none is for the key that was seen");
}

Task<absl::Status> Connection::Login() {
  token_expires_ms_ = 0;
  auto challenge = co_await AskOnce(&Transport::Challenge, v1::ChallengeRequest());
  HOLDFAST_CO_RETURN_IF_ERROR(challenge.status());
  HOLDFAST_CO_ASSIGN_OR_RETURN(const LoginNonce nonce,
                               LoginNonce::From(challenge->nonce(), "nonce"));

  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const std::uint64_t number, NextLogin(context_.vault));
  const crypto::Signed login = crypto::SignLogin(
      own->signing, crypto::LoginStatement{practice_, tls_key_, own->account, own->device, nonce,
                                           challenge->expires_at_ms(), number});
  v1::AuthenticateRequest request;
  *request.mutable_login() = ToWire(login);
  const std::uint64_t asked_ms = context_.Now();
  auto response = co_await AskOnce(&Transport::Authenticate, request);
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  HOLDFAST_CO_ASSIGN_OR_RETURN(incarnation_,
                               Incarnation::From(response->incarnation(), "incarnation"));
  VaultChange after(context_.vault);
  HOLDFAST_CO_RETURN_IF_ERROR(
      CheckHighestLogin(after, *own, login, number, FromWire(response->highest_login())));
  HOLDFAST_CO_RETURN_IF_ERROR(after.Commit());
  context_.transport.SetToken(response->token());
  token_expires_ms_ = asked_ms + limits::kTokenMs;
  co_return absl::OkStatus();
}

absl::Status Connection::CheckHighestLogin(VaultChange& change, const OwnDevice& own,
                                           const crypto::Signed& mine, std::uint64_t number,
                                           const crypto::Signed& highest) {
  const auto login = crypto::VerifyLogin(highest, own.signing.public_key<DeviceKey>());
  if (!login.ok() || login->device != own.device || login->vault_generation < number) {
    return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                      AlarmKind::kLoginHidden);
  }
  if (login->vault_generation == number && highest == mine) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (progress.rolled_back()) return absl::OkStatus();
  progress.set_rolled_back(true);
  change.Put(names::kProgress, progress);
  return RaiseAlarm(change, context_.Now(), Reason::kVaultRolledBack, std::nullopt,
                    AlarmKind::kVaultOlder);
}

void Connection::Close() {
  context_.transport.SetToken({});
  context_.transport.Close();
  connected_ = false;
  token_expires_ms_ = 0;
}

std::uint64_t Connection::token_renewal_ms() const {
  return token_expires_ms_ > limits::kTokenMarginMs ? token_expires_ms_ - limits::kTokenMarginMs
                                                    : token_expires_ms_;
}

}  // namespace holdfast::client
