// A device of one account: everything that a front end can ask for. The engine
// writes first to the vault and then to the network, so that it can be stopped at
// any moment: what Write() accepted goes out sooner or later, once.
//
// One thread: the executor's. Every `Done` runs there, exactly once, unless the
// engine is destroyed first.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/standing.h"
#include "client/core/transport.h"
#include "client/core/vault_storage.h"
#include "client/core/world.h"
#include "crypto/public/practice.h"
#include "crypto/vault_key.h"
#include "rules/header.h"

namespace holdfast::v1 {
class Content;
}

namespace holdfast::client {

struct LedgerExport;

// The closed list that a person is shown; each with evidence and time.
enum class MessageState : std::uint8_t {
  kQueued,     // in this vault only
  kStored,     // the practice's signed receipt
  kDelivered,  // an authentic message of the other side that names it
  kOpened,     // the other side's opened receipt
  kReplyDue,   // stored, and the receipt names a due time
  kAnswered,   // a reply that names it
  kMissed,
  kRepaired,
  kWithdrawn,
};
std::string_view NameOf(MessageState state);  // "queued", "stored", ...

// A client's mark on a message: "that landed badly". It stands until the client
// closes it.
struct RuptureView {
  EnvelopeId message;
  BondId bond;
  bool closed = false;
  std::string text;  // the client's words about it; may be empty
  std::uint64_t marked_at_ms = 0;
  std::uint64_t closed_at_ms = 0;  // 0: open
};

// What a message's state is known from.
enum class Evidence : std::uint8_t {
  kThisDevice,  // what was done here, and this device's clock
  kPractice,    // the practice's signed receipt
  kOtherSide,   // an authentic message of the other side
  kLedger,      // the bond's ledger, checked here
};
std::string_view NameOf(Evidence evidence);  // "this device", "practice", "other side", "ledger"

// What will become of what was written ahead.
enum class AheadOutlook : std::uint8_t {
  kWaiting,        // for what it was written for
  kDue,            // that has happened; the practice has not released it yet
  kHeld,           // the same, and a pause holds it
  kInPause,        // its check-in falls into a pause, and is skipped unless that ends early
  kReleased,       // by the ledger, or here already
  kWithdrawn,      // by its writer
  kRhythmChanged,  // its check-in will never open: another rhythm, or none
  kSkipped,        // its check-in was skipped
  kCheckInCame,    // the check-in that it was written for the lack of has come
  kAnswered,       // the reply that it was written for the lack of came in time
  kBondEnded,
};
std::string_view NameOf(AheadOutlook outlook);  // "waiting", "due", "held", "in pause", ...
// It will never come, whatever happens.
bool IsVain(AheadOutlook outlook);

// Written ahead: sealed then, released later.
struct AheadView {
  Release release;
  std::optional<EnvelopeId> promise;  // kPromiseMissed: whose; none: the next miss
  std::uint64_t slot_opens_at_ms = 0;
  AheadOutlook outlook = AheadOutlook::kWaiting;
  bool withdrawing = false;          // the withdrawal has not reached the practice
  std::uint64_t came_true_ms = 0;    // its condition, by the ledger; 0: not yet
  std::uint64_t released_at_ms = 0;  // by the ledger; 0: not yet
  std::uint64_t release_entry = 0;   // its number in the ledger
  bool early = false;                // it came before its condition was true
};

struct MessageView {
  EnvelopeId id;
  BondId bond;
  Kind kind = Kind::kNote;
  bool mine = false;  // written by this account
  crypto::Role from = crypto::Role::kClient;
  std::uint64_t sent_at_ms = 0;  // the writer's clock
  std::optional<EnvelopeId> reply_to;
  std::shared_ptr<const v1::Content> content;  // decrypted
  MessageState state = MessageState::kQueued;
  std::uint64_t state_since_ms = 0;
  Evidence evidence = Evidence::kThisDevice;
  std::uint64_t due_at_ms = 0;  // kReplyDue, and the due time missed with kMissed and kRepaired
  // Stored longer than limits::kUnconfirmedMs ago with no sign from the other
  // side: shown as "delivery unconfirmed since", never as failed.
  bool unconfirmed = false;
  bool unread = false;  // received and not yet opened here
  std::string refusal;  // why the practice refused it for good; else empty
  std::optional<RuptureView> rupture;
  std::optional<AheadView> ahead;  // what was written ahead
};

struct BondView {
  BondId id;
  std::string label;  // this device's own name for it; never leaves the vault
  crypto::Role own_role = crypto::Role::kClient;
  std::uint64_t formed_at_ms = 0;
  bool confirmed = false;           // the other side's identity has been checked
  std::uint64_t last_heard_ms = 0;  // 0: nothing has reached this device yet
};

struct OpenInvitationView {
  std::string label;
  std::uint64_t expires_at_ms = 0;
};

// Something is not as it was sealed, signed or promised. Kept until shown.
struct Alarm {
  std::uint64_t at_ms = 0;
  Reason reason = Reason::kIntegrity;
  std::optional<BondId> bond;
  std::string text;  // plain words: what was found, what it may mean, what to do
};

// Times of day and dates are those of the named zone.
struct LocalSpan {
  LocalMs from = 0;
  LocalMs until = 0;  // not included
};
struct AvailabilityDraft {
  std::string zone;  // IANA name
  std::vector<WorkingHours> hours;
  std::vector<LocalSpan> away;
  std::uint32_t reply_within_minutes = 0;   // of working time
  std::uint32_t remind_before_minutes = 0;  // of working time
};
struct RhythmDraft {
  std::string zone;
  std::optional<LocalMs> first_day;  // midnight of the first day; today unless given
  std::uint32_t at_minute = 0;       // of the day
  std::string rule;                  // RFC 5545 RRULE
  std::uint32_t window_minutes = 0;
  std::uint8_t reminders = 0;
};

// Of what was written and not sent.
using DraftId = FixedBytes<16, struct DraftIdTag>;

struct Draft {
  std::optional<BondId> bond;  // may be left out where there is only one
  Kind kind = Kind::kNote;     // kCheckIn, kReply or kNote
  bool reply_owed = false;     // follows from the need
  std::optional<EnvelopeId> reply_to;
  std::shared_ptr<const v1::Content> content;
  // Any other than "now": a note that is sealed now and comes then. reply_to names, with
  // a promise's miss, whose.
  Release release = {};
  // The kept draft that this was: it goes in the same step, or is kept in its place.
  std::optional<DraftId> kept = {};
};

// Written and not sent: its content may be unfinished, too long or empty. With kind
// kControl it is words for a mark on the message that reply_to names.
struct KeptDraft {
  std::uint64_t kept_at_ms = 0;
  Draft draft;  // with `kept`
};

struct SyncReport {
  std::size_t received = 0;  // messages for people, not receipts
  std::size_t sent = 0;
  std::size_t refused = 0;    // for good; each message says why
  std::size_t waiting = 0;    // still queued
  std::vector<Alarm> alarms;  // new ones
};

struct MessageQuery {
  std::optional<BondId> bond;
  bool unread_only = false;
  std::size_t newest_max = 50;  // 0: all
};

struct Enrolled {
  std::string recovery_code;  // shown once; it is not kept anywhere
};

struct Identity {
  crypto::Role role = crypto::Role::kClient;
  AccountKey account;
  DeviceId device;
  std::string address;  // of the practice
  PracticeKey practice;
};

struct World {
  VaultStorage& storage;
  Transport& transport;
  const Clock& clock;
  Executor& executor;
  Entropy& entropy;
  ZoneSource* zones = nullptr;  // none: nothing that needs a time zone can be signed here
};

class Engine {
 public:
  // Opens the vault in `storage` (an empty one is a profile without an account
  // yet). vault_damaged, newer_format.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(crypto::VaultKey key, World world);
  ~Engine();

