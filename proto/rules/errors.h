// The one error vocabulary. Every refusal is an absl::Status made by Refuse(): a
// reason from this closed table, the field to blame, and a sentence that says
// what failed and what to do. The table fixes, for each reason, the status code
// (the same number in absl and gRPC), the client's exit code, the name used on
// the wire, and what a client does about it; rules/retry.h asks it that.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace holdfast {

enum class Reason : std::uint8_t {
  // What was given is wrong.
  kMalformedField,
  kTooLarge,
  kUnsupportedVersion,
  kTimeOutOfRange,
  kUsage,
  // Who asks.
  kTokenMissing,
  kTokenInvalid,
  kTokenExpired,
  kLoginRefused,
  kNotPermitted,
  // What it is about.
  kUnknownAccount,
  kUnknownBond,
  kUnknownEnvelope,
  kEnvelopeConflict,
  kStaleDeviceList,
  kBondEnded,
  kActConflict,
  kActSuperseded,
  kInvitationUnknown,
  kInvitationUsed,
  kInvitationExpired,
  kInvitationWithdrawn,
  kInvitationsFull,
  kEnrolmentUnknown,
  kEnrolmentUsed,
  kEnrolmentExpired,
  kUnknownDevice,
  kDeviceSuspended,
  kDeviceUnlinked,
  kLinkUnknown,
  kLinkUsed,
  kLinkExpired,
  kRecoveryUnknown,
  kDevicesFull,
  kArchiveMoved,
  kCursorUnknown,
  kNothingMissing,
  kSubscriptionReplaced,
  // The practice cannot just now.
  kServerBusy,
  kQuotaExceeded,
  kStorageFull,
  kUnreachable,
  kShuttingDown,
  // Something is not as it was sealed, signed or promised.
  kIntegrity,
  kNotDecryptable,
  kWrongPractice,
  kVaultRolledBack,
  kPracticeRestored,
  // This device.
  kWrongPassphrase,
  kVaultBusy,
  kVaultMissing,
  kVaultExists,
  kVaultDamaged,
  kNewerFormat,
  kOutboxFull,
  kStorageFailed,
  kInternal,
};

// What a client does with the refusal.
enum class Retry : std::uint8_t {
  kNow,           // logs in anew and asks again at once
  kAfterRefresh,  // fetches what has changed, makes it anew from that, and asks again
  kSoon,          // asks the same again in a moment; it passes by itself
  kLater,         // asks the same again at a later exchange
  kNever,         // gives this up: the same again is refused again
  kTellPerson,    // goes on only when the person has done something
};

// Whom the refusal means: what else would be refused like this one request.
enum class Who : std::uint8_t {
  kRequest,   // nothing else
  kAccount,   // what this account, or this device of it, asks for
  kBond,      // what is asked for in this bond
  kPractice,  // everything, whoever asks
  kEvidence,  // something is not as it was sealed, signed or counted; whose doing it is, is not
              // known
  kPerson,    // the person at this device
  kVault,     // what this device keeps
  kProgram,   // a fault of the program
};

// What a device keeps and offers until the practice takes it. Values are bits.
enum class Offered : std::uint8_t {
  kMessage = 1,  // an envelope in the order of its chain
  kAhead = 2,    // one that is sealed ahead
  kAct = 4,
};

struct ReasonRow {
  Reason reason;
  std::string_view name;  // on the wire and in JSON, e.g. "malformed_field"
  absl::StatusCode code;
  int exit_code;  // of `holdfast`: 1 this device, 2 usage, 3 refused, 4 unreachable, 5 integrity
  Retry retry;
  Who who;
  std::uint8_t ends;  // of Offered: what is not offered again
};

// Every reason once, in the order of the enumeration.
std::span<const ReasonRow> ReasonTable();
const ReasonRow& RowOf(Reason reason);
std::optional<Reason> ReasonNamed(std::string_view name);

// A status with the table's code for `reason`. `field` may be empty; `message` is
// shown to people after the field's name.
absl::Status Refuse(Reason reason, std::string_view field, std::string_view message);
// The same with the time after which trying again makes sense, in milliseconds.
absl::Status RefuseFor(Reason reason, std::string_view field, std::string_view message,
                       std::uint64_t retry_after_ms);

// What Refuse() put in. For a status that came from elsewhere the reason is
// kInternal (kUnreachable for kUnavailable and kDeadlineExceeded), the field empty.
Reason ReasonOf(const absl::Status& status);
std::string FieldOf(const absl::Status& status);
std::string MessageOf(const absl::Status& status);  // without the field's name
std::uint64_t RetryAfterMs(const absl::Status& status);
int ExitCodeOf(const absl::Status& status);  // 0 for OK

}  // namespace holdfast

// Early return of a failed absl::Status, and of a failed absl::StatusOr with
// assignment of its value otherwise.
#define HOLDFAST_RETURN_IF_ERROR(expression)                                  \
  do {                                                                        \
    if (absl::Status holdfast_status = (expression); !holdfast_status.ok()) { \
      return holdfast_status;                                                 \
    }                                                                         \
  } while (false)
#define HOLDFAST_CONCAT_INNER(a, b) a##b
#define HOLDFAST_CONCAT(a, b) HOLDFAST_CONCAT_INNER(a, b)
#define HOLDFAST_ASSIGN_OR_RETURN(target, expression) \
  HOLDFAST_ASSIGN_OR_RETURN_INNER(HOLDFAST_CONCAT(holdfast_or_, __LINE__), target, expression)
#define HOLDFAST_ASSIGN_OR_RETURN_INNER(temporary, target, expression) \
  auto temporary = (expression);                                       \
  if (!temporary.ok()) return std::move(temporary).status();           \
  target = std::move(temporary).value()
