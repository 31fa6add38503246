#include "client/core/vault/vault.h"

#include <algorithm>
#include <iterator>

#include "client/core/vault/names.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

// Read together by a scan.
constexpr std::size_t kRowsTogether = 64;

// Every name begins with a letter.
constexpr BytesView kAfterAllNames = "\x7f";

// The first name after all that begin with `prefix`, whose last byte is below 0xff.
Bytes EndOf(BytesView prefix) {
  if (prefix.empty()) return Bytes(kAfterAllNames);
  Bytes end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

// The table of a name: enough to say where, without printing key bytes.
std::string TableOf(BytesView name) { return Bytes(name.substr(0, name.find('/'))); }

// Where a copy would be left behind in memory (keys for notes ahead go through the outbox).
// What text they hold is checked before it comes here.
bool HoldsSecret(BytesView name) {
  return name == names::kIdentity || name.starts_with(names::kPrekeys) ||
         name.starts_with(names::kAheadKeys) || name.starts_with(names::kInvitations) ||
         name.starts_with(names::kOutbox) || name.starts_with(names::kSent);
}

std::optional<crypto::SecretBytes> CopyOf(const std::optional<crypto::SecretBytes>& value) {
  return value ? std::optional(value->Clone()) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(crypto::VaultKey key, VaultStorage& storage) {
  std::unique_ptr<Vault> vault(new Vault(std::move(key), storage));
  VaultChange change(*vault);
  auto meta = change.Find<vault::Meta>(names::kMeta);
  if (!meta.ok()) return std::move(meta).status();
  if (meta->has_value()) {
    vault->meta_ = **meta;
    if (vault->meta_.format() == 0) return VaultChange::Damaged(names::kMeta);
    if (vault->meta_.format() > kVaultFormat) {
      return Refuse(Reason::kNewerFormat, "vault",
                    "was written by a newer version of Holdfast; install that version or newer");
    }
    return vault;
  }
  vault->meta_.set_format(kVaultFormat);
  bool empty = true;
  HOLDFAST_RETURN_IF_ERROR(storage.Scan(Bytes(), Bytes(1, '\x7f'), [&](BytesView, BytesView) {
    empty = false;
    return false;
  }));
  if (!empty) return VaultChange::Damaged(names::kMeta);
  return vault;
}

absl::Status VaultChange::Damaged(BytesView name) {
  return Refuse(Reason::kVaultDamaged, "vault." + TableOf(name),
                "the vault is damaged here; put back a copy of its file, made while nothing ran, "
                "or begin a new profile");
}

bool VaultChange::Parse(BytesView value, google::protobuf::MessageLite& record) {
  return record.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

absl::StatusOr<std::optional<crypto::SecretBytes>> VaultChange::FindBytes(BytesView name) {
  if (const auto own = writes_.find(name); own != writes_.end()) return CopyOf(own->second);
  HOLDFAST_ASSIGN_OR_RETURN(auto sealed, vault_.storage_.Get(name));
  return Opened({Bytes(name), std::move(sealed)});
}

absl::StatusOr<std::optional<crypto::SecretBytes>> VaultChange::Opened(const SealedRow& row) {
  if (const auto own = writes_.find(row.name); own != writes_.end()) return CopyOf(own->second);
  if (!row.sealed) return std::optional<crypto::SecretBytes>();
  auto value = crypto::OpenVaultValue(vault_.key_, row.name, *row.sealed);
  if (!value.ok()) return Damaged(row.name);
  return std::optional<crypto::SecretBytes>(std::move(*value));
}

absl::StatusOr<std::vector<VaultChange::SealedRow>> VaultChange::RowsFrom(BytesView begin,
                                                                          BytesView end) {
  std::vector<SealedRow> rows;
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Scan(begin, end, [&](BytesView name, BytesView sealed) {
    rows.push_back({Bytes(name), Bytes(sealed)});
    return rows.size() < kRowsTogether;
  }));
  return rows;
}

std::vector<VaultChange::SealedRow> VaultChange::OwnRows(BytesView begin, BytesView end) const {
  std::vector<SealedRow> rows;
  for (auto own = writes_.lower_bound(begin); own != writes_.end() && own->first < end; ++own) {
    rows.push_back({own->first, std::nullopt});
  }
  return rows;
}

void VaultChange::AddOwn(std::vector<SealedRow>& rows, std::vector<SealedRow> own) {
  const auto middle = static_cast<std::ptrdiff_t>(rows.size());
  std::move(own.begin(), own.end(), std::back_inserter(rows));
  std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end(),
                     [](const SealedRow& a, const SealedRow& b) { return a.name < b.name; });
  const auto twice =
      std::unique(rows.begin(), rows.end(),
                  [](const SealedRow& a, const SealedRow& b) { return a.name == b.name; });
  rows.erase(twice, rows.end());
}

absl::Status VaultChange::ScanBytes(
    BytesView prefix,
    const std::function<absl::StatusOr<bool>(BytesView key, BytesView value)>& row) {
  const Bytes end = EndOf(prefix);
  Bytes begin(prefix);
  // Names first, and some rows before their handler: it may read and write the vault.
  std::vector<SealedRow> own = OwnRows(begin, end);
  for (bool is_last = false; !is_last;) {
    HOLDFAST_ASSIGN_OR_RETURN(std::vector<SealedRow> rows, RowsFrom(begin, end));
    is_last = rows.size() < kRowsTogether;
    const Bytes next = is_last ? end : rows.back().name + '\0';
    const auto own_end = std::ranges::lower_bound(own, next, {}, &SealedRow::name);
    AddOwn(rows, {own.begin(), own_end});
    own.erase(own.begin(), own_end);
    begin = next;
    for (const SealedRow& found : rows) {
      HOLDFAST_ASSIGN_OR_RETURN(auto value, Opened(found));
      if (!value) continue;
      HOLDFAST_ASSIGN_OR_RETURN(const bool more,
                                row(BytesView(found.name).substr(prefix.size()), value->Expose()));
      if (!more) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::Status VaultChange::CheckAll() {
  return ScanBytes("", [](BytesView, BytesView) -> absl::StatusOr<bool> { return true; });
}

absl::StatusOr<std::size_t> VaultChange::Count(BytesView prefix) {
  const Bytes end = EndOf(prefix);
  std::size_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Scan(prefix, end, [&](BytesView name, BytesView) {
    if (!writes_.contains(name)) ++count;
    return true;
  }));
  for (auto own = writes_.lower_bound(prefix); own != writes_.end() && own->first < end; ++own) {
    if (own->second.has_value()) ++count;
  }
  return count;
}

void VaultChange::Remember(BytesView name, std::shared_ptr<const void> made) {
  if (!writes_.contains(name)) vault_.remembered_[Bytes(name)] = std::move(made);
}

void VaultChange::Put(BytesView name, const google::protobuf::MessageLite& record) {
  crypto::SecretBytes value(record.SerializeAsString());
  if (!HoldsSecret(name)) {
    const std::unique_ptr<google::protobuf::MessageLite> again(record.New());
    const BytesView bytes = value.Expose();
    if (!again->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) unreadable_ = name;
  }
  PutBytes(name, std::move(value));
}

void VaultChange::PutBytes(BytesView name, crypto::SecretBytes value) {
  writes_[Bytes(name)] = std::move(value);
}

void VaultChange::Erase(BytesView name) { writes_[Bytes(name)].reset(); }

absl::Status VaultChange::Commit() {
  if (writes_.empty()) return absl::OkStatus();
  if (!unreadable_.empty()) {
    return Refuse(Reason::kInternal, "vault." + TableOf(unreadable_),
                  "could not be read again as it is, so nothing was written");
  }
  vault::Meta meta = vault_.meta_;
  meta.set_generation(meta.generation() + 1);
  Put(names::kMeta, meta);
  std::vector<VaultStorage::Write> writes;
  writes.reserve(writes_.size());
  for (auto& [name, value] : writes_) {
    vault_.remembered_.erase(name);
    VaultStorage::Write write{name, std::nullopt};
    if (value) write.value = crypto::SealVaultValue(vault_.key_, name, value->Expose());
    writes.push_back(std::move(write));
  }
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Commit(writes));
  vault_.meta_ = meta;
  writes_.clear();
  return absl::OkStatus();
}

}  // namespace holdfast::client
