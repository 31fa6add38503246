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

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(crypto::VaultKey key, VaultStorage& storage) {
  std::unique_ptr<Vault> vault(new Vault(std::move(key), storage));
  VaultChange change(*vault);
  auto meta = change.Find(names::kMeta);
  if (!meta.ok()) return std::move(meta).status();
  if (meta->has_value()) {
    vault->meta_ = **meta;
    if (vault->meta_.format() == 0) return VaultChange::Damaged(names::kMeta.view());
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
  if (!empty) return VaultChange::Damaged(names::kMeta.view());
  return vault;
}

absl::Status VaultChange::Damaged(BytesView name) {
  return Refuse(Reason::kVaultDamaged, "vault." + TableOf(name),
                "the vault is damaged here; put back a copy of its file, made while nothing ran, "
                "or begin a new profile");
}

absl::StatusOr<std::optional<Bytes>> VaultChange::FindValue(BytesView name) {
  if (const auto own = writes_.find(name); own != writes_.end()) return own->second;
  HOLDFAST_ASSIGN_OR_RETURN(auto sealed, vault_.storage_.Get(name));
  return Opened({Bytes(name), std::move(sealed)});
}

absl::StatusOr<bool> VaultChange::HasValue(BytesView name) {
  if (const auto own = writes_.find(name); own != writes_.end()) return own->second.has_value();
  HOLDFAST_ASSIGN_OR_RETURN(const auto sealed, vault_.storage_.Get(name));
  return sealed.has_value();
}

absl::StatusOr<std::optional<Bytes>> VaultChange::Opened(const SealedRow& row) {
  if (const auto own = writes_.find(row.name); own != writes_.end()) return own->second;
  if (!row.sealed) return std::optional<Bytes>();
  auto value = crypto::OpenVaultValue(vault_.key_, row.name, *row.sealed);
  if (!value.ok()) return Damaged(row.name);
  return std::optional<Bytes>(std::move(*value));
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
    BytesView prefix, const std::function<absl::StatusOr<bool>(BytesView key, Bytes value)>& row) {
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
      HOLDFAST_ASSIGN_OR_RETURN(
          const bool more, row(BytesView(found.name).substr(prefix.size()), std::move(*value)));
      if (!more) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::Status VaultChange::CheckAll() {
  return ScanBytes("", [](BytesView, Bytes value) -> absl::StatusOr<bool> {
    crypto::WipeBytes(value);
    return true;
  });
}

absl::StatusOr<std::size_t> VaultChange::CountNames(BytesView prefix) {
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

std::shared_ptr<const void> VaultChange::RememberedValue(BytesView name) const {
  const auto found = vault_.remembered_.find(name);
  return found == vault_.remembered_.end() || writes_.contains(name) ? nullptr : found->second;
}

void VaultChange::RememberValue(BytesView name, std::shared_ptr<const void> made) {
  if (!writes_.contains(name)) vault_.remembered_[Bytes(name)] = std::move(made);
}

void VaultChange::PutValue(BytesView name, Bytes value) {
  auto& slot = writes_[Bytes(name)];
  if (slot.has_value()) crypto::WipeBytes(*slot);
  slot = std::move(value);
}

void VaultChange::EraseValue(BytesView name) {
  auto& slot = writes_[Bytes(name)];
  if (slot.has_value()) crypto::WipeBytes(*slot);
  slot.reset();
}

absl::Status VaultChange::Commit() {
  if (writes_.empty()) return absl::OkStatus();
  vault::Meta meta = vault_.meta_;
  meta.set_generation(meta.generation() + 1);
  Put(names::kMeta, meta);
  std::vector<VaultStorage::Write> writes;
  writes.reserve(writes_.size());
  for (auto& [name, value] : writes_) {
    vault_.remembered_.erase(name);
    VaultStorage::Write write{name, std::nullopt};
    if (value.has_value()) write.value = crypto::SealVaultValue(vault_.key_, name, *value);
    writes.push_back(std::move(write));
  }
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Commit(writes));
  vault_.meta_ = meta;
  WipeWrites();
  return absl::OkStatus();
}

void VaultChange::WipeWrites() {
  for (auto& [name, value] : writes_) {
    if (value.has_value()) crypto::WipeBytes(*value);
  }
  writes_.clear();
}

VaultChange::~VaultChange() { WipeWrites(); }

}  // namespace holdfast::client
