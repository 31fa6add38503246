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

std::optional<crypto::SecretBytes> CopyOf(const std::optional<crypto::SecretBytes>& value) {
  return value ? std::optional(value->Clone()) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(crypto::VaultKey key, VaultStorage& storage) {
  std::unique_ptr<Vault> vault(new Vault(std::move(key), storage));
  const VaultReader reader(*vault);
  auto meta = reader.Find(names::kMeta);
  if (!meta.ok()) return std::move(meta).status();
  if (meta->has_value()) {
    vault->meta_ = **meta;
    if (vault->meta_.format() == 0) return VaultReader::Damaged(names::kMeta.view());
    if (vault->meta_.format() > kVaultFormat) {
      return Refuse(Reason::kNewerFormat, "vault",
                    "was written by a newer version of Holdfast; install that version or newer");
    }
    return vault;
  }
  vault->meta_.set_format(kVaultFormat);
  bool empty = true;
  HOLDFAST_RETURN_IF_ERROR(storage.Scan("", kAfterAllNames, [&](BytesView, BytesView) {
    empty = false;
    return false;
  }));
  if (!empty) return VaultReader::Damaged(names::kMeta.view());
  return vault;
}

std::string VaultReader::TableOf(BytesView name) { return Bytes(name.substr(0, name.find('/'))); }

absl::Status VaultReader::Damaged(BytesView name) {
  return Refuse(
      Reason::kVaultDamaged, "vault." + TableOf(name),
      "the vault is damaged here. A copy of its file, made while nothing ran, can be read, "
      "and goes on where nothing was sent since it was made; else begin again in another "
      "profile, with a new invitation or code");
}

bool VaultReader::Parse(BytesView value, google::protobuf::MessageLite& record) {
  return record.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

const std::optional<crypto::SecretBytes>* VaultReader::Own(BytesView name) const {
  if (own_ == nullptr) return nullptr;
  const auto own = own_->find(name);
  return own == own_->end() ? nullptr : &own->second;
}

absl::StatusOr<std::optional<crypto::SecretBytes>> VaultReader::FindValue(BytesView name) const {
  if (const auto* own = Own(name)) return CopyOf(*own);
  HOLDFAST_ASSIGN_OR_RETURN(auto sealed, vault_.storage_.Get(name));
  return Opened({Bytes(name), std::move(sealed)});
}

absl::StatusOr<bool> VaultReader::HasValue(BytesView name) const {
  if (const auto* own = Own(name)) return own->has_value();
  HOLDFAST_ASSIGN_OR_RETURN(const auto sealed, vault_.storage_.Get(name));
  return sealed.has_value();
}

absl::StatusOr<std::optional<crypto::SecretBytes>> VaultReader::Opened(const SealedRow& row) const {
  if (const auto* own = Own(row.name)) return CopyOf(*own);
  if (!row.sealed) return std::optional<crypto::SecretBytes>();
  auto value = crypto::OpenVaultValue(vault_.key_, row.name, *row.sealed);
  if (!value.ok()) return Damaged(row.name);
  return std::optional<crypto::SecretBytes>(std::move(*value));
}

absl::StatusOr<std::vector<VaultReader::SealedRow>> VaultReader::RowsFrom(BytesView begin,
                                                                          BytesView end) const {
  std::vector<SealedRow> rows;
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Scan(begin, end, [&](BytesView name, BytesView sealed) {
    rows.push_back({Bytes(name), Bytes(sealed)});
    return rows.size() < kRowsTogether;
  }));
  return rows;
}

std::vector<VaultReader::SealedRow> VaultReader::OwnRows(BytesView begin, BytesView end) const {
  std::vector<SealedRow> rows;
  if (own_ == nullptr) return rows;
  for (auto own = own_->lower_bound(begin); own != own_->end() && own->first < end; ++own) {
    rows.push_back({own->first, std::nullopt});
  }
  return rows;
}

void VaultReader::AddOwn(std::vector<SealedRow>& rows, std::vector<SealedRow> own) {
  const auto middle = static_cast<std::ptrdiff_t>(rows.size());
  std::move(own.begin(), own.end(), std::back_inserter(rows));
  std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end(),
                     [](const SealedRow& a, const SealedRow& b) { return a.name < b.name; });
  const auto twice =
      std::unique(rows.begin(), rows.end(),
                  [](const SealedRow& a, const SealedRow& b) { return a.name == b.name; });
  rows.erase(twice, rows.end());
}

absl::Status VaultReader::ScanBytes(
    BytesView prefix,
    const std::function<absl::StatusOr<bool>(BytesView key, BytesView value)>& row) const {
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

absl::Status VaultReader::CheckAll() const {
  return ScanBytes("", [](BytesView, BytesView) -> absl::StatusOr<bool> { return true; });
}

absl::StatusOr<std::size_t> VaultReader::CountNames(BytesView prefix) const {
  const Bytes end = EndOf(prefix);
  std::size_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(vault_.storage_.Scan(prefix, end, [&](BytesView name, BytesView) {
    if (Own(name) == nullptr) ++count;
    return true;
  }));
  if (own_ == nullptr) return count;
  for (auto own = own_->lower_bound(prefix); own != own_->end() && own->first < end; ++own) {
    if (own->second.has_value()) ++count;
  }
  return count;
}

std::shared_ptr<const void> VaultReader::RememberedValue(BytesView name) const {
  const auto found = vault_.remembered_.find(name);
  return found == vault_.remembered_.end() || Own(name) != nullptr ? nullptr : found->second;
}

void VaultReader::RememberValue(BytesView name, std::shared_ptr<const void> made) const {
  if (Own(name) == nullptr) vault_.remembered_[Bytes(name)] = std::move(made);
}

}  // namespace holdfast::client
