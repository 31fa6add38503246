// Where every record lies: one prefix byte a table, then ordered parts, integers
// big-endian so that byte order is number order. server/ARCHITECTURE.md lists them.
#pragma once

#include <cstdint>
#include <utility>

#include "rules/act.h"

namespace holdfast::server {

class AccountRecord;
class ActIndexRecord;
class AheadRecord;
class ArchiveHeadRecord;
class BatchCounterRecord;
class BatchRecord;
class BondRecord;
class BondStatementsRecord;
class DayRecord;
class DeviceRecord;
class DeviceStatementsRecord;
class DevicesRecord;
class EngineClockRecord;
class EnrolmentRecord;
class EnvelopeIndexRecord;
class EnvelopeRecord;
class FormerDeviceRecord;
class InvitationRecord;
class LedgerEntryRecord;
class LedgerHeadRecord;
class LinkRecord;
class LoginRecord;
class MailboxEntryRecord;
class MailboxRecord;
class MailboxShareRecord;
class PracticeRecord;
class PromiseRecord;
class RecoveryRecord;
class SlotRecord;
class StoredStatement;
class TimerRecord;
class UsageRecord;

// A row's key, and what lies there: reading or writing it as another record does not
// compile.
template <class Record>
struct Key : Bytes {
  explicit Key(Bytes bytes) : Bytes(std::move(bytes)) {}
};

namespace keys {

Key<PracticeRecord> Practice();
Key<BatchCounterRecord> BatchCounter();
Key<BatchRecord> Batch(std::uint32_t incarnation, std::uint64_t batch);

Key<EnrolmentRecord> Enrolment(const Hash& token_hash);
Key<AccountRecord> Account(const AccountKey& account);
Key<RecoveryRecord> Recovery(const LookupId& lookup);
Key<DevicesRecord> Devices(const AccountKey& account);
Key<StoredStatement> DeviceList(const AccountKey& account, std::uint32_t version);
Key<DeviceRecord> Device(const DeviceId& device);
Key<DeviceStatementsRecord> DeviceStatements(const DeviceId& device);
Key<LoginRecord> Login(const DeviceId& device);
Key<FormerDeviceRecord> FormerDevice(const AccountKey& account, std::uint64_t number);

Key<LinkRecord> Link(const LookupId& lookup);
// An account's unused links; the value is the expiry, 8 bytes.
Bytes OpenLink(const AccountKey& account, const LookupId& lookup);

Key<ArchiveHeadRecord> ArchiveHead(const AccountKey& account);
Key<StoredStatement> ArchiveEpoch(const AccountKey& account, std::uint32_t epoch);
Key<StoredStatement> ArchiveRecord(const AccountKey& account, std::uint64_t number);
Bytes ArchiveSealed(const AccountKey& account, std::uint64_t number);  // sealed bytes

Key<InvitationRecord> Invitation(const LookupId& lookup);
// A therapist's unused invitations; the value is the expiry, 8 bytes.
Bytes UnusedInvitation(const AccountKey& therapist, const LookupId& lookup);

Key<BondRecord> Bond(const BondId& bond);
Key<BondStatementsRecord> BondStatements(const BondId& bond);
// An account's bonds, numbered from 1 as they were formed; the value is the bond.
Bytes BondOfAccount(const AccountKey& account, std::uint64_t number);
// Who shares a bond with whom, both ways; the value is empty.
Bytes Peer(const AccountKey& account, const AccountKey& peer);

Key<EnvelopeRecord> Envelope(const BondId& bond, std::uint64_t position);
Bytes Body(const BondId& bond, std::uint64_t position);  // sealed bytes
Key<EnvelopeIndexRecord> EnvelopeIndex(const BondId& bond, const EnvelopeId& envelope);

Key<MailboxRecord> Mailbox(const DeviceId& device);
Key<MailboxEntryRecord> MailboxEntry(const DeviceId& device, std::uint64_t position);

// What is left of the capsule of an entry that was given up: its sealed bytes.
Bytes GivenUpCapsule(const DeviceId& device, std::uint64_t position);
Key<MailboxShareRecord> MailboxShare(const DeviceId& device, const BondId& bond);
Key<MailboxShareRecord> MailboxSharesEnd(const DeviceId& device);  // after all of its own

Key<UsageRecord> Usage(const AccountKey& account);

Key<LedgerHeadRecord> LedgerHead(const BondId& bond);
Key<LedgerEntryRecord> LedgerEntry(const BondId& bond, std::uint64_t number);
Key<ActIndexRecord> ActIndex(const BondId& bond, const ActId& act);
Key<PromiseRecord> Promise(const BondId& bond, const EnvelopeId& envelope);
Key<SlotRecord> Slot(const BondId& bond, const SlotId& slot);
Key<AheadRecord> Ahead(const BondId& bond, std::uint64_t position);
Key<AheadRecord> AheadEnd(const BondId& bond);  // the first key after all of them

Key<DayRecord> Day();
Key<EngineClockRecord> EngineClock();
// In order of due time, then kind, then owner.
Key<TimerRecord> Timer(std::uint8_t partition, std::uint64_t due_ms, std::uint8_t kind,
                       BytesView owner);
Key<TimerRecord> TimersEnd(std::uint8_t partition);  // the first key after all of them
// The value is the key of the timer that fired last.
Bytes TimerLowWater(std::uint8_t partition);
struct TimerKey {
  std::uint64_t due_ms = 0;
  std::uint8_t kind = 0;
  BytesView owner;  // of the key that was parsed
};
TimerKey ParseTimer(BytesView key);

// The first key after all that begin with `prefix`.
Bytes AfterPrefix(Bytes prefix);
// The whole-number last part of a key.
std::uint64_t LastNumber(BytesView key);

}  // namespace keys
}  // namespace holdfast::server
