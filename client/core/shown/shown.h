// What a person is shown, as plain values: front ends read them and put them into
// words. standing.h has what is open and owed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/core/shown/alarm.h"
#include "client/core/shown/finding.h"
#include "crypto/public/practice.h"
#include "rules/errors.h"
#include "rules/header.h"

namespace holdfast::v1 {
class Content;
}

namespace holdfast::client {

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
  // It waits on this device for its next sign, which goes from then on with the next contact, own
  // clock; 0: it has gone.
  std::uint64_t goes_from_ms = 0;
};

// What a message's state is known from.
enum class Evidence : std::uint8_t {
  kThisDevice,  // what was done here, and this device's clock
  kPractice,    // the practice's signed receipt
  kOtherSide,   // an authentic message of the other side
  kLedger,      // the bond's ledger, checked here
};
std::string_view NameOf(Evidence evidence);  // "this-device", "practice", "other-side", "ledger"

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
std::string_view NameOf(AheadOutlook outlook);  // "waiting", "due", "held", "in-pause", ...
// It will never come, whatever happens.
bool IsVain(AheadOutlook outlook);

// What holds a therapist's note until its author decides, by what this device knows.
struct AheadHold {
  bool marked = false;    // something in the bond is marked as having landed badly
  bool missed = false;    // a promised reply is late, and not repaired
  bool not_safe = false;  // the client said that they are not safe, and has no word since
  bool is_kept = false;   // it is out and held, also where none of these is open any more
};

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
  // To its author, a therapist: what holds it, or would were it released now.
  std::optional<AheadHold> hold;
  bool decided = false;     // by its author: it goes, whatever would hold it
  bool taken_back = false;  // after its release: nobody will read it
  std::uint64_t goes_at_ms =
      0;                 // when it is to go out, should what it waits for happen; 0: unknown
  bool is_soon = false;  // that is near: its author may think better of it
  bool needs_decision() const { return hold && (outlook == AheadOutlook::kReleased || is_soon); }
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
  // How far it came, whatever is owed to it: queued, stored, delivered or opened.
  MessageState reached = MessageState::kQueued;
  std::uint64_t reached_at_ms = 0;
  bool bond_ended = false;  // before the reply that it asked for: none is owed any more
  // Stored longer than limits::kUnconfirmedMs ago with no sign from the other
  // side: shown as "delivery unconfirmed since", never as failed.
  bool unconfirmed = false;
  bool unread = false;  // received and not yet opened here
  std::string refusal;  // why the practice refused it for good, in its words; else empty
  std::optional<Reason> refusal_reason;  // none where an earlier version kept it
  std::optional<RuptureView> rupture;
  std::optional<AheadView> ahead;  // what was written ahead
  std::uint64_t kept_at_ms = 0;    // since when this person keeps it, to find it again; 0: not
  bool not_safe = false;           // an answer in it says so
  std::uint64_t seen_at_ms = 0;    // a received one: when a person said that they have seen that
  // A client's: when their therapist said "I have read this, I was here"; 0: not, or not known.
  std::uint64_t witnessed_at_ms = 0;
  std::uint64_t erased_at_ms = 0;  // when this person erased what it says: `content` is empty then
  // To be shown before anything else.
  bool must_be_seen() const { return not_safe && !mine && seen_at_ms == 0; }
};

// An open mark where it is shown.
struct ShownRupture {
  RuptureView mark;
  std::optional<MessageView> message;  // none where it has not reached this device
};

struct BondView {
  BondId id;
  std::string label;  // this device's own name for it; never leaves the vault
  crypto::Role own_role = crypto::Role::kClient;
  std::uint64_t formed_at_ms = 0;
  std::uint64_t last_heard_ms = 0;  // 0: nothing has reached this device yet
};

enum class InvitationState : std::uint8_t {
  kOpen,         // whoever holds it can join
  kWithdrawing,  // taken back here; the practice does not know yet, so it can still be answered
  kWithdrawn,    // the practice knows: no answer is taken any more
  kExpired
};

// An invitation that nobody has answered.
struct InvitationView {
  LookupId id;
  std::string label;
  std::uint64_t expires_at_ms = 0;
  InvitationState state = InvitationState::kOpen;
};

struct SyncReport {
  std::size_t received = 0;  // messages for people, not receipts
  std::size_t sent = 0;
  std::size_t refused = 0;    // for good; each message says why
  std::size_t waiting = 0;    // still queued
  std::vector<Alarm> alarms;  // new ones
};

// One installation of the account.
struct DeviceView {
  DeviceId id;
  std::uint64_t since_ms = 0;  // when its account certified it, by its own clock
  bool is_this = false;
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

// What a watch tells: `changed` after every commit that a person could notice,
// `connection` on each change, with OK when connected and caught up.
struct Watcher {
  std::function<void()> changed;
  std::function<void(const absl::Status&)> connection;
};

// usage naming "id": no message's id can begin so. In hex of either case.
absl::Status CheckMessagePrefix(std::string_view prefix);

}  // namespace holdfast::client