  bool has_account() const;
  Identity identity() const;  // has_account() only

  // Becomes a therapist, or a client, of the practice that the code or invitation
  // names. May be repeated after any failure: it goes on with the same keys and
  // the same recovery code.
  void Enroll(const std::string& enrolment_code, Done<Enrolled> done);
  void Join(const std::string& invitation, Done<Enrolled> done);

  // A new invitation's text. Therapist only. Needs the practice.
  void Invite(const std::string& label, std::uint64_t valid_ms, Done<std::string> done);

  // Queues a message: OK means that it is safe in this vault and will be sent.
  absl::StatusOr<EnvelopeId> Write(const Draft& draft);
  // Keeps what was written and is not sent, sealed in this vault, until it is written or
  // dropped: a new draft, or in place of the one that `kept` names. Nothing is checked but
  // that it can be kept. too_large, malformed_field, outbox_full where there are
  // limits::kDraftsMax already, storage_failed.
  absl::StatusOr<DraftId> KeepDraft(const Draft& draft);
  // Oldest first.
  absl::StatusOr<std::vector<KeptDraft>> Drafts();
  absl::Status DropDraft(const DraftId& id);
  // Takes back what was written ahead, until it is released. OK means that it is
  // decided and safe in this vault; the practice hears of it like of a message. usage,
  // unknown_envelope, act_superseded, bond_ended.
  absl::Status Withdraw(const EnvelopeId& id);
  // The next openings of the bond's rhythm, those in a pause left out; at most
  // limits::kOpeningsMax, none where no rhythm runs.
  absl::StatusOr<std::vector<Slot>> Openings(const BondId& bond);

