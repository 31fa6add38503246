// Reading and writing the stored records, typed.
#pragma once

#include <optional>

#include "crypto/public/device.h"
#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"
#include "server/core/records/records.pb.h"
#include "server/store/store.h"

namespace holdfast::server {

// storage_failed: a record is not as it was written.
absl::Status DamagedRecord(std::string_view what);

// nullopt where there is none; storage_failed where it cannot be read or parsed.
template <class Record>
absl::StatusOr<std::optional<Record>> Find(Transaction& transaction, BytesView key) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::optional<Bytes> bytes, transaction.Get(key));
  if (!bytes) return std::optional<Record>();
  std::optional<Record> record(std::in_place);
  if (!record->ParseFromString(*bytes)) return DamagedRecord(record->GetTypeName());
  return record;
}

// The same for a record that another one names: storage_failed where it is not.
template <class Record>
absl::StatusOr<Record> Load(Transaction& transaction, BytesView key) {
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Record> record, Find<Record>(transaction, key));
  if (!record) return DamagedRecord(Record().GetTypeName());
  return *std::move(record);
}

template <class Record>
void Save(Transaction& transaction, BytesView key, const Record& record) {
  transaction.Put(key, record.SerializeAsString());
}

// A fixed-size value out of a record.
template <class Id>
absl::StatusOr<Id> Stored(const Bytes& bytes) {
  if (bytes.size() != Id::size) return DamagedRecord("an identifier");
  return Id::From(bytes, "stored");
}

void Copy(const crypto::Signed& from, StoredStatement& to);
void Copy(const StoredStatement& from, v1::SignedStatement& to);
crypto::Signed ToSigned(const StoredStatement& stored);

}  // namespace holdfast::server
