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
  kFormerDevice = 'F',
  kLink = 'K',
  kOpenLink = 'V',
  kArchiveHead = 'H',
  kArchiveEpoch = 'E',
  kArchiveRecord = 'R',
  kArchiveSealed = 'Y',  // in tables.h
  kInvitation = 'i',
  kUnusedInvitation = 'u',
  kBond = 'b',
  kBondStatements = 's',
  kBondOfAccount = 'o',
  kPeer = 'f',
  kEnvelope = 'v',
  kBody = 'B',  // in tables.h
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
  kDay = 'D',
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

Key<PracticeRecord> Practice() { return Key<PracticeRecord>(In(Table::kPractice).Take()); }
Key<BatchCounterRecord> BatchCounter() {
  return Key<BatchCounterRecord>(In(Table::kBatchCounter).Take());
}
Key<BatchRecord> Batch(std::uint32_t incarnation, std::uint64_t batch) {
  return Key<BatchRecord>(In(Table::kBatch).U32(incarnation).U64(batch).Take());
}

Key<EnrolmentRecord> Enrolment(const Hash& token_hash) {
  return Key<EnrolmentRecord>(In(Table::kEnrolment).Fixed(token_hash).Take());
}
Key<AccountRecord> Account(const AccountKey& account) {
  return Key<AccountRecord>(In(Table::kAccount).Fixed(account).Take());
}
Key<RecoveryRecord> Recovery(const LookupId& lookup) {
  return Key<RecoveryRecord>(In(Table::kRecovery).Fixed(lookup).Take());
}
Key<DevicesRecord> Devices(const AccountKey& account) {
  return Key<DevicesRecord>(In(Table::kDevices).Fixed(account).Take());
}
Key<StoredStatement> DeviceList(const AccountKey& account, std::uint32_t version) {
  return Key<StoredStatement>(In(Table::kDeviceList).Fixed(account).U32(version).Take());
}
Key<DeviceRecord> Device(const DeviceId& device) {
  return Key<DeviceRecord>(In(Table::kDevice).Fixed(device).Take());
}
Key<DeviceStatementsRecord> DeviceStatements(const DeviceId& device) {
  return Key<DeviceStatementsRecord>(In(Table::kDeviceStatements).Fixed(device).Take());
}
Key<LoginRecord> Login(const DeviceId& device) {
  return Key<LoginRecord>(In(Table::kLogin).Fixed(device).Take());
}
Key<FormerDeviceRecord> FormerDevice(const AccountKey& account, std::uint64_t number) {
  return Key<FormerDeviceRecord>(In(Table::kFormerDevice).Fixed(account).U64(number).Take());
}

Key<LinkRecord> Link(const LookupId& lookup) {
  return Key<LinkRecord>(In(Table::kLink).Fixed(lookup).Take());
}
Bytes OpenLink(const AccountKey& account, const LookupId& lookup) {
  return In(Table::kOpenLink).Fixed(account).Fixed(lookup).Take();
}

Key<ArchiveHeadRecord> ArchiveHead(const AccountKey& account) {
  return Key<ArchiveHeadRecord>(In(Table::kArchiveHead).Fixed(account).Take());
}
Key<StoredStatement> ArchiveEpoch(const AccountKey& account, std::uint32_t epoch) {
  return Key<StoredStatement>(In(Table::kArchiveEpoch).Fixed(account).U32(epoch).Take());
}
Key<StoredStatement> ArchiveRecord(const AccountKey& account, std::uint64_t number) {
  return Key<StoredStatement>(In(Table::kArchiveRecord).Fixed(account).U64(number).Take());
}
Bytes ArchiveSealed(const AccountKey& account, std::uint64_t number) {
  return In(Table::kArchiveSealed).Fixed(account).U64(number).Take();
}

Key<InvitationRecord> Invitation(const LookupId& lookup) {
  return Key<InvitationRecord>(In(Table::kInvitation).Fixed(lookup).Take());
}
Bytes UnusedInvitation(const AccountKey& therapist, const LookupId& lookup) {
  return In(Table::kUnusedInvitation).Fixed(therapist).Fixed(lookup).Take();
}

