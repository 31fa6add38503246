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
#include <set>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/outside/vault_storage.h"
#include "client/core/vault/name.h"
#include "client/core/vault/vault.pb.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/vault_key.h"
#include "rules/errors.h"

namespace holdfast::client {

inline constexpr std::uint32_t kVaultFormat = 1;

class Vault {
 public:
  // An empty storage becomes an empty vault at the first commit. vault_damaged
  // (also where `key` is another vault's), newer_format.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(crypto::VaultKey key, VaultStorage& storage);

  // While one lives, changes are checked as ever and written nowhere. Not across a wait.
  class Rehearsal {
   public:
    explicit Rehearsal(Vault& vault) : vault_(vault) { ++vault_.rehearsals_; }
    ~Rehearsal() { --vault_.rehearsals_; }
    Rehearsal(const Rehearsal&) = delete;
    Rehearsal& operator=(const Rehearsal&) = delete;

   private:
    Vault& vault_;
  };
  bool rehearses() const { return rehearsals_ > 0; }

  // Commits so far. Told to the practice with every login: a practice that has
  // seen a higher one proves that this vault is an older copy.
  std::uint64_t generation() const { return meta_.generation(); }

  // VaultStorage::Purge(); nothing where changes are rehearsed.
  absl::Status Purge() { return rehearses() ? absl::OkStatus() : storage_.Purge(); }

 private:
  friend class VaultReader;
  friend class VaultChange;
  Vault(crypto::VaultKey key, VaultStorage& storage) : key_(std::move(key)), storage_(storage) {}

  crypto::VaultKey key_;
  VaultStorage& storage_;
  vault::Meta meta_;
  int rehearsals_ = 0;
  // What readers made of values, by name; each as good as its value.
  std::map<Bytes, std::shared_ptr<const void>, std::less<>> remembered_;
};

// Records that are read again and again and hold no secret: once opened, they are
// remembered.
template <class Record>
inline constexpr bool kIsRemembered = false;
template <>
inline constexpr bool kIsRemembered<vault::Progress> = true;

// Reads. Each sees what is committed by then, so a reader may live as long as its vault,
// across waits too; what was read is as old as its reading. One that is a change sees the
// change's own writes.
class VaultReader {
 public:
  explicit VaultReader(Vault& vault) : vault_(vault) {}
  VaultReader(const VaultReader&) = delete;
  VaultReader& operator=(const VaultReader&) = delete;

  // nullopt where there is no such value; vault_damaged.
  template <class Record, class Kept>
  absl::StatusOr<std::optional<Record>> Find(const vault::Name<Record, Kept>& name) const;
  // vault_damaged where there is none.
  template <class Record, class Kept>
  absl::StatusOr<Record> Read(const vault::Name<Record, Kept>& name) const;
  // The value as bytes, for what is not a record.
  template <class Kept>
  absl::StatusOr<std::optional<crypto::SecretBytes>> FindBytes(
      const vault::Name<Bytes, Kept>& name) const {
    return FindValue(name.view());
  }
  // Whether there is such a value, without opening it.
  template <class Record, class Kept>
  absl::StatusOr<bool> Has(const vault::Name<Record, Kept>& name) const {
    return HasValue(name.view());
  }

  // Every record of a table or of a part of one, ascending. `row(key, record)` gets the
  // rest of the name. It answers false to stop, or true; or OK to go on; an error stops
  // the scan and is its result.
  template <class Record, class Kept, class Row>
  absl::Status Scan(const vault::Table<Record, Kept>& table, const Row& row) const;
  template <class Record, class Kept>
  absl::StatusOr<std::size_t> Count(const vault::Table<Record, Kept>& table) const {
    return CountNames(table.prefix());
  }
  // Opens every value once, of whatever table: vault_damaged where one does not open.
  absl::Status CheckAll() const;

  // What Remember kept for this value; null where nothing is kept, or this change has
  // written the value itself. One type for a name.
  template <class Made, class Record, class Kept>
  std::shared_ptr<const Made> Remembered(const vault::Name<Record, Kept>& name) const;
  // Keeps what was made of a value, as long as no change is committed that writes the
  // value. Secrets in it are wiped when it goes.
  template <class Record, class Kept>
  void Remember(const vault::Name<Record, Kept>& name, std::shared_ptr<const void> made) const {
    RememberValue(name.view(), std::move(made));
  }

 protected:
  using Writes = std::map<Bytes, std::optional<crypto::SecretBytes>, std::less<>>;  // opened values
  VaultReader(Vault& vault, const Writes* own) : vault_(vault), own_(own) {}

  // The table of a name: enough to say where, without printing key bytes.
  static std::string TableOf(BytesView name);
  // Whether the value is one.
  static bool Parse(BytesView value, google::protobuf::MessageLite& record);

  Vault& vault_;

