#include "client/core/vault.h"

#include "client/core/names.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

// The first name after all that begin with `prefix`, whose last byte is below 0xff.
Bytes EndOf(BytesView prefix) {
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

absl::StatusOr<std::optional<Bytes>> VaultChange::FindBytes(BytesView name) {
  if (const auto own = writes_.find(Bytes(name)); own != writes_.end()) return own->second;
  auto sealed = vault_.storage_.Get(name);
  if (!sealed.ok()) return std::move(sealed).status();
  if (!sealed->has_value()) return std::optional<Bytes>();
  auto value = crypto::OpenVaultValue(vault_.key_, name, **sealed);
  if (!value.ok()) return Damaged(name);
  return std::optional<Bytes>(std::move(*value));
}

absl::StatusOr<std::map<Bytes, bool>> VaultChange::NamesUnder(BytesView prefix) {
  std::map<Bytes, bool> found;
  HOLDFAST_RETURN_IF_ERROR(
      vault_.storage_.Scan(prefix, EndOf(prefix), [&](BytesView name, BytesView) {
        found.emplace(name, true);
        return true;
      }));
  for (auto own = writes_.lower_bound(Bytes(prefix)); own != writes_.end(); ++own) {
    if (!own->first.starts_with(prefix)) break;
    found[own->first] = own->second.has_value();
  }
  return found;
}

absl::Status VaultChange::ScanBytes(
    BytesView prefix, const std::function<absl::StatusOr<bool>(BytesView key, Bytes value)>& row) {
  // Names first: a row's handler may read and write the vault.
  auto found = NamesUnder(prefix);
  if (!found.ok()) return std::move(found).status();
  for (const auto& [name, present] : *found) {
    if (!present) continue;
    auto value = FindBytes(name);
    if (!value.ok()) return std::move(value).status();
    if (!value->has_value()) continue;
    auto more = row(BytesView(name).substr(prefix.size()), std::move(**value));
    if (!more.ok()) return std::move(more).status();
    if (!*more) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> VaultChange::Count(BytesView prefix) {
  auto found = NamesUnder(prefix);
  if (!found.ok()) return std::move(found).status();
  std::size_t count = 0;
  for (const auto& [name, present] : *found) count += present ? 1 : 0;
  return count;
}

void VaultChange::Put(BytesView name, const google::protobuf::MessageLite& record) {
  PutBytes(name, record.SerializeAsString());
}

void VaultChange::PutBytes(BytesView name, Bytes value) {
  auto& slot = writes_[Bytes(name)];
  if (slot.has_value()) crypto::WipeBytes(*slot);
  slot = std::move(value);
}

void VaultChange::Erase(BytesView name) {
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