  // Sends what is queued, takes in what is waiting. One at a time.
  void Sync(Done<SyncReport> done);

  // Stays connected: `changed` after every commit that a person could notice,
  // `connection` on each change, with OK when connected and caught up. Reconnects
  // by itself, waiting longer each time up to kReconnectMsMax.
  struct Watcher {
    std::function<void()> changed;
    std::function<void(const absl::Status&)> connection;
  };
  void Watch(Watcher watcher);
  void StopWatching();

  absl::StatusOr<std::vector<MessageView>> Messages(const MessageQuery& query);
  // By the whole id in hex, or a prefix of at least 4 digits that only one has.
  absl::StatusOr<MessageView> Message(std::string_view id_prefix);
  // The person has seen it: the other side learns at the next sync.
  absl::Status MarkOpened(const EnvelopeId& id);

  // The client's mark on a message of either side; sealed like everything else.
  // Marking an open one again replaces its words. Client only; usage otherwise, and
  // for closing what is not open.
  absl::Status MarkRupture(const EnvelopeId& message, const std::string& text);
  absl::Status CloseRupture(const EnvelopeId& message);
  // Oldest first; also of messages that have not reached this device.
  absl::StatusOr<std::vector<RuptureView>> OpenRuptures();

  // What a person decides about a bond. OK means that it is signed and safe in this
  // vault; it goes out like a message. malformed_field, time_out_of_range or usage
  // where it cannot be, unknown_bond, bond_ended; nothing is changed then.
  absl::StatusOr<ActId> SetAvailability(const BondId& bond, const AvailabilityDraft& draft);
  absl::StatusOr<ActId> ProposeRhythm(const BondId& bond, const RhythmDraft& draft);
  absl::StatusOr<ActId> AcceptRhythm(const BondId& bond);
  absl::StatusOr<ActId> EndRhythm(const BondId& bond);
  absl::StatusOr<ActId> Reschedule(const EnvelopeId& envelope, std::uint64_t due_at_ms);
  // `ahead_too`: what was written ahead waits until then as well.
  absl::StatusOr<ActId> Pause(const BondId& bond, std::uint64_t until_ms, bool ahead_too = false);
  absl::StatusOr<ActId> Resume(const BondId& bond);
  absl::StatusOr<ActId> EndBond(const BondId& bond);
  // Decisions that the practice refused were shown: they are forgotten.
  absl::Status ForgetRefused();

  absl::StatusOr<StandingView> Standing(const BondId& bond);
  // Entries with a higher number than `after`.
  absl::StatusOr<std::vector<LedgerLine>> Ledger(const BondId& bond, std::uint64_t after);
  // With all that proves it; VerifyLedger checks it without vault and practice.
  absl::StatusOr<LedgerExport> ExportLedger(const BondId& bond);
  // Reminders not yet shown that are still of use; TakeReminders marks them as shown.
  absl::StatusOr<std::vector<ReminderView>> TakeReminders();

  absl::StatusOr<std::vector<BondView>> Bonds();
  absl::StatusOr<std::vector<OpenInvitationView>> OpenInvitations();
  absl::Status SetLabel(const BondId& bond, const std::string& label);
  absl::StatusOr<std::size_t> Queued();
  // `tell` is given the alarms not yet told, if there are any. They count as told when
  // it is through: a process that dies in between tells them once more.
  absl::Status TellAlarms(const std::function<void(const std::vector<Alarm>&)>& tell);

  // Checks of vault, practice and devices, one line each, for `doctor`.
  struct Finding {
    bool good = true;
    std::string what;  // what was checked, and what to do where it is not good
  };
  void Examine(Done<std::vector<Finding>> done);

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::uint64_t kReconnectMsMin = 500;
inline constexpr std::uint64_t kReconnectMsMax = 60'000;

}  // namespace holdfast::client