 private:
  friend class Vault;
  // As the storage has it; nullopt where only this change has written it.
  struct SealedRow {
    Bytes name;
    std::optional<Bytes> sealed;
  };
  absl::StatusOr<std::optional<crypto::SecretBytes>> FindValue(BytesView name) const;
  absl::StatusOr<bool> HasValue(BytesView name) const;
  absl::StatusOr<std::size_t> CountNames(BytesView prefix) const;
  std::shared_ptr<const void> RememberedValue(BytesView name) const;
  void RememberValue(BytesView name, std::shared_ptr<const void> made) const;
  absl::Status ScanBytes(
      BytesView prefix,
      const std::function<absl::StatusOr<bool>(BytesView key, BytesView value)>& row) const;
  absl::StatusOr<std::vector<SealedRow>> RowsFrom(BytesView begin, BytesView end) const;
  std::vector<SealedRow> OwnRows(BytesView begin, BytesView end) const;
  static void AddOwn(std::vector<SealedRow>& rows, std::vector<SealedRow> own);
  absl::StatusOr<std::optional<crypto::SecretBytes>> Opened(const SealedRow& row) const;
  // What this change has written under the name; null: nothing.
  const std::optional<crypto::SecretBytes>* Own(BytesView name) const;
  static absl::Status Damaged(BytesView name);

  const Writes* own_ = nullptr;  // of the change that this reader is
};

// Reads, and writes that happen together or not at all. Let go without Commit, it
// changes nothing, and what was noted in memory beside it is undone. No change lives
// across a wait: one that another commit has overtaken is refused.
class VaultChange : public VaultReader {
 public:
  explicit VaultChange(Vault& vault)
      : VaultReader(vault, &writes_), began_at_(vault.generation()) {}
  ~VaultChange();

  template <class Record, class Kept>
  void Put(const vault::Name<Record, Kept>& name, const std::type_identity_t<Record>& record) {
    PutRecord(name.view(), record);
  }
  template <class Kept>
  void PutBytes(const vault::Name<Bytes, Kept>& name, crypto::SecretBytes value) {
    PutValue(name.view(), std::move(value));
  }
  template <class Record, class Kept>
  void Erase(const vault::Name<Record, Kept>& name) {
    EraseValue(name.view());
  }

  // Undoes what was noted in memory as if this change were committed already: called
  // where it is let go without a commit that was OK, the newest first.
  void OnDiscard(std::function<void()> undo) { undo_.push_back(std::move(undo)); }

  // Seals and writes everything; durable when OK. storage_failed changes nothing, and
  // neither does internal: a record, as it was last put, could not be read again, or
  // another change was committed since this one began. In a Vault::Rehearsal it is let go
  // where it would have been written.
  absl::Status Commit();

 private:
  void PutRecord(BytesView name, const google::protobuf::MessageLite& record);
  void PutValue(BytesView name, crypto::SecretBytes value) { Write(name, std::move(value)); }
  void EraseValue(BytesView name) { Write(name, std::nullopt); }
  void Write(BytesView name, std::optional<crypto::SecretBytes> value);

  Writes writes_;
  std::set<Bytes, std::less<>> unreadable_;  // of `writes_`: names of records
  std::uint64_t began_at_;                   // generation
  std::vector<std::function<void()>> undo_;
};

template <class Record, class Kept>
absl::StatusOr<std::optional<Record>> VaultReader::Find(
    const vault::Name<Record, Kept>& name) const {
  if constexpr (kIsRemembered<Record>) {
    if (const auto known = Remembered<Record>(name)) return std::optional<Record>(*known);
  }
  auto bytes = FindValue(name.view());
  if (!bytes.ok()) return std::move(bytes).status();
  if (!bytes->has_value()) return std::optional<Record>();
  std::optional<Record> record(std::in_place);
  if (!Parse((*bytes)->Expose(), *record)) return Damaged(name.view());
  if constexpr (kIsRemembered<Record>) Remember(name, std::make_shared<const Record>(*record));
  return record;
}

template <class Record, class Kept>
absl::StatusOr<Record> VaultReader::Read(const vault::Name<Record, Kept>& name) const {
  auto found = Find(name);
  if (!found.ok()) return std::move(found).status();
  if (!found->has_value()) return Damaged(name.view());
  return std::move(**found);
}

template <class Record, class Kept, class Row>
absl::Status VaultReader::Scan(const vault::Table<Record, Kept>& table, const Row& row) const {
  return ScanBytes(table.prefix(), [&](BytesView key, BytesView value) -> absl::StatusOr<bool> {
    Record record;
    if (!Parse(value, record)) return Damaged(table.prefix());
    auto more = row(key, std::move(record));
    // What the row has not taken over.
    if constexpr (std::is_constructible_v<WipedAtEnd, Record&>) WipedAtEnd{record};
    if constexpr (std::is_same_v<decltype(more), absl::Status>) {
      HOLDFAST_RETURN_IF_ERROR(more);
      return true;
    } else {
      return more;
    }
  });
}

template <class Made, class Record, class Kept>
std::shared_ptr<const Made> VaultReader::Remembered(const vault::Name<Record, Kept>& name) const {
  return std::static_pointer_cast<const Made>(RememberedValue(name.view()));
}

}  // namespace holdfast::client
