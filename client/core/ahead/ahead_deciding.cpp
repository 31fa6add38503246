#include "client/core/ahead/ahead_deciding.h"

#include <memory>
#include <vector>

#include "client/core/ahead/holding.h"
#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

struct OwnNote {
  std::shared_ptr<const OwnDevice> own;
  BondId bond;
  vault::Message message;
};

// A therapist's own, neither opened nor taken back, in a bond that takes more.
absl::StatusOr<OwnNote> NoteToDecide(Ledgers& ledgers, VaultChange& change, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !message->mine() || !message->has_release()) {
    return WithStep(Refuse(Reason::kUnknownEnvelope, "id", "names nothing that you wrote ahead"),
                    NextStep::kListAhead);
  }
  if (own->role != crypto::Role::kTherapist) {
    return Refuse(Reason::kUsage, "id",
                  "nothing holds what you wrote ahead, so there is nothing to decide");
  }
  if (message->withdrawn_ms() != 0 || message->dropped_ms() != 0) {
    return Refuse(Reason::kActSuperseded, "id", "it was withdrawn already");
  }
  if (!message->refusal().empty()) {
    return Refuse(Reason::kUsage, "id", "the practice did not accept it, so it goes nowhere");
  }
  if (message->opened_ms() != 0) {
    return Refuse(Reason::kUsage, "id", "it was read already, so there is nothing to decide");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message->bond(), "vault.message"));
  HOLDFAST_RETURN_IF_ERROR(ledgers.CheckNotEnded(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(CheckMayWrite(change, record));
  return OwnNote{own, bond, *message};
}

// The oldest gives way.
absl::Status PutDecision(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                         bool withdrawn, std::uint64_t now_ms) {
  const auto all = names::AheadDecisionsOf(bond);
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(all));
  if (count >= limits::kAheadDecisionsMax) {
    std::optional<vault::Name<vault::AheadDecision>> oldest;
    std::uint64_t oldest_ms = ~std::uint64_t{0};
    HOLDFAST_RETURN_IF_ERROR(
        change.Scan(all, [&](BytesView key, const vault::AheadDecision& decision) {
          if (decision.at_ms() < oldest_ms) {
            oldest_ms = decision.at_ms();
            oldest = all.At(key);
          }
          return true;
        }));
    if (oldest) change.Erase(*oldest);
  }
  vault::AheadDecision decision;
  decision.set_withdrawn(withdrawn);
  decision.set_at_ms(now_ms);
  change.Put(names::AheadDecision(bond, id), decision);
  return absl::OkStatus();
}

absl::Status SayDecision(Context context, VaultChange& change, const BondId& bond,
                         const EnvelopeId& id, bool withdrawn) {
  HOLDFAST_RETURN_IF_ERROR(PutDecision(change, bond, id, withdrawn, context.Now()));
  v1::Control control;
  control.mutable_ahead_decision()->set_envelope_id(id.str());
  control.mutable_ahead_decision()->set_withdrawn(withdrawn);
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes content, SerializeControl(std::move(control)));
  return QueueControl(context, change, bond, content, false);
}

// Let out, where it is here: the decision that stands beside it says that nothing holds it again.
absl::Status FreeNote(VaultChange& change, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(auto out, change.Find(names::ReleasedNote(id)));
  if (!out) return absl::OkStatus();
  out->set_held(false);
  out->set_untold(false);
  change.Put(names::ReleasedNote(id), *out);
  return absl::OkStatus();
}

}  // namespace

absl::Status LetNoteGo(Context context, Ledgers& ledgers, VaultChange& change,
                       const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const OwnNote note, NoteToDecide(ledgers, change, id));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_decided, change.Has(names::AheadDecision(note.bond, id)));
  if (is_decided) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(FreeNote(change, id));
  return SayDecision(context, change, note.bond, id, false);
}

absl::Status DropHeldNote(Context context, Ledgers& ledgers, VaultChange& change,
                          const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(OwnNote note, NoteToDecide(ledgers, change, id));
  Holding holding(change, ledgers, *note.own);
  HOLDFAST_ASSIGN_OR_RETURN(const auto hold, holding.HoldOf(id, note.message));
  if (!hold) {
    return Refuse(Reason::kActSuperseded, "id",
                  "it has been released already, so it cannot be taken back any more");
  }
  note.message.set_dropped_ms(context.Now());
  change.Put(names::Message(id), note.message);
  change.Erase(names::ReleasedNote(id));
  return SayDecision(context, change, note.bond, id, true);
}

