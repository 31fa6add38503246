#include "rules/errors.h"

#include <array>
#include <charconv>
#include <cstddef>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace holdfast {
namespace {

using absl::StatusCode;

constexpr int kDevice = 1, kUsageError = 2, kRefused = 3, kAway = 4, kAlarm = 5;

using enum Retry;
using enum Who;

template <class... Kinds>
constexpr std::uint8_t Each(Kinds... kinds) {
  return static_cast<std::uint8_t>((0U | ... | static_cast<unsigned>(kinds)));
}
constexpr std::uint8_t kNothing = 0;
constexpr std::uint8_t kAll = Each(Offered::kMessage, Offered::kAhead, Offered::kAct);
constexpr std::uint8_t kEnvelopes = Each(Offered::kMessage, Offered::kAhead);
// In the order of a chain an unknown one is never named, and a wrong time is mended by
// sealing it again: outbox.cpp.
constexpr std::uint8_t kAheadAndActs = Each(Offered::kAhead, Offered::kAct);
constexpr std::uint8_t kActs = Each(Offered::kAct);

constexpr auto kTable = std::to_array<ReasonRow>({
    {Reason::kMalformedField, "malformed_field", StatusCode::kInvalidArgument, kRefused, kNever,
     kRequest, kAll},
    {Reason::kTooLarge, "too_large", StatusCode::kInvalidArgument, kRefused, kNever, kRequest,
     kAll},
    {Reason::kUnsupportedVersion, "unsupported_version", StatusCode::kInvalidArgument, kRefused,
     kNever, kRequest, kAll},
    {Reason::kTimeOutOfRange, "time_out_of_range", StatusCode::kOutOfRange, kRefused, kTellPerson,
     kRequest, kAheadAndActs},
    {Reason::kUsage, "usage", StatusCode::kInvalidArgument, kUsageError, kTellPerson, kPerson,
     kNothing},
    {Reason::kTokenMissing, "token_missing", StatusCode::kUnauthenticated, kRefused, kLater,
     kAccount, kNothing},
    {Reason::kTokenInvalid, "token_invalid", StatusCode::kUnauthenticated, kRefused, kNow, kAccount,
     kNothing},
    {Reason::kTokenExpired, "token_expired", StatusCode::kUnauthenticated, kRefused, kNow, kAccount,
     kNothing},
    {Reason::kLoginRefused, "login_refused", StatusCode::kUnauthenticated, kRefused, kAfterRefresh,
     kAccount, kNothing},
    {Reason::kNotPermitted, "not_permitted", StatusCode::kPermissionDenied, kRefused, kNever,
     kAccount, kAll},
    {Reason::kUnknownAccount, "unknown_account", StatusCode::kNotFound, kRefused, kLater, kAccount,
     kNothing},
    {Reason::kUnknownBond, "unknown_bond", StatusCode::kNotFound, kRefused, kLater, kBond,
     kNothing},
    {Reason::kUnknownEnvelope, "unknown_envelope", StatusCode::kNotFound, kUsageError, kNever,
     kRequest, kAheadAndActs},
    {Reason::kEnvelopeConflict, "envelope_conflict", StatusCode::kAlreadyExists, kRefused, kNever,
     kRequest, kEnvelopes},
    {Reason::kStaleDeviceList, "stale_device_list", StatusCode::kFailedPrecondition, kRefused,
     kAfterRefresh, kBond, kNothing},
    {Reason::kBondEnded, "bond_ended", StatusCode::kFailedPrecondition, kRefused, kNever, kBond,
     kAll},
    {Reason::kActConflict, "act_conflict", StatusCode::kAlreadyExists, kRefused, kNever, kRequest,
     kActs},
    {Reason::kActSuperseded, "act_superseded", StatusCode::kFailedPrecondition, kRefused, kNever,
     kRequest, kAheadAndActs},
    {Reason::kInvitationUnknown, "invitation_unknown", StatusCode::kNotFound, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kInvitationUsed, "invitation_used", StatusCode::kAlreadyExists, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kInvitationExpired, "invitation_expired", StatusCode::kFailedPrecondition, kRefused,
     kTellPerson, kRequest, kNothing},
    {Reason::kInvitationWithdrawn, "invitation_withdrawn", StatusCode::kFailedPrecondition,
     kRefused, kTellPerson, kRequest, kNothing},
    {Reason::kInvitationsFull, "invitations_full", StatusCode::kResourceExhausted, kRefused,
     kTellPerson, kAccount, kNothing},
    {Reason::kEnrolmentUnknown, "enrolment_unknown", StatusCode::kNotFound, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kEnrolmentUsed, "enrolment_used", StatusCode::kAlreadyExists, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kEnrolmentExpired, "enrolment_expired", StatusCode::kFailedPrecondition, kRefused,
     kTellPerson, kRequest, kNothing},
    {Reason::kUnknownDevice, "unknown_device", StatusCode::kNotFound, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kDeviceSuspended, "device_suspended", StatusCode::kUnauthenticated, kRefused,
     kTellPerson, kAccount, kNothing},
    {Reason::kDeviceUnlinked, "device_unlinked", StatusCode::kUnauthenticated, kRefused,
     kTellPerson, kAccount, kNothing},
    {Reason::kLinkUnknown, "link_unknown", StatusCode::kNotFound, kRefused, kTellPerson, kRequest,
     kNothing},
    {Reason::kLinkUsed, "link_used", StatusCode::kAlreadyExists, kRefused, kTellPerson, kRequest,
     kNothing},
    {Reason::kLinkExpired, "link_expired", StatusCode::kFailedPrecondition, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kRecoveryUnknown, "recovery_unknown", StatusCode::kNotFound, kRefused, kTellPerson,
     kRequest, kNothing},
    {Reason::kDevicesFull, "devices_full", StatusCode::kResourceExhausted, kRefused, kTellPerson,
     kAccount, kNothing},
    {Reason::kArchiveMoved, "archive_moved", StatusCode::kFailedPrecondition, kRefused,
     kAfterRefresh, kAccount, kNothing},
    {Reason::kCursorUnknown, "cursor_unknown", StatusCode::kOutOfRange, kRefused, kAfterRefresh,
     kAccount, kNothing},
    {Reason::kNothingMissing, "nothing_missing", StatusCode::kFailedPrecondition, kRefused, kNever,
     kRequest, kNothing},
    {Reason::kSubscriptionReplaced, "subscription_replaced", StatusCode::kAborted, kRefused, kLater,
     kAccount, kNothing},
    {Reason::kServerBusy, "server_busy", StatusCode::kResourceExhausted, kRefused, kSoon, kPractice,
     kNothing},
    {Reason::kQuotaExceeded, "quota_exceeded", StatusCode::kResourceExhausted, kRefused, kLater,
     kAccount, kNothing},
    {Reason::kStorageFull, "storage_full", StatusCode::kResourceExhausted, kRefused, kLater,
     kPractice, kNothing},
    {Reason::kUnreachable, "unreachable", StatusCode::kUnavailable, kAway, kSoon, kPractice,
     kNothing},
    {Reason::kShuttingDown, "shutting_down", StatusCode::kUnavailable, kAway, kSoon, kPractice,
     kNothing},
    {Reason::kIntegrity, "integrity", StatusCode::kDataLoss, kAlarm, kTellPerson, kEvidence,
     kNothing},
    {Reason::kNotDecryptable, "not_decryptable", StatusCode::kDataLoss, kAlarm, kNever, kEvidence,
     kNothing},
    {Reason::kWrongPractice, "wrong_practice", StatusCode::kDataLoss, kAlarm, kLater, kEvidence,
     kNothing},
    {Reason::kVaultRolledBack, "vault_rolled_back", StatusCode::kDataLoss, kAlarm, kNever,
     kEvidence, kNothing},
    {Reason::kPracticeRestored, "practice_restored", StatusCode::kAborted, kAlarm, kAfterRefresh,
     kPractice, kNothing},
    {Reason::kWrongPassphrase, "wrong_passphrase", StatusCode::kFailedPrecondition, kDevice,
     kTellPerson, kPerson, kNothing},
    {Reason::kVaultBusy, "vault_busy", StatusCode::kFailedPrecondition, kDevice, kTellPerson,
     kPerson, kNothing},
    {Reason::kVaultMissing, "vault_missing", StatusCode::kNotFound, kDevice, kTellPerson, kPerson,
     kNothing},
    {Reason::kVaultExists, "vault_exists", StatusCode::kAlreadyExists, kDevice, kTellPerson,
     kPerson, kNothing},
    {Reason::kVaultDamaged, "vault_damaged", StatusCode::kDataLoss, kAlarm, kTellPerson, kVault,
     kNothing},
    {Reason::kNewerFormat, "newer_format", StatusCode::kFailedPrecondition, kDevice, kTellPerson,
     kPerson, kNothing},
    {Reason::kOutboxFull, "outbox_full", StatusCode::kResourceExhausted, kDevice, kLater, kPerson,
     kNothing},
    {Reason::kStorageFailed, "storage_failed", StatusCode::kInternal, kDevice, kTellPerson, kVault,
     kNothing},
    {Reason::kInternal, "internal", StatusCode::kInternal, kDevice, kLater, kProgram, kNothing},
});

constexpr bool TableIsInEnumOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].reason) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Reason::kInternal) + 1;
}
static_assert(TableIsInEnumOrder());

