// The vault: typed, sealed values over a VaultStorage. Everything that a device
// must not forget stands here, and only here; what is in memory beside it can be
// lost at any moment.
//
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/outside/vault_storage.h"
#include "client/core/vault/vault.pb.h"
#include "crypto/vault_key.h"

namespace holdfast::client {

inline constexpr std::uint32_t kVaultFormat = 1;

class Vault {
 public:
  // An empty storage becomes an empty vault at the first commit. vault_damaged
  // (also where `key` is another vault's), newer_format.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(crypto::VaultKey key, VaultStorage& storage);

  // Commits so far. Told to the practice with every login: a practice that has
  // seen a higher one proves that this vault is an older copy.
  std::uint64_t generation() const { return meta_.generation(); }

 private:
  friend class VaultChange;
  Vault(crypto::VaultKey key, VaultStorage& storage) : key_(std::move(key)), storage_(storage) {}

  crypto::VaultKey key_;
  VaultStorage& storage_;
  vault::Meta meta_;
  // What readers made of values, by name; each as good as its value.
  std::map<Bytes, std::shared_ptr<const void>, std::less<>> remembered_;
};

// Records that are read again and again and hold no secret: once opened, they are
// remembered.
template <class Record>
inline constexpr bool kIsRemembered = false;
template <>
inline constexpr bool kIsRemembered<vault::Progress> = true;

// Reads, and writes that happen together or not at all. Reads see the change's
// own writes. Let go without Commit, it changes nothing. Hold none across a wait:
// two open changes do not see each other.
class VaultChange {
 public:
  explicit VaultChange(Vault& vault) : vault_(vault) {}
  VaultChange(const VaultChange&) = delete;
  VaultChange& operator=(const VaultChange&) = delete;

  // nullopt where there is no such value; vault_damaged.
  template <class Record>
  absl::StatusOr<std::optional<Record>> Find(BytesView name);
  // vault_damaged where there is none.
  template <class Record>
  absl::StatusOr<Record> Read(BytesView name);
  // The value as bytes, for what is not a record.
  absl::StatusOr<std::optional<crypto::SecretBytes>> FindBytes(BytesView name);

  // Every record of a table (or of the part with this longer prefix), ascending;
  // `row` gets the name without the prefix and returns false to stop.
  template <class Record>
  absl::Status Scan(BytesView prefix, const std::function<bool(BytesView key, Record record)>& row);
  absl::StatusOr<std::size_t> Count(BytesView prefix);
  // Opens every value once, of whatever table: vault_damaged where one does not open.
  absl::Status CheckAll();

  // What Remember kept for this value; null where nothing is kept, or this change has
  // written the value itself. One type for a name.
  template <class Made>
  std::shared_ptr<const Made> Remembered(BytesView name) const;
  // Keeps what a reader made of a value, as long as no change is committed that writes
  // the value. Secrets in it are wiped when it goes.
  void Remember(BytesView name, std::shared_ptr<const void> made);

  void Put(BytesView name, const google::protobuf::MessageLite& record);
  void PutBytes(BytesView name, crypto::SecretBytes value);
  void Erase(BytesView name);

  // Seals and writes everything; durable when OK. storage_failed, or internal where a
  // record could not be read again, changes nothing.
  absl::Status Commit();

 private:
  friend class Vault;
  absl::Status ScanBytes(
      BytesView prefix,
      const std::function<absl::StatusOr<bool>(BytesView key, BytesView value)>& row);
  // Whether the value is one.
  static bool Parse(BytesView value, google::protobuf::MessageLite& record);
  // As the storage has it; nullopt where only this change has written it.
  struct SealedRow {
    Bytes name;
    std::optional<Bytes> sealed;
  };
  absl::StatusOr<std::vector<SealedRow>> RowsFrom(BytesView begin, BytesView end);
  std::vector<SealedRow> OwnRows(BytesView begin, BytesView end) const;
  static void AddOwn(std::vector<SealedRow>& rows, std::vector<SealedRow> own);
  absl::StatusOr<std::optional<crypto::SecretBytes>> Opened(const SealedRow& row);
  static absl::Status Damaged(BytesView name);

  Vault& vault_;
  std::map<Bytes, std::optional<crypto::SecretBytes>, std::less<>> writes_;  // opened values
  Bytes unreadable_;  // name of a record that was put and would not be read; empty: none
};

template <class Record>
absl::StatusOr<std::optional<Record>> VaultChange::Find(BytesView name) {
  if constexpr (kIsRemembered<Record>) {
    if (const auto known = Remembered<Record>(name)) return std::optional<Record>(*known);
  }
  auto bytes = FindBytes(name);
  if (!bytes.ok()) return std::move(bytes).status();
  if (!bytes->has_value()) return std::optional<Record>();
  std::optional<Record> record(std::in_place);
  if (!Parse((*bytes)->Expose(), *record)) return Damaged(name);
  if constexpr (kIsRemembered<Record>) Remember(name, std::make_shared<const Record>(*record));
  return record;
}

template <class Record>
absl::StatusOr<Record> VaultChange::Read(BytesView name) {
  auto found = Find<Record>(name);
  if (!found.ok()) return std::move(found).status();
  if (!found->has_value()) return Damaged(name);
  return std::move(**found);
}

template <class Record>
absl::Status VaultChange::Scan(BytesView prefix,
                               const std::function<bool(BytesView key, Record record)>& row) {
  return ScanBytes(prefix, [&](BytesView key, BytesView value) -> absl::StatusOr<bool> {
    Record record;
    if (!Parse(value, record)) return Damaged(Bytes(prefix).append(key));
    return row(key, std::move(record));
  });
}

template <class Made>
std::shared_ptr<const Made> VaultChange::Remembered(BytesView name) const {
  const auto found = vault_.remembered_.find(name);
  if (found == vault_.remembered_.end() || writes_.contains(name)) return nullptr;
  return std::static_pointer_cast<const Made>(found->second);
}

}  // namespace holdfast::client
