#include "server/core/archive/archive.h"

#include <string>

#include "crypto/public/archive_record.h"
#include "rules/header.h"
#include "rules/limits.h"
#include "rules/planted.h"
#include "server/core/members/archive_epochs.h"
#include "server/core/members/quotas.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// A record of a request, well-formed.
struct CarriedRecord {
  std::string field;  // "records[i]"
  crypto::Signed carried;
  crypto::ArchiveRecord record;
  const Bytes* sealed = nullptr;  // of the request
};

absl::Status ArchiveMoved(const CarriedRecord& record) {
  return Refuse(Reason::kArchiveMoved, record.field + ".record",
                "does not follow what the archive has: another device appended, or its key "
                "changed. Read it and append again");
}

absl::StatusOr<CarriedRecord> ReadRecord(const Identity& identity, const v1::ArchiveRecord& carried,
                                         int index) {
  CarriedRecord read;
  read.field = "records[" + std::to_string(index) + "]";
  const std::string name = read.field + ".record";
  HOLDFAST_ASSIGN_OR_RETURN(read.carried, ReadSigned(carried.record(), name));
  const auto record = crypto::DecodeArchiveRecord(read.carried.statement);
  if (!record.ok()) return Blame(record.status(), "archive_record", name);
  if (record->account != identity.account) {
    return Refuse(Reason::kNotPermitted, name + ".account", "is not the account that calls");
  }
  if (!IsSealedBucket(carried.sealed().size())) {
    return Refuse(Reason::kMalformedField, read.field + ".sealed",
                  "must have one of the sizes that there are");
  }
  if (crypto::ArchiveSealedHash(carried.sealed()) != record->sealed_hash) {
    return Refuse(Reason::kMalformedField, read.field + ".sealed", "is not what the record names");
  }
  read.record = *record;
  read.sealed = &carried.sealed();
  return read;
}

absl::StatusOr<std::vector<CarriedRecord>> ReadRecords(const Identity& identity,
                                                       const v1::AppendArchiveRequest& request) {
  const auto count = static_cast<std::size_t>(request.records_size());
  if (count == 0 || count > limits::kArchiveRecordsPerCallMax) {
    return Refuse(Reason::kMalformedField, "records",
                  "must be 1 to " + std::to_string(limits::kArchiveRecordsPerCallMax));
  }
  std::vector<CarriedRecord> records;
  for (int i = 0; i < request.records_size(); ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(records.emplace_back(), ReadRecord(identity, request.records(i), i));
    if (i > 0 && records.back().record.number !=
                     records.front().record.number + static_cast<std::uint64_t>(i)) {
      return Refuse(Reason::kMalformedField, records.back().field + ".record.number",
                    "must be one more than that of the record before");
    }
  }
  return records;
}

// By a device of the account: of one that came off since as well, for what a restored backup
// lost is appended again by those that have it.
absl::Status CheckSigner(Transaction& transaction, const CarriedRecord& record) {
  const std::string name = record.field + ".record";
  HOLDFAST_ASSIGN_OR_RETURN(const auto device,
                            Find(transaction, keys::Device(record.record.device)));
  if (!device || BytesView(device->account()) != record.record.account.view()) {
    return Refuse(Reason::kNotPermitted, name + ".device", "is not a device of this account");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto key, Stored<DeviceKey>(device->signing_key()));
  const auto verified = crypto::VerifyArchiveRecord(record.carried, key);
  return verified.ok() ? absl::OkStatus() : Blame(verified.status(), "archive_record", name);
}

// It is here already, byte by byte. What is sealed is put back where the store lost it.
absl::Status PassOver(Transaction& transaction, const CarriedRecord& record) {
  const AccountKey& account = record.record.account;
  HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                            Load(transaction, keys::ArchiveRecord(account, record.record.number)));
  if (stored.statement() != record.carried.statement) return ArchiveMoved(record);
  const Bytes key = keys::ArchiveSealed(account, record.record.number);
  const auto sealed = transaction.Get(key);
  const bool is_damaged = sealed.ok() ? !*sealed : FieldOf(sealed.status()) == kDamagedRow;
  if (!is_damaged) return sealed.status();
  transaction.Put(key, *record.sealed);
  return absl::OkStatus();
}

