// Defects planted on purpose, for the simulation to show that it finds them. They
// exist only in the copies of the libraries that the simulation's proof links
// (tests/simulation/planted.cmake); everywhere else HOLDFAST_PLANTED is `false`.
#pragma once

#ifdef HOLDFAST_PLANTED_DEFECTS

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace holdfast::planted {

enum class Defect : std::uint8_t {
  kNone,
  kAcknowledgeBeforeDurable,
  kForgetDedupRecord,
  kKeepIncarnationAfterRestore,
  kSweepOneTooMany,
  kSkipRestOfMailbox,
  kDeliverOutOfOrder,
  kStoredTimeGoesBack,
  kVaultNotSynced,
  kTornVaultCommit,
  kAcknowledgeBeforeVault,
  kCursorBeforeEntries,
  kOutboxEntryApart,
  kResendUnderNewId,
  kForgetSentWhenStored,
  kKeepUnofferedAfterRestore,
  kForgetRatchetStep,
  kSayDeliveredWhenStored,
  kTakeKnownAgain,
  kForgetPrekeyAtOnce,
  kDropEarlierSession,
  kBelieveJumpedClock,
  kArmTimersApart,
  kForgetMissWhenHoursChange,
  kOpenTwiceAtClockChange,
  kRemindOutsideHours,
  kTellTherapistFirst,
  kForgetPause,
  kMissAtOldDueTime,
  kOpenByOldRhythm,
  kAcceptTwice,
  kReleaseWithdrawn,
  kReleaseWhenSlotOpens,
  kReleaseTwice,
  kReleaseWithinPause,
  kForgetHeldNote,
  kKeepWithdrawnText,
  kKeepAheadUnoffered,
  kKeepOpenedToItself,
  kForgetKeysAgain,
  kLetShutOutGoOn,
  kArchiveOutOfOrder,
  kForgetOpenMark,
  // For tests/simulation/marks: the simulation does not look at what the practice could tell.
  kMarkInOwnEnvelope,
  kLoginsCountCommits,
};

// What each does that the simulation is to find, in words.
inline constexpr std::array<std::pair<Defect, std::string_view>, 42> kDefects = {{
    {Defect::kAcknowledgeBeforeDurable, "the practice acknowledges before the disk has it"},
    {Defect::kForgetDedupRecord, "the practice forgets which envelope ids it has stored"},
    {Defect::kKeepIncarnationAfterRestore, "the practice goes on as before after an older backup"},
    {Defect::kSweepOneTooMany, "an acknowledgement erases one mailbox entry too many"},
    {Defect::kSkipRestOfMailbox, "a page's cursor skips what did not fit into it"},
    {Defect::kDeliverOutOfOrder, "a page shows two entries in the wrong order"},
    {Defect::kStoredTimeGoesBack, "stored times follow a clock that was set back"},
    {Defect::kVaultNotSynced, "a vault's commit is not synced"},
    {Defect::kTornVaultCommit, "half of a vault's commit survives a crash"},
    {Defect::kAcknowledgeBeforeVault, "a device acknowledges what its vault does not hold"},
    {Defect::kCursorBeforeEntries, "a device moves its cursor before it takes the page in"},
    {Defect::kOutboxEntryApart, "a message and its place in the outbox are committed apart"},
    {Defect::kResendUnderNewId, "a retry makes a new envelope id"},
    {Defect::kForgetSentWhenStored, "sealed bytes are forgotten as soon as they are stored"},
    {Defect::kKeepUnofferedAfterRestore, "what had been stored is not offered again"},
    {Defect::kForgetRatchetStep, "a ratchet step is not saved"},
    {Defect::kSayDeliveredWhenStored, "stored is shown as delivered"},
    {Defect::kTakeKnownAgain, "an envelope that is known is opened again"},
    {Defect::kForgetPrekeyAtOnce, "a prekey's secret goes as soon as there is a newer one"},
    {Defect::kDropEarlierSession,
     "a new session drops the one that messages are still under way in"},
    {Defect::kBelieveJumpedClock, "timers follow a wall clock that jumped ahead"},
    {Defect::kArmTimersApart, "timers are committed apart from what they are for"},
    {Defect::kForgetMissWhenHoursChange, "a miss is forgotten where new hours leave its time out"},
    {Defect::kOpenTwiceAtClockChange, "a slot opens twice where the clock goes back"},
    {Defect::kRemindOutsideHours, "a late reminder does not wait for working hours"},
    {Defect::kTellTherapistFirst, "the therapist is told of a miss before the client"},
    {Defect::kForgetPause, "a slot opens within a pause"},
    {Defect::kMissAtOldDueTime, "a promise that was moved is missed at its old time"},
    {Defect::kOpenByOldRhythm, "the timer of a rhythm that was replaced opens a slot"},
    {Defect::kAcceptTwice, "a rhythm is accepted twice"},
    {Defect::kReleaseWithdrawn, "a note is released that was withdrawn"},
    {Defect::kReleaseWhenSlotOpens, "a note for an empty slot is released when the slot opens"},
    {Defect::kReleaseTwice, "a note is released once more a day later"},
    {Defect::kReleaseWithinPause, "a note is released within a pause that holds it"},
    {Defect::kForgetHeldNote, "a note that a pause held is forgotten"},
    {Defect::kKeepWithdrawnText, "the text of a note that was withdrawn is kept"},
    {Defect::kKeepAheadUnoffered, "a note that a restore lost is not offered again"},
    {Defect::kKeepOpenedToItself,
     "a device does not tell the others of its account what it opened"},
    {Defect::kForgetKeysAgain, "keys of what was on its way are not sent again to new devices"},
    {Defect::kLetShutOutGoOn, "the practice lets an unlinked device send and read on"},
    {Defect::kArchiveOutOfOrder, "the practice shows two records of an archive in the wrong order"},
    {Defect::kForgetOpenMark, "a note goes out under a mark that is open"},
}};

inline Defect active = Defect::kNone;

}  // namespace holdfast::planted

#define HOLDFAST_PLANTED(defect) \
  (::holdfast::planted::active == ::holdfast::planted::Defect::defect)

#else
#define HOLDFAST_PLANTED(defect) false
#endif
