#include "server/core/inspection_accounts.h"

#include <algorithm>

#include "crypto/public/archive_record.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kExpiryBytes = 8;

std::string AccountName(const AccountKey& account) {
  return "account " + ToHex(account.view().substr(0, 4));
}

std::string DeviceName(BytesView device) { return "its device " + ToHex(device.substr(0, 4)); }

// Whether the device that the record names, where it is known here, signed it.
bool IsSignedByItsDevice(Transaction& transaction, const crypto::Signed& carried,
                         const DeviceId& device) {
  const auto known = Find(transaction, keys::Device(device));
  if (!known.ok() || !*known) return true;
  const auto key = Stored<DeviceKey>((*known)->signing_key());
  return key.ok() && crypto::VerifyArchiveRecord(carried, *key).ok();
}

// `previous` is the hash of the record before, and then of this one.
std::string RecordFault(StoreTables& tables, const AccountKey& account, std::uint64_t number,
                        Hash& previous) {
  const auto stored = Find(tables.transaction(), keys::ArchiveRecord(account, number));
  if (!stored.ok()) return "it cannot be read: " + std::string(stored.status().message());
  if (!*stored) return "it is missing";
  const auto record = crypto::DecodeArchiveRecord((*stored)->statement());
  if (!record.ok() || record->account != account || record->number != number) {
    return "it is not what was written";
  }
  if (record->previous != previous) return "it does not follow from the record before";
  if (!IsSignedByItsDevice(tables.transaction(), ToSigned(**stored), record->device)) {
    return "its signature does not hold";
  }
  previous = crypto::ArchiveRecordHash((*stored)->statement());
  const auto sealed = tables.transaction().Get(keys::ArchiveSealed(account, number));
  if (!sealed.ok()) return "its content cannot be read: " + std::string(sealed.status().message());
  if (!*sealed) return "its content is missing";
  const bool is_sealed_one = crypto::ArchiveSealedHash(**sealed) == record->sealed_hash;
  return is_sealed_one ? "" : "its content is not what was sealed";
}

void InspectArchive(StoreTables& tables, const AccountKey& account, const ArchiveHeadRecord& head) {
  const std::string name = AccountName(account);
  Hash previous;
  for (std::uint64_t number = 1; number <= head.number(); ++number) {
    const std::string fault = RecordFault(tables, account, number, previous);
    if (fault.empty()) continue;
    // Where one is not what was signed, all behind it follows from nothing: named once.
    return tables.Tell(StoreFinding::Kind::kArchive, name,
                       "archive record " + std::to_string(number) + ": " + fault);
  }
  if (head.number() != 0 && head.head() != previous.view()) {
    tables.Tell(StoreFinding::Kind::kArchive, name, "its archive does not end as its head says");
  }
}

void InspectArchives(StoreTables& tables) {
  std::uint64_t records = 0;
  std::uint64_t epochs = 0;
  const auto look = [&](BytesView key, const ArchiveHeadRecord& head) {
    const auto account = AccountKey::From(key.substr(1), "archive's account");
    if (!account.ok()) return;
    records += head.number();
    epochs += std::max<std::uint32_t>(1, head.epoch()) - 1;  // the first is in no statement
    InspectArchive(tables, *account, head);
  };
  tables.EachRow<ArchiveHeadRecord>(keys::ArchiveHead(AccountKey()), "archives", look);
  const std::uint64_t rows =
      tables.ReadRows(keys::ArchiveRecord(AccountKey(), 0), "archive records");
  tables.CheckCount("archive records", rows, records, "archives");
  const std::uint64_t sealed =
      tables.ReadRawRows(keys::ArchiveSealed(AccountKey(), 0), "archive contents", 1);
  tables.CheckCount("archive contents", sealed, rows, "records");
  tables.CheckCount("archive epochs",
                    tables.ReadRows(keys::ArchiveEpoch(AccountKey(), 0), "archive epochs"), epochs,
                    "archives");
}

// What is wrong with one of the account's listed devices.
std::string DeviceFault(Transaction& transaction, const AccountKey& account, const Bytes& stored) {
  const auto id = Stored<DeviceId>(stored);
  if (!id.ok()) return "its newest device list is not what was written";
  const auto device = Find(transaction, keys::Device(*id));
  if (!device.ok() || !*device) return DeviceName(stored) + " is missing";
  if ((*device)->account() != account.view()) return DeviceName(stored) + " is another account's";
  const auto statements = Find(transaction, keys::DeviceStatements(*id));
  return statements.ok() && *statements ? "" : DeviceName(stored) + " has no statements";
}

void InspectAccount(StoreTables& tables, const AccountKey& account, const AccountRecord& record) {
  const auto tell = [&](std::string what) {
    tables.Tell(StoreFinding::Kind::kTable, AccountName(account), std::move(what));
  };
  Transaction& transaction = tables.transaction();
  const auto lookup = Stored<LookupId>(record.recovery_lookup());
  const auto recovery = lookup.ok() ? Find(transaction, keys::Recovery(*lookup)) : lookup.status();
  const bool is_found = recovery.ok() && *recovery && (*recovery)->account() == account.view();
  if (!is_found) tell("its recovery code finds nothing");
  const auto devices = Find(transaction, keys::Devices(account));
  if (!devices.ok() || !*devices) return tell("its newest device list is missing");
  for (const Bytes& device : (*devices)->devices()) {
    std::string fault = DeviceFault(transaction, account, device);
    if (!fault.empty()) tell(std::move(fault));
  }
}

void InspectDevices(StoreTables& tables) {
  std::uint64_t lists = 0;
  std::uint64_t former = 0;
  tables.EachRow<DevicesRecord>(keys::Devices(AccountKey()), "device lists' newest",
                                [&](BytesView, const DevicesRecord& newest) {
                                  lists += newest.version();
                                  former += newest.former();
                                });
  tables.CheckCount("device lists",
                    tables.ReadRows(keys::DeviceList(AccountKey(), 0), "device lists"), lists,
                    "accounts");
  tables.CheckCount("former devices",
                    tables.ReadRows(keys::FormerDevice(AccountKey(), 0), "former devices"), former,
                    "accounts");
  tables.ReadRows(keys::Device(DeviceId()), "devices");
  tables.ReadRows(keys::DeviceStatements(DeviceId()), "devices' statements");
  tables.ReadRows(keys::Login(DeviceId()), "logins");
}

}  // namespace

std::uint64_t InspectAccounts(StoreTables& tables) {
  const auto look = [&](BytesView key, const AccountRecord& record) {
    const auto account = AccountKey::From(key.substr(1), "account");
    if (account.ok()) InspectAccount(tables, *account, record);
  };
  const std::uint64_t accounts =
      tables.EachRow<AccountRecord>(keys::Account(AccountKey()), "accounts", look);
  InspectArchives(tables);
  InspectDevices(tables);
  tables.ReadRows(keys::Recovery(LookupId()), "recovery records");
  tables.ReadRows(keys::Link(LookupId()), "link codes");
  tables.ReadRawRows(keys::OpenLink(AccountKey(), LookupId()), "open links", kExpiryBytes,
                     kExpiryBytes);
  return accounts;
}

}  // namespace holdfast::server
