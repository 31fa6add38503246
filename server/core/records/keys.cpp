#include "server/core/records/keys.h"

#include "rules/codec.h"

namespace holdfast::server::keys {
namespace {

// The closed list of tables. A letter is never given to another table.
enum class Table : char {
  kPractice = 'p',
  kBatchCounter = 'n',
  kBatch = 't',
  kEnrolment = 'e',
  kAccount = 'a',
  kRecovery = 'r',
  kDevices = 'w',
  kDeviceList = 'l',
  kDevice = 'd',
  kDeviceStatements = 'c',
  kLogin = 'g',
  kInvitation = 'i',
  kUnusedInvitation = 'u',
  kBond = 'b',
  kBondStatements = 's',
  kBondOfAccount = 'o',
  kPeer = 'f',
  kEnvelope = 'v',
  kBody = 'B',  // the one in tables.h
  kEnvelopeIndex = 'x',
  kMailbox = 'q',
  kMailboxEntry = 'm',
  kGivenUpCapsule = 'G',
  kMailboxShare = 'S',
  kUsage = 'U',
  kLedgerHead = 'h',
  kLedgerEntry = 'j',
  kActIndex = 'y',
  kPromise = 'k',
  kSlot = 'z',
  kAhead = 'A',
  kEngineClock = 'C',
  kTimer = 'T',
  kTimerLowWater = 'W',
};

// No key is longer; one allocation for each.
constexpr std::size_t kKeyBytes = 80;

Encoder In(Table table) {
  Encoder key;
  key.Reserve(kKeyBytes).U8(static_cast<std::uint8_t>(table));
  return key;
}

}  // namespace

Bytes Practice() { return In(Table::kPractice).Take(); }
Bytes BatchCounter() { return In(Table::kBatchCounter).Take(); }
Bytes Batch(std::uint32_t incarnation, std::uint64_t batch) {
  return In(Table::kBatch).U32(incarnation).U64(batch).Take();
}

Bytes Enrolment(const Hash& token_hash) { return In(Table::kEnrolment).Fixed(token_hash).Take(); }
Bytes Account(const AccountKey& account) { return In(Table::kAccount).Fixed(account).Take(); }
Bytes Recovery(const LookupId& lookup) { return In(Table::kRecovery).Fixed(lookup).Take(); }
Bytes Devices(const AccountKey& account) { return In(Table::kDevices).Fixed(account).Take(); }
Bytes DeviceList(const AccountKey& account, std::uint32_t version) {
  return In(Table::kDeviceList).Fixed(account).U32(version).Take();
}
Bytes Device(const DeviceId& device) { return In(Table::kDevice).Fixed(device).Take(); }
Bytes DeviceStatements(const DeviceId& device) {
  return In(Table::kDeviceStatements).Fixed(device).Take();
}
Bytes Login(const DeviceId& device) { return In(Table::kLogin).Fixed(device).Take(); }

Bytes Invitation(const LookupId& lookup) { return In(Table::kInvitation).Fixed(lookup).Take(); }
Bytes UnusedInvitation(const AccountKey& therapist, const LookupId& lookup) {
  return In(Table::kUnusedInvitation).Fixed(therapist).Fixed(lookup).Take();
}

Bytes Bond(const BondId& bond) { return In(Table::kBond).Fixed(bond).Take(); }
Bytes BondStatements(const BondId& bond) { return In(Table::kBondStatements).Fixed(bond).Take(); }
Bytes BondOfAccount(const AccountKey& account, std::uint64_t number) {
  return In(Table::kBondOfAccount).Fixed(account).U64(number).Take();
}
Bytes Peer(const AccountKey& account, const AccountKey& peer) {
  return In(Table::kPeer).Fixed(account).Fixed(peer).Take();
}

Bytes Envelope(const BondId& bond, std::uint64_t position) {
  return In(Table::kEnvelope).Fixed(bond).U64(position).Take();
}
Bytes Body(const BondId& bond, std::uint64_t position) {
  return In(Table::kBody).Fixed(bond).U64(position).Take();
}
Bytes EnvelopeIndex(const BondId& bond, const EnvelopeId& envelope) {
  return In(Table::kEnvelopeIndex).Fixed(bond).Fixed(envelope).Take();
}

Bytes Mailbox(const DeviceId& device) { return In(Table::kMailbox).Fixed(device).Take(); }
Bytes MailboxEntry(const DeviceId& device, std::uint64_t position) {
  return In(Table::kMailboxEntry).Fixed(device).U64(position).Take();
}

Bytes GivenUpCapsule(const DeviceId& device, std::uint64_t position) {
  return In(Table::kGivenUpCapsule).Fixed(device).U64(position).Take();
}
Bytes MailboxShare(const DeviceId& device, const BondId& bond) {
  return In(Table::kMailboxShare).Fixed(device).Fixed(bond).Take();
}

Bytes Usage(const AccountKey& account) { return In(Table::kUsage).Fixed(account).Take(); }

Bytes LedgerHead(const BondId& bond) { return In(Table::kLedgerHead).Fixed(bond).Take(); }
Bytes LedgerEntry(const BondId& bond, std::uint64_t number) {
  return In(Table::kLedgerEntry).Fixed(bond).U64(number).Take();
}
Bytes ActIndex(const BondId& bond, const ActId& act) {
  return In(Table::kActIndex).Fixed(bond).Fixed(act).Take();
}
Bytes Promise(const BondId& bond, const EnvelopeId& envelope) {
  return In(Table::kPromise).Fixed(bond).Fixed(envelope).Take();
}
Bytes Slot(const BondId& bond, const SlotId& slot) {
  return In(Table::kSlot).Fixed(bond).Fixed(slot).Take();
}

Bytes Ahead(const BondId& bond, std::uint64_t position) {
  return In(Table::kAhead).Fixed(bond).U64(position).Take();
}
Bytes AheadEnd(const BondId& bond) { return AfterPrefix(In(Table::kAhead).Fixed(bond).Take()); }

Bytes EngineClock() { return In(Table::kEngineClock).Take(); }
Bytes Timer(std::uint8_t partition, std::uint64_t due_ms, std::uint8_t kind, BytesView owner) {
  return In(Table::kTimer).U8(partition).U64(due_ms).U8(kind).Raw(owner).Take();
}
Bytes TimersEnd(std::uint8_t partition) {
  return AfterPrefix(In(Table::kTimer).U8(partition).Take());
}
Bytes TimerLowWater(std::uint8_t partition) {
  return In(Table::kTimerLowWater).U8(partition).Take();
}
TimerKey ParseTimer(BytesView key) {
  Decoder decoder(key, "timer");
  decoder.U8("table");
  decoder.U8("partition");
  TimerKey parsed;
  parsed.due_ms = decoder.U64("due");
  parsed.kind = decoder.U8("kind");
  parsed.owner = decoder.Raw(decoder.remaining(), "owner");
  return parsed;
}

Bytes AfterPrefix(Bytes prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

std::uint64_t LastNumber(BytesView key) {
  if (key.size() < sizeof(std::uint64_t)) return 0;
  Decoder decoder(key.substr(key.size() - sizeof(std::uint64_t)), "key");
  return decoder.U64("number");
}

}  // namespace holdfast::server::keys