absl::Status Append(Transaction& transaction, const CarriedRecord& record, std::uint64_t now_ms,
                    ArchiveHeadRecord& head) {
  const crypto::ArchiveRecord& stated = record.record;
  const bool follows = stated.number == head.number() + 1 && stated.epoch == head.epoch() &&
                       (stated.number == 1 || stated.previous.view() == BytesView(head.head()));
  if (!follows) return ArchiveMoved(record);
  HOLDFAST_RETURN_IF_ERROR(CheckNotAhead(stated.at_ms, now_ms, record.field + ".record.at_ms"));
  HOLDFAST_RETURN_IF_ERROR(CheckSigner(transaction, record));
  StoredStatement stored;
  Copy(record.carried, stored);
  Save(transaction, keys::ArchiveRecord(stated.account, stated.number), stored);
  transaction.Put(keys::ArchiveSealed(stated.account, stated.number), *record.sealed);
  head.set_number(stated.number);
  head.set_head(crypto::ArchiveRecordHash(record.carried.statement).str());
  return absl::OkStatus();
}

// Empty where it is damaged or lost: the record names what it was, and whoever has it appends
// it again.
absl::StatusOr<Bytes> ReadSealed(Transaction& transaction, const AccountKey& account,
                                 std::uint64_t number) {
  auto sealed = transaction.Get(keys::ArchiveSealed(account, number));
  if (!sealed.ok() && FieldOf(sealed.status()) != kDamagedRow) return sealed.status();
  return sealed.ok() && *sealed ? **std::move(sealed) : Bytes();
}

}  // namespace

absl::Status AppendArchive(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::AppendArchiveRequest& request,
                           v1::AppendArchiveResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<CarriedRecord> records,
                            ReadRecords(identity, request));
  HOLDFAST_ASSIGN_OR_RETURN(ArchiveHeadRecord head, LoadArchiveHead(transaction, identity.account));
  std::uint64_t bytes = 0;
  for (const CarriedRecord& record : records) {
    if (record.record.number <= head.number()) {
      HOLDFAST_RETURN_IF_ERROR(PassOver(transaction, record));
      continue;
    }
    HOLDFAST_RETURN_IF_ERROR(Append(transaction, record, context.clock.WallMs(), head));
    bytes += record.carried.statement.size() + record.sealed->size();
  }
  if (bytes == 0) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(SpendArchive(context, transaction, identity.account, bytes));
  Save(transaction, keys::ArchiveHead(identity.account), head);
  return absl::OkStatus();
}

absl::Status ReadArchive(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::ReadArchiveRequest& request, v1::ReadArchiveResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const ArchiveHeadRecord head,
                            LoadArchiveHead(transaction, identity.account));
  response.set_newest_number(head.number());
  std::size_t bytes = 0;
  for (std::uint64_t at = request.after_number();
       at < head.number() &&
       static_cast<std::size_t>(response.records_size()) < kArchivePageRecordsMax;) {
    v1::ArchiveRecord record;
    HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                              Load(transaction, keys::ArchiveRecord(identity.account, ++at)));
    Copy(stored, *record.mutable_record());
    HOLDFAST_ASSIGN_OR_RETURN(*record.mutable_sealed(),
                              ReadSealed(transaction, identity.account, at));
    bytes += record.ByteSizeLong();
    if (response.records_size() != 0 && bytes > kArchivePageBytesMax) break;
    *response.add_records() = std::move(record);
  }
  if (HOLDFAST_PLANTED(kArchiveOutOfOrder) && response.records_size() > 1) {
    response.mutable_records()->SwapElements(0, 1);
  }
  return WriteEpochs(transaction, identity.account, request.after_epoch(),
                     *response.mutable_epochs());
}

}  // namespace holdfast::server
