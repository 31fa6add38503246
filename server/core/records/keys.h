// Where every record lies: one prefix byte a table, then ordered parts, integers
// big-endian so that byte order is number order. server/ARCHITECTURE.md lists them.
#pragma once

#include <cstdint>

#include "rules/act.h"

namespace holdfast::server::keys {

Bytes Practice();                                             // PracticeRecord
Bytes BatchCounter();                                         // BatchCounterRecord
Bytes Batch(std::uint32_t incarnation, std::uint64_t batch);  // BatchRecord

Bytes Enrolment(const Hash& token_hash);                             // EnrolmentRecord
Bytes Account(const AccountKey& account);                            // AccountRecord
Bytes Recovery(const LookupId& lookup);                              // RecoveryRecord
Bytes Devices(const AccountKey& account);                            // DevicesRecord
Bytes DeviceList(const AccountKey& account, std::uint32_t version);  // StoredStatement
Bytes Device(const DeviceId& device);                                // DeviceRecord
Bytes DeviceStatements(const DeviceId& device);                      // DeviceStatementsRecord
Bytes Login(const DeviceId& device);                                 // LoginRecord

Bytes Invitation(const LookupId& lookup);  // InvitationRecord
// A therapist's unused invitations; the value is the expiry, 8 bytes.
Bytes UnusedInvitation(const AccountKey& therapist, const LookupId& lookup);

Bytes Bond(const BondId& bond);            // BondRecord
Bytes BondStatements(const BondId& bond);  // BondStatementsRecord
// An account's bonds, numbered from 1 as they were formed; the value is the bond.
Bytes BondOfAccount(const AccountKey& account, std::uint64_t number);
// Who shares a bond with whom, both ways; the value is empty.
Bytes Peer(const AccountKey& account, const AccountKey& peer);

Bytes Envelope(const BondId& bond, std::uint64_t position);           // EnvelopeRecord
Bytes Body(const BondId& bond, std::uint64_t position);               // sealed bytes
Bytes EnvelopeIndex(const BondId& bond, const EnvelopeId& envelope);  // EnvelopeIndexRecord

Bytes Mailbox(const DeviceId& device);                               // MailboxRecord
Bytes MailboxEntry(const DeviceId& device, std::uint64_t position);  // MailboxEntryRecord

// What is left of the capsule of an entry that was given up: its sealed bytes.
Bytes GivenUpCapsule(const DeviceId& device, std::uint64_t position);
Bytes MailboxShare(const DeviceId& device, const BondId& bond);  // MailboxShareRecord

Bytes Usage(const AccountKey& account);  // UsageRecord

Bytes LedgerHead(const BondId& bond);                           // LedgerHeadRecord
Bytes LedgerEntry(const BondId& bond, std::uint64_t number);    // LedgerEntryRecord
Bytes ActIndex(const BondId& bond, const ActId& act);           // ActIndexRecord
Bytes Promise(const BondId& bond, const EnvelopeId& envelope);  // PromiseRecord
Bytes Slot(const BondId& bond, const SlotId& slot);             // SlotRecord
Bytes Ahead(const BondId& bond, std::uint64_t position);        // AheadRecord
Bytes AheadEnd(const BondId& bond);                             // the first key after all of them

Bytes EngineClock();  // EngineClockRecord
// TimerRecord. In order of due time, then kind, then owner.
Bytes Timer(std::uint8_t partition, std::uint64_t due_ms, std::uint8_t kind, BytesView owner);
Bytes TimersEnd(std::uint8_t partition);  // the first key after all of them
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

}  // namespace holdfast::server::keys