Key<BondRecord> Bond(const BondId& bond) {
  return Key<BondRecord>(In(Table::kBond).Fixed(bond).Take());
}
Key<BondStatementsRecord> BondStatements(const BondId& bond) {
  return Key<BondStatementsRecord>(In(Table::kBondStatements).Fixed(bond).Take());
}
Bytes BondOfAccount(const AccountKey& account, std::uint64_t number) {
  return In(Table::kBondOfAccount).Fixed(account).U64(number).Take();
}
Bytes Peer(const AccountKey& account, const AccountKey& peer) {
  return In(Table::kPeer).Fixed(account).Fixed(peer).Take();
}

Key<EnvelopeRecord> Envelope(const BondId& bond, std::uint64_t position) {
  return Key<EnvelopeRecord>(In(Table::kEnvelope).Fixed(bond).U64(position).Take());
}
Bytes Body(const BondId& bond, std::uint64_t position) {
  return In(Table::kBody).Fixed(bond).U64(position).Take();
}
Key<EnvelopeIndexRecord> EnvelopeIndex(const BondId& bond, const EnvelopeId& envelope) {
  return Key<EnvelopeIndexRecord>(In(Table::kEnvelopeIndex).Fixed(bond).Fixed(envelope).Take());
}

Key<MailboxRecord> Mailbox(const DeviceId& device) {
  return Key<MailboxRecord>(In(Table::kMailbox).Fixed(device).Take());
}
Key<MailboxEntryRecord> MailboxEntry(const DeviceId& device, std::uint64_t position) {
  return Key<MailboxEntryRecord>(In(Table::kMailboxEntry).Fixed(device).U64(position).Take());
}

Bytes GivenUpCapsule(const DeviceId& device, std::uint64_t position) {
  return In(Table::kGivenUpCapsule).Fixed(device).U64(position).Take();
}
Key<MailboxShareRecord> MailboxShare(const DeviceId& device, const BondId& bond) {
  return Key<MailboxShareRecord>(In(Table::kMailboxShare).Fixed(device).Fixed(bond).Take());
}
Key<MailboxShareRecord> MailboxSharesEnd(const DeviceId& device) {
  return Key<MailboxShareRecord>(AfterPrefix(In(Table::kMailboxShare).Fixed(device).Take()));
}

Key<UsageRecord> Usage(const AccountKey& account) {
  return Key<UsageRecord>(In(Table::kUsage).Fixed(account).Take());
}

Key<LedgerHeadRecord> LedgerHead(const BondId& bond) {
  return Key<LedgerHeadRecord>(In(Table::kLedgerHead).Fixed(bond).Take());
}
Key<LedgerEntryRecord> LedgerEntry(const BondId& bond, std::uint64_t number) {
  return Key<LedgerEntryRecord>(In(Table::kLedgerEntry).Fixed(bond).U64(number).Take());
}
Key<ActIndexRecord> ActIndex(const BondId& bond, const ActId& act) {
  return Key<ActIndexRecord>(In(Table::kActIndex).Fixed(bond).Fixed(act).Take());
}
Key<PromiseRecord> Promise(const BondId& bond, const EnvelopeId& envelope) {
  return Key<PromiseRecord>(In(Table::kPromise).Fixed(bond).Fixed(envelope).Take());
}
Key<SlotRecord> Slot(const BondId& bond, const SlotId& slot) {
  return Key<SlotRecord>(In(Table::kSlot).Fixed(bond).Fixed(slot).Take());
}

Key<AheadRecord> Ahead(const BondId& bond, std::uint64_t position) {
  return Key<AheadRecord>(In(Table::kAhead).Fixed(bond).U64(position).Take());
}
Key<AheadRecord> AheadEnd(const BondId& bond) {
  return Key<AheadRecord>(AfterPrefix(In(Table::kAhead).Fixed(bond).Take()));
}

Key<DayRecord> Day() { return Key<DayRecord>(In(Table::kDay).Take()); }
Key<EngineClockRecord> EngineClock() {
  return Key<EngineClockRecord>(In(Table::kEngineClock).Take());
}
Key<TimerRecord> Timer(std::uint8_t partition, std::uint64_t due_ms, std::uint8_t kind,
                       BytesView owner) {
  return Key<TimerRecord>(In(Table::kTimer).U8(partition).U64(due_ms).U8(kind).Raw(owner).Take());
}
Key<TimerRecord> TimersEnd(std::uint8_t partition) {
  return Key<TimerRecord>(AfterPrefix(In(Table::kTimer).U8(partition).Take()));
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
