// The server's own limits, each with its unit and reason. Those that clients must
// agree on stand in proto/rules/limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rules/limits.h"

namespace holdfast::server {

// Of everything stored. Raised with a migration; a newer one is refused at start.
inline constexpr std::uint32_t kStoredFormat = 1;

// Of one bond in one device's mailbox. A device that stays away for a year under
// daily use gets far less; beyond it the bond's oldest entry becomes a gap.
inline constexpr std::uint64_t kMailboxShareMax = 16'384;
// Entries that are looked at for a bond's oldest; where it is not among them, the next
// append goes on from there.
inline constexpr std::size_t kShareLookMax = 1024;
// Rows that one acknowledgement erases at most; the rest go with the next ones.
inline constexpr std::uint64_t kSweepEntriesMax = 1024;

inline constexpr std::size_t kPageEntriesMax = 64;
inline constexpr std::size_t kPageBytesMax = std::size_t{256} * 1024;

// One answer of ListBonds holds them all within limits::kMessageBytesMax.
inline constexpr std::uint64_t kBondsPerAccountMax = 4096;
inline constexpr std::uint64_t kBondsToldMax = 64;  // to a device that is listed, once more
inline constexpr std::size_t kUnusedInvitationsMax = 64;

// A login's own expiry lies at most this far ahead: the nonce's minute and a little.
inline constexpr std::uint64_t kLoginAheadMsMax = 2 * limits::kMinuteMs;
// Logins in one minute; each used nonce is remembered until it expires.
inline constexpr std::size_t kUsedNoncesMax = 65'536;
// Of one device, so that it does not take the others' room. A script of commands logs
// in with each of them.
inline constexpr std::size_t kUsedNoncesOfDeviceMax = 256;
inline constexpr std::uint64_t kNoncesFullRetryMs = 5'000;

// What one account may have stored in one day: far more than two people write, and
// little enough that one of them does not fill the disk for all. Of one therapist with
// many clients it is a message to each of them.
inline constexpr std::uint64_t kEnvelopesPerDayMax = 4096;
inline constexpr std::uint64_t kBytesPerDayMax = std::uint64_t{64} * 1024 * 1024;
// Each act goes into the ledger for good and to every device of both. What is done to
// every client at once, and often, has counts of its own: hours that are set for all, and
// promises that are moved.
inline constexpr std::uint64_t kHoursPerDayMax = kBondsPerAccountMax;
inline constexpr std::uint64_t kMovesPerDayMax = kBondsPerAccountMax;
inline constexpr std::uint64_t kActsPerDayMax = 1024;
inline constexpr std::uint64_t kInvitationsPerDayMax = 256;

// The archive has a count of its own, so that it never holds up messages: as much as these,
// which is what its records mostly repeat.
inline constexpr std::uint64_t kArchiveBytesPerDayMax = kBytesPerDayMax;
// Device lists, recovery codes and epochs together: what an account of many years brings back
// after a restored backup, and small beside its messages.
inline constexpr std::uint64_t kDecisionsPerDayMax = 512;

// Link codes that wait to be used: one for each device that anybody sets up at a time.
inline constexpr std::size_t kOpenLinksMax = 4;
// After its time a link is remembered for so long: a retry of the change that it let in is known,
// and whoever types it late hears that it has expired.
inline constexpr std::uint64_t kLinkKeptMs = limits::kDayMs;
// A page of an archive, with records of the largest size eight of them.
inline constexpr std::size_t kArchivePageRecordsMax = 64;
inline constexpr std::size_t kArchivePageBytesMax = std::size_t{512} * 1024;

// Bodies of one batch that could not be read and are told of; the rest is found again.
inline constexpr std::size_t kDamagedBodiesMax = 64;

// How long the practice's word for a TLS key is good, and how old it may get before
// it is said again.
inline constexpr std::uint64_t kEndorsementMs = 30 * limits::kDayMs;
inline constexpr std::uint64_t kEndorsementRenewMs = limits::kDayMs;

// How soon it makes sense to look again for room on a full disk.
inline constexpr std::uint64_t kStorageFullRetryMs = 30'000;

// Batches whose receipts are kept computed, about 28 KiB each: subscribers mostly
// read what was just stored.
inline constexpr std::size_t kBatchTreesMax = 64;

// A restored backup adds one; nobody restores this often.
inline constexpr std::size_t kIncarnationsMax = 1024;

// A wall clock this far ahead of the time that has passed is not believed by itself.
inline constexpr std::uint64_t kClockAheadMsMax = limits::kMinuteMs;
// Below it the two clocks agree: what they are read apart, and a leap second.
inline constexpr std::uint64_t kClockAgreesMs = 1500;
// The engine's time is written at most this often, beside what is written anyway.
inline constexpr std::uint64_t kEngineClockWriteMs = limits::kMinuteMs;
// And at least this often while it serves and nothing else is written.
inline constexpr std::uint64_t kEngineClockIdleWriteMs = limits::kHourMs;
// After the machine's start nothing but the wall clock knows how long it was off. A
// practice that is looked after is not off for longer than that, and its backup is not
// older; beyond it the clock is more likely to be wrong. While it is not believed, what is
// stored has the time of long ago, so this is no less.
inline constexpr std::uint64_t kClockUntendedMsMax = 90 * limits::kDayMs;

// Timers that are read, with what they are about, ahead of firing.
inline constexpr std::size_t kTimersReadMax = 128;
// A timer that fails is tried again after this long, doubled each time up to a day:
// it is never given up, and never spins.
inline constexpr std::uint64_t kTimerRetryMs = limits::kMinuteMs;
inline constexpr std::uint64_t kTimerRetryMsMax = limits::kDayMs;
// Whoever waits for timers looks again this often: clocks may be set meanwhile.
inline constexpr std::uint64_t kTimerLookMs = 30 * limits::kSecondMs;

// Receipts and ledger entries that one request or timer adds to a batch at most: a
// check-in that asks for a reply, in a slot that is late to open, after a restore.
inline constexpr std::size_t kLeavesPerStepMax = 5;

// Sealed ahead in one bond, by both: what one condition may release at most, each by
// a timer of its own.
inline constexpr std::size_t kAheadOfBondMax = 2 * limits::kAheadWaitingMax;

// Of before 0.2.0: the account key alone.
inline constexpr std::size_t kSealedAccountKeyBytes = 73;
inline constexpr std::size_t kProofTokenBytes = 32;  // of a recovery code
inline constexpr std::size_t kAnswerBytesMax = 1024;

}  // namespace holdfast::server