constexpr std::string_view kReasonUrl = "holdfast.v1/reason";
constexpr std::string_view kFieldUrl = "holdfast.v1/field";
constexpr std::string_view kRetryUrl = "holdfast.v1/retry_after_ms";

std::string Payload(const absl::Status& status, std::string_view url) {
  const auto payload = status.GetPayload({url.data(), url.size()});
  return payload ? std::string(*payload) : std::string();
}

}  // namespace

std::span<const ReasonRow> ReasonTable() { return kTable; }

const ReasonRow& RowOf(Reason reason) { return kTable[static_cast<std::size_t>(reason)]; }

std::optional<Reason> ReasonNamed(std::string_view name) {
  for (const ReasonRow& row : kTable) {
    if (row.name == name) return row.reason;
  }
  return std::nullopt;
}

absl::Status Refuse(Reason reason, std::string_view field, std::string_view message) {
  return RefuseFor(reason, field, message, 0);
}

absl::Status RefuseFor(Reason reason, std::string_view field, std::string_view message,
                       std::uint64_t retry_after_ms) {
  const ReasonRow& row = RowOf(reason);
  const std::string text = field.empty()
                               ? std::string(message)
                               : absl::StrCat(absl::string_view(field.data(), field.size()), ": ",
                                              absl::string_view(message.data(), message.size()));
  absl::Status status(row.code, text);
  status.SetPayload({kReasonUrl.data(), kReasonUrl.size()}, absl::Cord(std::string(row.name)));
  if (!field.empty()) {
    status.SetPayload({kFieldUrl.data(), kFieldUrl.size()}, absl::Cord(std::string(field)));
  }
  if (retry_after_ms != 0) {
    status.SetPayload({kRetryUrl.data(), kRetryUrl.size()},
                      absl::Cord(std::to_string(retry_after_ms)));
  }
  return status;
}

Reason ReasonOf(const absl::Status& status) {
  if (const auto reason = ReasonNamed(Payload(status, kReasonUrl))) return *reason;
  const bool away =
      status.code() == StatusCode::kUnavailable || status.code() == StatusCode::kDeadlineExceeded;
  return away ? Reason::kUnreachable : Reason::kInternal;
}

std::string FieldOf(const absl::Status& status) { return Payload(status, kFieldUrl); }

std::string MessageOf(const absl::Status& status) {
  std::string text(status.message());
  if (const std::string field = FieldOf(status); !field.empty()) text.erase(0, field.size() + 2);
  return text;
}

std::uint64_t RetryAfterMs(const absl::Status& status) {
  const std::string text = Payload(status, kRetryUrl);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int ExitCodeOf(const absl::Status& status) {
  return status.ok() ? 0 : RowOf(ReasonOf(status)).exit_code;
}

}  // namespace holdfast
