// Every limit that both sides must agree on, with its unit and its reason. Limits
// of one side alone stand in server/core/records/limits.h and client/core/outside/limits.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast::limits {

inline constexpr std::uint8_t kProtocolVersion = 1;

// A padded body has one of these sizes in bytes, so that its length tells little.
inline constexpr std::array<std::size_t, 9> kBucketBytes = {256,  512,   1024,  2048, 4096,
                                                            8192, 16384, 32768, 65536};
// Key commitment (32) + nonce (24) + authenticator (16).
inline constexpr std::size_t kBodyOverheadBytes = 72;
inline constexpr std::size_t kBodyBytesMax = kBucketBytes.back() + kBodyOverheadBytes;
// One byte at least is padding.
inline constexpr std::size_t kContentBytesMax = kBucketBytes.back() - 1;

// A capsule with every chain head of two accounts at their device limit fits.
inline constexpr std::size_t kCapsuleBytesMax = 4096;
// More devices than a person uses; keeps a send and a device list small.
inline constexpr std::size_t kDevicesPerAccountMax = 8;
// All devices of both accounts but the sender's own.
inline constexpr std::size_t kCapsulesMax = 2 * kDevicesPerAccountMax - 1;
inline constexpr std::size_t kListsPerAnswerMax = 64;
// An account's devices that came off its list, as far as they are told of and remembered.
inline constexpr std::size_t kFormerDevicesMax = 64;
inline constexpr std::size_t kStatementBytesMax = 1024;
// A link code is for the person who sits between two screens.
inline constexpr std::uint64_t kLinkMsMax = std::uint64_t{60} * 60 * 1000;
// Records of an archive in one call, and epochs of its key that anybody asks for: as many as
// device lists, of which each may begin one.
inline constexpr std::size_t kArchiveRecordsPerCallMax = 16;
inline constexpr std::size_t kArchiveEpochsPerAnswerMax = 64;
// An answer: one page and its overhead. What a client receives at most.
inline constexpr std::size_t kMessageBytesMax = std::size_t{1024} * 1024;
// A request: the largest honest one is a send of the largest body with every capsule,
// each with its device and framing, and the header. What a server receives at most,
// because anybody may send it.
inline constexpr std::size_t kRequestBytesMax =
    kBodyBytesMax + kCapsulesMax * (kCapsuleBytesMax + 32) + 1024;

// A batch is one signature and one fsync; 1,024 leaves make a path of 10 hashes.
inline constexpr std::size_t kBatchLeavesMax = 1024;
inline constexpr std::size_t kReceiptPathMax = 10;

inline constexpr std::uint64_t kSecondMs = 1000;
inline constexpr std::uint64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::uint64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::uint64_t kDayMs = 24 * kHourMs;

// Years 2020 to 2200: anything else is a broken clock or a wrong unit.
inline constexpr std::uint64_t kTimeMinMs = 1577836800000;
inline constexpr std::uint64_t kTimeMaxMs = 7258118400000;
// A message may have been written offline long ago, but hardly in the future.
inline constexpr std::uint64_t kSentAheadMsMax = kDayMs;
// A receipt's stored-at may differ from the client's clock by this much.
inline constexpr std::uint64_t kClockSkewMs = 5 * kMinuteMs;
inline constexpr std::uint64_t kInvitationMsMax = 90 * kDayMs;
inline constexpr std::uint64_t kInvitationMs = 14 * kDayMs;  // unless the therapist says otherwise
inline constexpr std::uint64_t kEnrolmentMs = 7 * kDayMs;
inline constexpr std::uint64_t kLoginNonceMs = kMinuteMs;
inline constexpr std::uint64_t kTokenMs = 15 * kMinuteMs;
inline constexpr std::uint64_t kPrekeyRotationMs = 7 * kDayMs;
inline constexpr std::uint64_t kPrekeyWarnMs = 30 * kDayMs;
// A device may stay away this long and still open the first message of every session
// that others began with it; its mailbox waits longer.
inline constexpr std::uint64_t kAbsenceMsMax = 90 * kDayMs;
inline constexpr std::uint64_t kPrekeyRetentionMs = kAbsenceMsMax + 14 * kDayMs;
// After this long without an end-to-end receipt another channel is suggested.
inline constexpr std::uint64_t kUnconfirmedMs = 48 * kHourMs;

