// Limits of a device alone, each with its unit and reason. What both sides must
// agree on stands in proto/rules/limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rules/limits.h"

namespace holdfast::client::limits {

using namespace holdfast::limits;

// Messages that people wrote in one bond and that are not yet known to have reached
// the other side. A person writes a few a week; this is decades of silence, and
// bounds the vault.
inline constexpr std::size_t kOutboxMessagesMax = 4096;
// Messages that could not be opened are kept as they came, for a later repair;
// beyond it the oldest goes.
inline constexpr std::size_t kAsideMessagesMax = 256;
// Alarms not yet shown; beyond it further ones add nothing a person could use.
inline constexpr std::size_t kAlarmsMax = 256;
inline constexpr std::size_t kAlarmTextBytesMax = 1024;
inline constexpr std::size_t kLabelBytesMax = 128;
// Refused messages of one bond that are known again if they arrive all the same.
inline constexpr int kGivenBackMax = 64;
// Receipts and beacons of one bond that the other side has not confirmed; beyond
// it they wait, but for one every kSignMs, so that nobody can make them pile up.
inline constexpr int kAutomaticUncoveredMax = 8;
// Texts that were written and not sent. A person has a handful; none is ever dropped for
// another, so beyond it the next one stays where it was written.
inline constexpr std::size_t kDraftsMax = 64;
// One of them: a text far too long to send is still kept, so that it can be shortened.
inline constexpr std::size_t kDraftBytesMax = std::size_t{1024} * 1024;
// Messages that a person keeps, to find them again: one a day for ten years. None is ever dropped
// for another.
inline constexpr std::size_t kBookmarksMax = 4096;
// Messages that are erased in one commit.
inline constexpr std::size_t kErasedPerCommitMax = 256;
// Forms that this device holds, of all bonds together. A practice uses a handful; what is answered
// with one beyond it is shown by its codes.
inline constexpr std::size_t kFormsMax = 256;
// Gaps remembered in one sender's chain; neighbours are merged beyond it.
inline constexpr std::size_t kGapsPerChainMax = 64;
// Pages taken in by one Sync: 64 entries each, more than a mailbox holds.
inline constexpr std::size_t kPagesPerSyncMax = 4096;
// Sends of one bond by one Sync: everything it can hold, and the receipts.
inline constexpr std::size_t kSendsPerSyncMax = 2 * kOutboxMessagesMax;
// Seals of one message against ever newer device lists before giving up for now.
inline constexpr std::size_t kResealsMax = 3;
// Restores that one Sync follows; more means that the practice does not settle.
inline constexpr std::size_t kRestoresPerSyncMax = 3;
inline constexpr std::size_t kOpenedPerReceiptMax = 256;
// A receipt or control message holds at least this many bytes, so that with marks and
// without they have one size when sealed; the words of a mark fit in up to 2,047.
inline constexpr std::size_t kSignContentBytesMin = 1024;
inline constexpr std::size_t kRuptureTextBytesMax = 1500;
// Marks in one receipt or beacon; what does not fit goes with the next one.
inline constexpr int kMarksPerSignMax = 64;
// Marks in one bond on messages that are not here, kept until those come; what is more is
// only counted.
inline constexpr std::size_t kMarksOnMissingMax = 64;
// Those of a bond that are only counted; beyond it there are at least so many.
inline constexpr std::size_t kMarksNotKeptMax = 1024;
// Named in one message as due; what does not fit goes with the next one.
inline constexpr std::size_t kAheadDueMax = 64;
// So that a receipt or control message keeps its size.
inline constexpr std::size_t kAheadDuePerSignMax = 32;
// Keys to notes ahead that are held of one account in one bond: 64 that wait, and those of
// notes that were never taken.
inline constexpr std::size_t kNoteKeysMax = 1024;
// And of those that version 0.1.0 drew, one for all notes.
inline constexpr std::size_t kEarlierAheadKeysMax = 64;
// Released and waiting for the key to them, of all bonds together; beyond it the
// oldest goes, and that is said.
inline constexpr std::size_t kUnopenedMax = 256;
// A key that has not come for so long is worth a word.
inline constexpr std::uint64_t kUnopenedSayMs = kUnconfirmedMs;
// Openings that a person may choose from to write ahead for: a year of days.
inline constexpr std::size_t kOpeningsMax = 366;
// Entries read of one ledger at a time: 64 a page. Two people who meet every day
// make a few thousand a year.
inline constexpr std::size_t kLedgerPagesPerReadMax = 4096;
// Entries that a practice wrote after it had put an older backup back, and before
// anybody told it; more than the timers of years.
inline constexpr std::size_t kOtherPastEntriesMax = 4096;
// Decided and not yet taken by the practice, of all bonds together.
inline constexpr std::size_t kActsPendingMax = 1024;
// Reminders not yet shown; beyond it the oldest goes.
inline constexpr std::size_t kRemindersMax = 64;
// A zone is signed again when what it covers ends within this.
inline constexpr std::uint64_t kZoneRenewalMs = 366 * kDayMs;
// A sign (a receipt, or a beacon where there is nothing to confirm) goes with the first contact so
// long after the last one. Less than a day: who comes each evening sends one each evening.
inline constexpr std::uint64_t kSignMs = 20 * kHourMs;
// Notes of one sign that a device says it holds.
inline constexpr int kHeldPerSignMax = 64;
// Released notes that nobody opened, and words for such as are not here: of the latter no more is
// kept beyond it.
inline constexpr std::size_t kReleasedNotesMax = 1024;
// Decisions on notes of one bond that nobody opened; beyond it the oldest goes.
inline constexpr std::size_t kAheadDecisionsMax = 1024;
// How long before a note goes out its author is told so, so that they may think better of it: at
// most and at least, and so far back for the last of their working hours before that.
inline constexpr std::uint64_t kAnnounceMsMax = 36 * kHourMs;
inline constexpr std::uint64_t kAnnounceMsMin = 12 * kHourMs;
inline constexpr int kAnnounceDaysBackMax = 14;
// How long `status` says that a message was witnessed.
inline constexpr std::uint64_t kWitnessedShownMs = 7 * kDayMs;
// A token is renewed this long before it ends.
inline constexpr std::uint64_t kTokenMarginMs = 2 * kMinuteMs;
// A watch that lost its connection waits before it tries again, longer each time.
inline constexpr std::uint64_t kReconnectMsMin = 500;
inline constexpr std::uint64_t kReconnectMsMax = 60'000;
// How often a connected watch looks for new device lists and due prekeys.
inline constexpr std::uint64_t kHousekeepingMs = 6 * kHourMs;
// Bonds that the practice shows to a further device at first and that nobody told it of.
inline constexpr std::size_t kBondsBeforeMax = 64;
// Keys in one control message, so that it keeps its size.
inline constexpr std::size_t kKeysAgainMax = 12;
// Messages of one device that do not open whose keys are asked for in a day; beyond it people are
// told at once. And keys that are sent again to one device in a day.
inline constexpr std::uint32_t kKeysAskedPerDayMax = 3;
inline constexpr std::uint32_t kKeysAnsweredPerDayMax = 8;
// People are told of one that has not been answered for so long.
inline constexpr std::uint64_t kKeyRequestMsMax = 3 * kDayMs;
// After a recovery code was shown, people are asked once whether it is still at hand.
inline constexpr std::uint64_t kCodeReminderMs = 7 * kDayMs;
// A key that a device of this account told waits so long for its envelope to come by the mailbox
// before it is looked for in the history.
inline constexpr std::uint64_t kHistoryKeyWaitMs = kMinuteMs;
// The whole history of a bond is read at most so often for keys that the other side told.
inline constexpr std::uint64_t kToldKeysEveryMs = kHourMs;
// Messages of before a device was listed whose keys do not come are given up after this.
inline constexpr std::uint64_t kLockedMsMax = 14 * kDayMs;
// Facts in one record of the archive, and the bytes that they may fill.
inline constexpr int kFactsPerRecordMax = 256;
inline constexpr std::size_t kFactsBytesPerRecord = 32768 - 1;
// A draft that is longer stays on the device that wrote it.
inline constexpr std::size_t kDraftFactBytesMax = 32000;
// Records read or appended in one exchange: more than a life of writing makes.
inline constexpr std::size_t kArchivePagesPerSyncMax = 65536;
// Pages of a bond's history read at a time: 64 envelopes each.
inline constexpr std::size_t kHistoryPagesPerReadMax = 65536;
// Rounds of reading and appending while other devices append too.
inline constexpr std::size_t kArchiveRoundsMax = 8;
inline constexpr std::size_t kEnvelopePrefixHexMin = 4;
// Lives of the practice's store that are told apart; operators rarely restore.
// Beyond it the older half is forgotten, and counts as one.
inline constexpr std::size_t kIncarnationsMax = 1024;

}  // namespace holdfast::client::limits
