// An alarm: what was found, as a kind and what it is about. client/words has the
// sentence for each: what was found, what it may mean and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/core/shown/person_name.h"
#include "rules/errors.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// Closed. Kept in the vault as numbers: never renumbered, and a new one gets the next.
enum class AlarmKind : std::uint16_t {
  kAsWritten = 0,  // from before alarms had kinds: `text` is the sentence
  kUnknown = 1,    // a newer version of this program knows what it is

  // Clocks.
  kClocksDiffer = 2,  // by more than 5 minutes: times that are shown may be wrong
  kClockRefused = 3,  // by more than a day: the practice takes no message
  // What the practice answers.
  kReceiptWrong = 4,      // of a message sent here. cause
  kNumberTaken = 5,       // it holds another message under the number of one
  kDecisionUnproved = 6,  // its answer does not prove that it took a decision
  kSignedAndHidden = 7,   // it does not show what it signed, and says that it lost nothing
  kPracticeRestored = 8,  // an older copy of its store
  kLoginHidden = 9,       // this device's own newest login
  kVaultOlder = 10,       // this vault is an older copy: the practice has seen a newer one
  // The record of check-ins and replies.
  kOtherStory = 11,           // who was told another one
  kEntriesHidden = 12,        // the other side holds more of it
  kEntryWrong = 13,           // an entry, passed over. cause
  kLedgerDoesNotFollow = 14,  // from what was signed. cause
  kOtherPast = 15,            // than the one that the practice signed
  kEntryOfUnknownLedger = 16,
  // What the practice hands over.
  kEntriesDropped = 17,  // count: up to so many waited for too long
  kNoMessage = 18,       // something else, passed over. cause
  kMessageOfUnknownBond = 19,
  kNotOpened = 20,          // a message in the name of who. cause
  kSecondUnderNumber = 21,  // a different message under the number of a known one of who
  kOtherPlace = 22,         // a known message of who, once more
  kOutOfOrder = 23,         // messages of who
  kPlaceReceiptWrong = 24,  // for a message from who. cause
  kBeforeWhatWasRead = 25,  // a message of who, placed before what they answered
  // What devices say of each other's messages.
  kMessagesMissing = 26,       // count, before one of who
  kOnePlaceTwice = 27,         // two messages of who
  kChainForked = 28,           // who builds on other messages than those that came
  kThirdDeviceDiffers = 29,    // who was shown other messages of it
  kArrivedThoughRefused = 30,  // at who
  kClaimsMoreThanSent = 31,    // who: nothing more is sent in this bond
  kReceivedAnother = 32,       // who received not what was sent
  kMarkNotOfClient = 33,       // the therapist's side tried to change a mark
  // Devices.
  kNewestListHidden = 34,  // of who
  kOtherListShown = 35,    // of this account's devices, to who
  kTwoLists = 36,          // of who under one number: nothing is sent to them
  kDevicesUnsigned = 37,   // of who. cause
  kOldKeys = 38,           // a device of who has not renewed them for more than 30 days
  kOwnListUnsigned = 39,
  kOwnDeviceUnlisted = 40,
  // Invitations and bonds.
  kUnknownInvitation = 41,  // somebody answered one that this device did not make
  kAnswerWrong = 42,        // to the invitation. cause
  kSecondAnswer = 43,       // to the invitation
  kClientSwapped = 44,      // the practice took a second person for the bond's client
  // What was written ahead.
  kAheadEarlyByClock = 45,   // a note of who
  kAheadEarlyByLedger = 46,  // a note of who: what it waits for has not happened
  kAheadUnreleased = 47,     // a note of who: the record does not say that it was released
  kAheadOtherTime = 48,      // of the release of a note of who
  kAheadReceiptWrong = 49,   // for a note of who. cause
  kAheadGivenUp = 50,        // the oldest of too many that wait for their keys
  kAheadKeyDoesNotFit = 51,  // a note of who
  kAheadKeyMissing = 52,     // for a note of who
  kAheadHeldBack = 53,       // count notes of who
  kSecondAheadKey = 54,      // of who under the number of a known one
  kTooManyAheadKeys = 55,    // of who
  kOwnAheadOtherTime = 56,   // of the release of an own note
  kOwnAheadThoughWithdrawn = 57,
  kOwnAheadWithdrawn = 58,  // by the other side
  // This device.
  kDecisionUnreadable = 59,  // one of this device, set aside
  kPrekeyRefused = 60,       // clocks differ by more than a day: it takes no new keys
  // Invitations that were taken back.
  kAnsweredWithdrawn = 61,         // the invitation, and the practice had agreed
  kAnsweredBeforeWithdrawal = 62,  // the invitation: the bond counts
  // Devices that come and go.
  kDevicesLinked = 63,       // count, of who
  kDevicesUnlinked = 64,     // count, of who
  kHistoryLocked = 65,       // count messages of before this device was linked: no key is here yet
  kArchiveWrong = 66,        // what the practice shows of this account's archive. cause
  kArchiveHidden = 67,       // the practice shows less of it than it took
  kOwnDevicesLinked = 68,    // count, of this account's
  kOwnDevicesUnlinked = 69,  // count, of this account's
  kSuspendedGoesOn = 70,     // the practice lets a device write that this one suspended
};
inline constexpr AlarmKind kNewestAlarmKind = AlarmKind::kSuspendedGoesOn;

// What a check found, in the words of the check.
struct Cause {
  Reason reason = Reason::kIntegrity;
  std::string field = {};
  std::string words = {};

  bool operator==(const Cause&) const = default;
};

// What its kind names, and nothing else. None is longer than kAlarmTextBytesMax, and none
// has control characters.
struct AlarmArgs {
  std::optional<PersonName> who = {};
  std::uint64_t count = 0;
  std::string invitation = {};  // whom it was made for, in this device's words; may be empty
  std::optional<Cause> cause = {};
};

// Something is not as it was sealed, signed or promised. Kept until shown.
struct Alarm {
  std::uint64_t at_ms = 0;
  Reason reason = Reason::kIntegrity;
  AlarmKind kind = AlarmKind::kUnknown;
  std::optional<BondId> bond;
  AlarmArgs args;
  std::string text;  // of kAsWritten alone
};

}  // namespace holdfast::client
