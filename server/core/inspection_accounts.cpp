#include "server/core/inspection_accounts.h"

#include "crypto/public/archive_record.h"

namespace holdfast::server {
namespace {

std::string AccountName(const AccountKey& account) {
  return "account " + ToHex(account.view().substr(0, 4));
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
  std::uint64_t stated = 0;
  tables.EachRow<ArchiveHeadRecord>(keys::ArchiveHead(AccountKey()), "archives",
                                    [&](BytesView key, const ArchiveHeadRecord& head) {
                                      const auto account =
                                          AccountKey::From(key.substr(1), "archive's account");
                                      if (!account.ok()) return;
                                      stated += head.number();
                                      InspectArchive(tables, *account, head);
                                    });
  const std::uint64_t rows =
      tables.ReadRows(keys::ArchiveRecord(AccountKey(), 0), "archive records");
  tables.CheckCount("archive records", rows, stated, "archives");
  tables.ReadRows(keys::ArchiveEpoch(AccountKey(), 0), "archive epochs");
}

}  // namespace

std::uint64_t InspectAccounts(StoreTables& tables) {
  InspectArchives(tables);
  const std::uint64_t accounts = tables.ReadRows(keys::Account(AccountKey()), "accounts");
  tables.ReadRows(keys::Recovery(LookupId()), "recovery records");
  tables.ReadRows(keys::Devices(AccountKey()), "device lists' newest");
  tables.ReadRows(keys::DeviceList(AccountKey(), 0), "device lists");
  tables.ReadRows(keys::Device(DeviceId()), "devices");
  tables.ReadRows(keys::DeviceStatements(DeviceId()), "devices' statements");
  tables.ReadRows(keys::Login(DeviceId()), "logins");
  tables.ReadRows(keys::FormerDevice(AccountKey(), 0), "former devices");
  tables.ReadRows(keys::Suspension(DeviceId(), DeviceId()), "suspensions");
  tables.ReadRows(keys::Link(LookupId()), "link codes");
  return accounts;
}

}  // namespace holdfast::server
