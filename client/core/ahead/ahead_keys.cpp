#include "client/core/ahead/ahead_keys.h"

#include <algorithm>

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"

namespace holdfast::client {
namespace {

void PutKey(VaultChange& change, const vault::Name<vault::AheadKey>& name, BytesView key,
            std::uint64_t now_ms) {
  vault::AheadKey record;
  const WipedAtEnd wiped(record);
  record.set_key(Bytes(key));
  record.set_at_ms(now_ms);
  change.Put(name, record);
}

// Once for every other device of both accounts.
absl::Status QueueKey(Context context, VaultChange& change, const BondId& bond,
                      const HeldAheadKey& held) {
  v1::Control control;
  control.mutable_ahead_key()->set_epoch(held.epoch);
  control.mutable_ahead_key()->set_key(Bytes(held.key.Expose()));
  HOLDFAST_ASSIGN_OR_RETURN(Bytes serialized, SerializeControl(std::move(control)));
  const crypto::SecretBytes content(std::move(serialized));
  return QueueControl(context, change, bond, content.Expose(), false);
}

}  // namespace

absl::StatusOr<std::vector<HeldAheadKey>> AheadKeysOf(const VaultReader& reader, const BondId& bond,
                                                      const AccountKey& writer) {
  std::vector<HeldAheadKey> keys;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::AheadKeysOf(bond, writer),
      [&](BytesView name, vault::AheadKey record) -> absl::Status {
        const WipedAtEnd wiped(record);
        auto key = crypto::AheadKey::From(record.key(), "vault.ahead_key");
        if (!key.ok()) {
          return Refuse(Reason::kVaultDamaged, "vault.ahead_key", "holds a damaged key");
        }
        Decoder decoder(name, "vault.ahead_key");
        keys.push_back({decoder.U32("epoch"), std::move(*key)});
        return absl::OkStatus();
      }));
  std::ranges::reverse(keys);
  return keys;
}

absl::StatusOr<HeldAheadKey> OwnAheadKey(Context context, VaultChange& change, const OwnDevice& own,
                                         const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(auto keys, AheadKeysOf(change, bond, own.account));
  if (!keys.empty()) return std::move(keys.front());
  HeldAheadKey held{1, crypto::AheadKey::Random()};
  PutKey(change, names::AheadKey(bond, own.account, held.epoch, own.device), held.key.Expose(),
         context.Now());
  HOLDFAST_RETURN_IF_ERROR(QueueKey(context, change, bond, held));
  return held;
}

absl::Status TakeAheadKey(VaultChange& change, const Header& header, const PersonName& who,
                          const v1::AheadKey& key, std::uint64_t now_ms) {
  const auto name =
      names::AheadKey(header.bond, header.sender_account, key.epoch(), header.sender_device);
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(name));
  if (known) {
    const WipedAtEnd wiped(*known);
    const bool same = crypto::AheadKey::From(known->key(), "key").value_or(crypto::AheadKey()) ==
                      crypto::AheadKey::From(key.key(), "key").value_or(crypto::AheadKey());
    if (same) return absl::OkStatus();
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, header.bond, AlarmKind::kSecondAheadKey,
                      {.who = who});
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t held,
                            change.Count(names::AheadKeysOf(header.bond, header.sender_account)));
  if (held >= limits::kAheadKeysMax) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, header.bond, AlarmKind::kTooManyAheadKeys,
                      {.who = who});
  }
  PutKey(change, name, key.key(), now_ms);
  return absl::OkStatus();
}

}  // namespace holdfast::client