absl::Status ForgetDecision(VaultChange& change, const vault::Bond& bond,
                            const v1::AheadDecision& said) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId note,
                            EnvelopeId::From(said.envelope_id(), "vault.sent"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto decision, change.Find(names::AheadDecision(id, note)));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(note)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, change.Find(names::ReleasedNote(note)));
  if (!decision || !message || decision->withdrawn() != said.withdrawn()) return absl::OkStatus();
  change.Erase(names::AheadDecision(id, note));
  if (!said.withdrawn() && !known) return absl::OkStatus();  // it is not out yet
  message->set_dropped_ms(0);
  change.Put(names::Message(note), *message);
  vault::ReleasedNote out = known.value_or(vault::ReleasedNote());
  out.set_bond(bond.id());
  out.set_held(true);
  change.Put(names::ReleasedNote(note), out);
  return absl::OkStatus();
}

absl::Status TakeAheadDecision(VaultChange& change, const OwnDevice& own,
                               const BondParties& parties, const Header& header,
                               const v1::AheadDecision& said, std::uint64_t now_ms) {
  if (header.sender_account != parties.therapist) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                            EnvelopeId::From(said.envelope_id(), "ahead_decision.envelope_id"));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (message) {
    const bool is_theirs =
        message->bond() == parties.bond.view() && IsTherapistsNote(own, *message);
    const bool is_over =
        message->opened_ms() != 0 || message->dropped_ms() != 0 || message->withdrawn_ms() != 0;
    if (!is_theirs || is_over) return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto before, change.Find(names::AheadDecision(parties.bond, id)));
  if (before && (before->withdrawn() || !said.withdrawn())) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(PutDecision(change, parties.bond, id, said.withdrawn(), now_ms));
  if (!said.withdrawn()) return FreeNote(change, id);
  change.Erase(names::ReleasedNote(id));
  if (!message) return absl::OkStatus();
  message->set_dropped_ms(now_ms);
  if (!message->mine()) message->clear_content();
  change.Put(names::Message(id), *message);
  return absl::OkStatus();
}

absl::Status NameHeld(VaultChange& change, const BondId& bond, Bytes& content) {
  std::vector<std::pair<Bytes, vault::ReleasedNote>> untold;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kReleasedNotes, [&](BytesView key, const vault::ReleasedNote& out) {
        if (out.held() && out.untold() && out.bond() == bond.view()) untold.emplace_back(key, out);
        return static_cast<int>(untold.size()) < limits::kHeldPerSignMax;
      }));
  if (untold.empty()) return absl::OkStatus();
  v1::Content said;
  if (!said.ParseFromString(content)) {
    return Refuse(Reason::kVaultDamaged, "vault.outbox", "holds a damaged content");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t without, SealedSignBytes(said));
  for (auto& [id, out] : untold) {
    said.add_held(id);
    HOLDFAST_ASSIGN_OR_RETURN(const std::size_t with, SealedSignBytes(said));
    if (with != without) {
      said.mutable_held()->RemoveLast();
      break;
    }
    out.set_untold(false);
    change.Put(names::kReleasedNotes.At(id), out);
  }
  HOLDFAST_ASSIGN_OR_RETURN(content, SerializeSign(said));
  return absl::OkStatus();
}

absl::Status TellHeldAgain(VaultChange& change, const v1::Content& told) {
  for (const std::string& id : told.held()) {
    const auto name = names::kReleasedNotes.At(id);
    HOLDFAST_ASSIGN_OR_RETURN(auto out, change.Find(name));
    if (!out || !out->held()) continue;
    out->set_untold(true);
    change.Put(name, *out);
  }
  return absl::OkStatus();
}

absl::Status TakeHeld(VaultChange& change, const OwnDevice& own, const BondParties& parties,
                      const Header& header, const v1::Content& content) {
  if (header.sender_account != parties.client) return absl::OkStatus();
  for (const std::string& held : content.held()) {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(held, "content.held"));
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
    // Another device of the client may have it before this one; nobody tells a therapist of a note
    // that they do not have.
    if (!message && own.role == crypto::Role::kTherapist) continue;
    const bool is_over =
        message && (message->bond() != parties.bond.view() || !IsTherapistsNote(own, *message) ||
                    message->opened_ms() != 0 || message->dropped_ms() != 0);
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_decided,
                              change.Has(names::AheadDecision(parties.bond, id)));
    if (is_over || is_decided) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, change.Find(names::ReleasedNote(id)));
    HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(names::kReleasedNotes));
    if (!known && count >= limits::kReleasedNotesMax) continue;
    vault::ReleasedNote out = known.value_or(vault::ReleasedNote());
    out.set_bond(parties.bond.str());
    out.set_held(true);
    change.Put(names::ReleasedNote(id), out);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
