// What is written to the vault together.
#include "client/core/vault/names.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {
namespace {

// Where a copy would be left behind in memory (keys for notes ahead go through the outbox).
// What text they hold is checked before it comes here.
bool HoldsSecret(BytesView name) {
  return name == names::kIdentity.view() || name.starts_with(names::kPrekeys.prefix()) ||
         name.starts_with(names::kNoteKeys.prefix()) ||
         name.starts_with(names::kEarlierAheadKeys.prefix()) ||
         name.starts_with(names::kInvitations.prefix()) ||
         name.starts_with(names::kOutbox.prefix()) || name.starts_with(names::kSent.prefix());
}

}  // namespace

void VaultChange::PutRecord(BytesView name, const google::protobuf::MessageLite& record) {
  crypto::SecretBytes value(record.SerializeAsString());
  bool is_readable = true;
  if (!HoldsSecret(name)) {
    const std::unique_ptr<google::protobuf::MessageLite> again(record.New());
    is_readable = Parse(value.Expose(), *again);
  }
  Write(name, std::move(value));
  if (!is_readable) unreadable_.emplace(name);
}

void VaultChange::Write(BytesView name, std::optional<crypto::SecretBytes> value) {
  if (const auto before = unreadable_.find(name); before != unreadable_.end()) {
    unreadable_.erase(before);
  }
  writes_[Bytes(name)] = std::move(value);
}

absl::Status VaultChange::Commit() {
  if (writes_.empty()) {
    undo_.clear();
    return absl::OkStatus();
  }
  if (vault_.generation() != began_at_) {
    return Refuse(Reason::kInternal, "vault", "a change was overtaken by another one's commit");
  }
  if (!unreadable_.empty()) {
    return Refuse(Reason::kInternal, "vault." + TableOf(*unreadable_.begin()),
                  "could not be read again as it is, so nothing was written");
  }
  if (vault_.rehearses()) {
    writes_.clear();  // and what was noted in memory is undone
    return absl::OkStatus();
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
  began_at_ = vault_.generation();
  undo_.clear();
  writes_.clear();
  return absl::OkStatus();
}

VaultChange::~VaultChange() {
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
}

}  // namespace holdfast::client
