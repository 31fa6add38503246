#include "client/core/message/queue.h"

#include "client/core/outside/limits.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

void Queue(Context context, VaultChange& change, vault::Progress& progress, vault::Queued& entry) {
  entry.set_envelope(context.NewId<EnvelopeId>().str());
  change.Put(names::Outbox(progress.outbox_next()), entry);
  progress.set_outbox_next(progress.outbox_next() + 1);
  change.Put(names::kProgress, progress);
}

bool IsByPerson(const vault::Queued& entry) {
  const ContentAt where = WhereIsContentOf(entry);
  return where == ContentAt::kMessage || (where == ContentAt::kEntry && !entry.automatic());
}

bool IsByPerson(const vault::Sent& sent) {
  return IsForPeople(static_cast<Kind>(sent.kind())) || sent.by_person();
}

absl::StatusOr<bool> HasRoom(const VaultReader& reader, const vault::Bond& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t queued, reader.Count(names::kOutbox));
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t sent, reader.Count(names::SentOf(id)));
  if (queued + sent < limits::kOutboxMessagesMax) return true;
  // Only now is it worth opening them: receipts and other bonds do not count.
  std::size_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
    if (entry.bond() == bond.id() && IsByPerson(entry)) ++count;
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::SentOf(id), [&](BytesView, const vault::Sent& entry) {
    if (IsByPerson(entry)) ++count;
    return true;
  }));
  return count < limits::kOutboxMessagesMax;
}

}  // namespace

ContentAt WhereIsContentOf(const vault::Queued& entry) {
  if (IsForPeople(static_cast<Kind>(entry.kind()))) return ContentAt::kMessage;
  return entry.content().empty() ? ContentAt::kSealing : ContentAt::kEntry;
}

ContentAt WhereIsContentOf(const vault::Sent& entry) {
  return entry.content().empty() ? ContentAt::kMessage : ContentAt::kEntry;
}

absl::Status CheckMayWrite(const VaultReader& reader, const vault::Bond& bond) {
  HOLDFAST_RETURN_IF_ERROR(CheckNotRolledBack(reader));
  if (bond.chain_stopped()) {
    return Refuse(Reason::kVaultRolledBack, "bond",
                  "nothing more is sent in this bond, because the other side says that it holds "
                  "messages which this vault does not; put the newest copy of the vault back, or "
                  "speak with them and begin again with a new invitation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool room, HasRoom(reader, bond));
  if (room) return absl::OkStatus();
  return Refuse(Reason::kOutboxFull, "",
                "too many messages wait for a sign that they arrived; sync first, and ask the "
                "other side to");
}

absl::Status QueueForDevices(Context context, VaultChange& change, const BondId& bond, Kind kind) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  vault::Queued entry;
  entry.set_bond(bond.str());
  entry.set_kind(static_cast<std::uint32_t>(kind));
  Queue(context, change, progress, entry);
  return absl::OkStatus();
}

absl::Status QueueControl(Context context, VaultChange& change, const BondId& bond,
                          BytesView content, bool by_person) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  vault::Queued entry;
  const WipedAtEnd wiped(entry);
  entry.set_bond(bond.str());
  entry.set_kind(static_cast<std::uint32_t>(Kind::kControl));
  entry.set_content(Bytes(content));
  entry.set_automatic(!by_person);
  Queue(context, change, progress, entry);
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> CountQueued(const VaultReader& reader) {
  std::size_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
    if (IsByPerson(entry)) ++count;
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kSent, [&](BytesView, const vault::Sent& sent) {
    if (sent.pending() && IsByPerson(sent)) ++count;
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kAhead, [&](BytesView, const vault::Ahead& ahead) {
    if (ahead.pending()) ++count;
    return true;
  }));
  return count;
}

}  // namespace holdfast::client