// Acts in one call: one round trip and one fsync for each hundred bonds. Together they weigh
// no more than any other request.
inline constexpr std::size_t kActsPerCallMax = 100;
// One act: an availability with every working hour, away time and zone change.
inline constexpr std::size_t kActBytesMax = 4096;
inline constexpr std::size_t kZoneNameBytesMax = 64;
// Four a year for sixteen years; two a year is usual.
inline constexpr std::size_t kZoneChangesMax = 64;
inline constexpr std::uint64_t kZoneCoverMs =
    std::uint64_t{5} * 366 * kDayMs;                            // that a device signs for
inline constexpr std::uint64_t kZoneCoverMsMin = 366 * kDayMs;  // that is accepted
inline constexpr std::int32_t kZoneOffsetSecondsMax = 86'400;   // to either side
// One change moves the clock by at most a day, and the next comes two days later
// at the earliest: so a local time occurs at most twice, and slots keep their order.
inline constexpr std::int32_t kZoneJumpSecondsMax = 86'400;
inline constexpr std::uint64_t kZoneChangeApartMs = 2 * kDayMs;
inline constexpr std::size_t kWorkingHoursMax = 28;  // four stretches a day
inline constexpr std::size_t kAwayMax = 32;
inline constexpr std::uint32_t kReplyWithinMinutesMin = 15;
inline constexpr std::uint32_t kReplyWithinMinutesMax = 60 * 24 * 14;  // of working time
// Nobody is promised an answer further ahead than this; no hours, or away times
// that leave none, are refused.
inline constexpr std::uint64_t kDueAheadMsMax = 120 * kDayMs;
// What an availability may promise when it is signed, looked at in steps of a week;
// the difference covers the days between and changes of the clock.
inline constexpr std::uint64_t kDueSignedMsMax = 106 * kDayMs;
inline constexpr std::uint64_t kDueCheckStepMs = 7 * kDayMs;
inline constexpr std::uint64_t kAwayAheadMsMax = std::uint64_t{2} * 366 * kDayMs;
inline constexpr std::size_t kRuleBytesMax = 128;
inline constexpr std::uint32_t kRuleIntervalMax = 52;
inline constexpr std::uint32_t kRuleCountMax = 366;  // a year of days, seven of weeks
inline constexpr std::uint64_t kRhythmFirstAheadMsMax = 366 * kDayMs;
inline constexpr int kWindowCheckSlots = 64;  // openings looked at, a year of weeks
inline constexpr std::uint32_t kWindowMinutesMin = 30;
inline constexpr std::uint32_t kWindowMinutesMax = 60 * 24 * 14;
inline constexpr std::uint32_t kWindowMinutes = 60 * 48;  // unless the therapist says otherwise
inline constexpr std::uint8_t kSlotRemindersMax = 2;
// A rule's next opening is looked for this far ahead.
inline constexpr std::uint64_t kSlotAheadMsMax = std::uint64_t{5} * 366 * kDayMs;
inline constexpr std::uint64_t kPauseMsMax = 366 * kDayMs;
// Of a release time, or of the opening of the slot that is waited for.
inline constexpr std::uint64_t kReleaseAheadMsMax = 366 * kDayMs;
// Sealed ahead by one account in one bond and not released yet: more than a year of
// weeks.
inline constexpr std::size_t kAheadWaitingMax = 64;

inline constexpr std::size_t kTextBytesMax = 32768;
inline constexpr std::size_t kAnswersMax = 128;
inline constexpr std::size_t kAnswerTextBytesMax = 8192;
inline constexpr std::size_t kLinkIdBytesMax = 64;
inline constexpr std::size_t kAddressBytesMax = 255;  // host:port

}  // namespace holdfast::limits
