#include "client/core/people/own_prekeys.h"

#include <algorithm>
#include <functional>
#include <map>

#include "client/core/outside/limits.h"
#include "client/core/people/own_device.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/x25519.h"
#include "rules/own_clock.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

std::uint32_t NumberOf(BytesView key) {
  Decoder decoder(key, "vault.prekey");
  return decoder.U32("id");
}

// A week after the newest; and at once where a wrong clock made that, which no practice
// takes.
bool IsDue(const vault::Progress& progress, std::uint64_t now_ms) {
  return progress.prekey_created_ms() + limits::kPrekeyRotationMs <= now_ms ||
         WasMadeByWrongClock(progress.prekey_created_ms(), now_ms);
}

// Not out yet, and signed for a list that is no longer the newest: no practice takes it.
absl::StatusOr<bool> IsForOlderList(const VaultReader& reader, const vault::Progress& progress) {
  if (progress.prekey_published()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(auto newest, reader.Find(names::Prekey(progress.prekey_id())));
  if (!newest) return false;
  const WipedAtEnd wiped(*newest);
  const auto prekey = crypto::DecodePrekey(newest->statement().statement());
  return prekey.ok() && prekey->list_version < progress.list_version();
}

// A rotation long overdue happens once: the next is a week from now.
absl::Status Rotate(VaultChange& change, const OwnDevice& own, vault::Progress& progress,
                    std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  const crypto::DhPair pair = crypto::GenerateDhPair();
  const std::uint32_t id = progress.prekey_id() + 1;
  HOLDFAST_ASSIGN_OR_RETURN(const Hash list_hash,
                            Hash::From(progress.list_hash(), "vault.progress"));
  const crypto::Prekey prekey{own.device, id, pair.key, now_ms, progress.list_version(), list_hash};
  const crypto::Signed statement = crypto::SignPrekey(own.signing, prekey);
  HOLDFAST_RETURN_IF_ERROR(CheckReadsBack(prekey, statement.statement, crypto::DecodePrekey));
  vault::PrekeySecret secret;
  const WipedAtEnd wiped(secret);
  secret.set_secret(Bytes(pair.secret.Expose()));
  secret.set_created_ms(now_ms);
  *secret.mutable_statement() = ToWire(statement);
  change.Put(names::Prekey(id), secret);
  progress.set_prekey_id(id);
  progress.set_prekey_created_ms(now_ms);
  progress.set_prekey_published(false);
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

// Others may begin with a prekey until its successor is published, and what they sealed by
// then may come long after. When that was is not known from what was noted alone: a clock
// that stood years behind made some of them. So times are reckoned back from the newest,
// in steps of a week at most, as if each had been replaced when it was due.
absl::Status ForgetOld(VaultChange& change, std::uint32_t newest, std::uint64_t now_ms) {
  std::map<std::uint32_t, std::uint64_t, std::greater<>> made_ms;  // the newest first
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kPrekeys, [&](BytesView key, vault::PrekeySecret secret) {
        const WipedAtEnd wiped(secret);
        made_ms[NumberOf(key)] = secret.created_ms();
        return true;
      }));
  std::uint64_t successor_ms = now_ms;  // when the next one was made, by its note
  std::uint64_t replaced_ms = now_ms;   // the same, reckoned
  for (const auto& [id, noted_ms] : made_ms) {
    const bool is_over = HasPassed(replaced_ms, limits::kPrekeyRetentionMs, now_ms) ||
                         HOLDFAST_PLANTED(kForgetPrekeyAtOnce);
    if (id < newest && is_over) change.Erase(names::Prekey(id));
    const std::uint64_t apart_ms = successor_ms > noted_ms ? successor_ms - noted_ms : 0;
    replaced_ms -= std::min({apart_ms, limits::kPrekeyRotationMs, replaced_ms});
    successor_ms = noted_ms;
  }
  return absl::OkStatus();
}

// Where one is due; the progress as it is then.
absl::StatusOr<vault::Progress> RenewPrekey(Context context) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const std::uint64_t now_ms = context.Now();
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_for_older, IsForOlderList(change, progress));
  if (IsDue(progress, now_ms) || is_for_older) {
    HOLDFAST_RETURN_IF_ERROR(Rotate(change, *own, progress, now_ms));
  }
  // Until the newest is out, others begin sessions with the one before, whatever the date.
  if (progress.prekey_published()) {
    HOLDFAST_RETURN_IF_ERROR(ForgetOld(change, progress.prekey_id(), now_ms));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return progress;
}

// The newest prekey is this device's word for its clock.
absl::Status SayClocksDiffer(Context context) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context.Now(), Reason::kIntegrity, std::nullopt,
                                      AlarmKind::kPrekeyRefused));
  return change.Commit();
}

}  // namespace

absl::StatusOr<PrekeySecrets> PrekeySecrets::Load(const VaultReader& reader) {
  PrekeySecrets secrets;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kPrekeys, [&](BytesView key, vault::PrekeySecret record) -> absl::Status {
        const WipedAtEnd wiped(record);
        auto secret = crypto::DhSecret::From(record.secret(), "vault.prekey");
        if (!secret.ok()) return secret.status();
        secrets.secrets_.emplace(NumberOf(key), std::move(*secret));
        return absl::OkStatus();
      }));
  return secrets;
}

const crypto::DhSecret* PrekeySecrets::Find(std::uint32_t id) const {
  const auto found = secrets_.find(id);
  return found == secrets_.end() ? nullptr : &found->second;
}

Task<absl::Status> KeepPrekeyFresh(Context context, Connection& connection) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const vault::Progress progress, RenewPrekey(context));
  if (progress.prekey_published()) co_return absl::OkStatus();

  const VaultReader look(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto newest, look.Read(names::Prekey(progress.prekey_id())));
  const WipedAtEnd wiped(newest);
  v1::PublishPrekeyRequest request;
  *request.mutable_prekey() = newest.statement();
  auto published = co_await connection.Ask(&Transport::PublishPrekey, request);
  // The one before serves on; this one is offered, or made again, at the next exchange.
  if (ReasonOf(published.status()) == Reason::kTimeOutOfRange) co_return SayClocksDiffer(context);
  HOLDFAST_CO_RETURN_IF_ERROR(published.status());
  VaultChange after(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto now_progress, after.Read(names::kProgress));
  now_progress.set_prekey_published(now_progress.prekey_id() == progress.prekey_id());
  after.Put(names::kProgress, now_progress);
  co_return after.Commit();
}

}  // namespace holdfast::client
