#include "server/core/members/enrolment.h"

#include "crypto/public/enrolment_code.h"
#include "server/core/members/registration.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kEnrolmentTokenBytes = 32;

// The code's record, if the request carries a code that this store knows.
absl::StatusOr<std::optional<EnrolmentRecord>> FindEnrolment(Transaction& transaction,
                                                             const Bytes& token) {
  if (token.empty()) return std::optional<EnrolmentRecord>();
  return Find(transaction, keys::Enrolment(crypto::EnrolmentTokenHash(token)));
}

// Whether the code may be used for a new account.
absl::Status CheckCode(const std::optional<EnrolmentRecord>& enrolment, std::uint64_t now_ms) {
  if (!enrolment) {
    return Refuse(Reason::kEnrolmentUnknown, "enrolment_token",
                  "this practice made no such code. Check it, or ask the operator for a new one");
  }
  if (!enrolment->account().empty()) {
    return Refuse(Reason::kEnrolmentUsed, "enrolment_token",
                  "the code was used already. Ask the operator for a new one");
  }
  if (enrolment->expires_at_ms() <= now_ms) {
    return Refuse(Reason::kEnrolmentExpired, "enrolment_token",
                  "the code has expired. Ask the operator for a new one");
  }
  return absl::OkStatus();
}

absl::Status AlreadyRegistered() {
  return Refuse(Reason::kNotPermitted, "registration.list",
                "this account is registered here already, in another way");
}

// The practice's own earlier statement about the account.
absl::StatusOr<crypto::Signed> ReadAccountEvidence(const Context& context,
                                                   const v1::SignedStatement& evidence,
                                                   const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(crypto::Signed carried, ReadSigned(evidence, "account"));
  const auto stated = crypto::VerifyAccount(carried, context.practice);
  if (!stated.ok()) return Blame(stated.status(), "account", "account");
  if (stated->account != account || stated->role != crypto::Role::kTherapist) {
    return Refuse(Reason::kMalformedField, "account", "is about another account or role");
  }
  return carried;
}

// The account is there: the same request gets the same answer, another none.
absl::Status AnswerEnrolled(Transaction& transaction, const AccountRecord& account,
                            const CheckedRegistration& registration,
                            v1::EnrollTherapistResponse& response) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_same,
                            IsSameRegistration(transaction, account, registration));
  if (!is_same || account.role() != static_cast<std::uint32_t>(crypto::Role::kTherapist)) {
    return AlreadyRegistered();
  }
  Copy(account.account(), *response.mutable_account());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> AddTherapist(Context& context, Transaction& transaction) {
  const crypto::SecretBytes secret(context.entropy.Draw(crypto::CodeSecret::size));
  crypto::EnrolmentCode code;
  HOLDFAST_ASSIGN_OR_RETURN(code.secret, crypto::CodeSecret::From(secret.Expose(), "secret"));
  code.practice = context.practice;
  // The text carries whole seconds; the record must say the same.
  code.expires_at_ms =
      (context.clock.WallMs() + limits::kEnrolmentMs) / limits::kSecondMs * limits::kSecondMs;
  code.address = context.config.address;
  EnrolmentRecord record;
  record.set_expires_at_ms(code.expires_at_ms);
  const crypto::SecretBytes token = crypto::EnrolmentToken(code.secret);
  Save(transaction, keys::Enrolment(crypto::EnrolmentTokenHash(token.Expose())), record);
  return crypto::EncodeEnrolmentCode(code);
}

absl::Status EnrollTherapist(Context& context, Transaction& transaction,
                             const v1::EnrollTherapistRequest& request,
                             v1::EnrollTherapistResponse& response) {
  response.Clear();
  const std::uint64_t now_ms = context.clock.WallMs();
  const Bytes& token = request.enrolment_token();
  if (!request.has_account() || !token.empty()) {
    HOLDFAST_RETURN_IF_ERROR(CheckSize(token, kEnrolmentTokenBytes, "enrolment_token"));
  }
  // Before any signature is checked: whoever guesses codes costs a look-up.
  HOLDFAST_ASSIGN_OR_RETURN(auto enrolment, FindEnrolment(transaction, token));
  if (!enrolment && !request.has_account()) return CheckCode(enrolment, now_ms);
  HOLDFAST_ASSIGN_OR_RETURN(const CheckedRegistration registration,
                            CheckRegistration(request.registration(), now_ms));
  const AccountKey& account = registration.devices.account;
  crypto::Signed evidence;
  if (request.has_account()) {
    HOLDFAST_ASSIGN_OR_RETURN(evidence, ReadAccountEvidence(context, request.account(), account));
  }

  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Account(account)));
  const bool is_own_code = enrolment && BytesView(enrolment->account()) == account.view();
  if (known && (is_own_code || request.has_account())) {
    return AnswerEnrolled(transaction, *known, registration, response);
  }
  if (!request.has_account()) HOLDFAST_RETURN_IF_ERROR(CheckCode(enrolment, now_ms));
  if (known) return AlreadyRegistered();
  HOLDFAST_RETURN_IF_ERROR(CheckUnclaimed(transaction, registration));

  const crypto::Signed statement =
      request.has_account() ? evidence
                            : MakeAccountStatement(context, account, crypto::Role::kTherapist);
  HOLDFAST_RETURN_IF_ERROR(
      StoreAccount(transaction, registration, crypto::Role::kTherapist, statement));
  if (enrolment && enrolment->account().empty()) {
    enrolment->set_account(account.str());
    Save(transaction, keys::Enrolment(crypto::EnrolmentTokenHash(token)), *enrolment);
  }
  response.mutable_account()->set_statement(statement.statement);
  response.mutable_account()->set_signature(statement.signature);
  return absl::OkStatus();
}

}  // namespace holdfast::server
