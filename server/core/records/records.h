// Reading and writing the stored records, typed.
#pragma once

#include <optional>
#include <type_traits>

#include "absl/functional/function_ref.h"
#include "crypto/public/device.h"
#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "server/store/store.h"

namespace holdfast::server {

// storage_failed: a record is not as it was written.
absl::Status DamagedRecord(std::string_view what);

// nullopt where there is none; storage_failed where it cannot be read or parsed.
template <class Record>
absl::StatusOr<std::optional<Record>> Find(Transaction& transaction, const Key<Record>& key) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::optional<Bytes> bytes, transaction.Get(key));
  if (!bytes) return std::optional<Record>();
  std::optional<Record> record(std::in_place);
  if (!record->ParseFromString(*bytes)) return DamagedRecord(record->GetTypeName());
  return record;
}

// The same for a record that another one names: storage_failed where it is not.
template <class Record>
absl::StatusOr<Record> Load(Transaction& transaction, const Key<Record>& key) {
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Record> record, Find(transaction, key));
  if (!record) return DamagedRecord(Record().GetTypeName());
  return *std::move(record);
}

template <class Record>
void Save(Transaction& transaction, const Key<Record>& key, const Record& record) {
  transaction.Put(key, record.SerializeAsString());
}

// Calls `row` for each record from `begin` on and before `end`, in the order of keys,
// until it answers false, refuses, or `rows_max` records were seen. `row` may take the
// record. storage_failed where one cannot be parsed.
template <class Record>
absl::Status Scan(
    Transaction& transaction, const Key<Record>& begin, const Key<Record>& end,
    std::size_t rows_max,
    std::type_identity_t<absl::FunctionRef<absl::StatusOr<bool>(BytesView key, Record& record)>>
        row) {
  Record record;
  absl::Status status;
  HOLDFAST_RETURN_IF_ERROR(
      transaction.Scan(begin, end, rows_max, [&](BytesView key, BytesView value) {
        const bool is_whole = record.ParseFromArray(value.data(), static_cast<int>(value.size()));
        const absl::StatusOr<bool> goes_on =
            is_whole ? row(key, record) : DamagedRecord(record.GetTypeName());
        status = goes_on.status();
        return goes_on.ok() && *goes_on;
      }));
  return status;
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
