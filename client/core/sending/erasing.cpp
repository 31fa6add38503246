#include "client/core/sending/erasing.h"

#include <map>
#include <set>

#include "client/core/ahead/ahead_keys.h"
#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {
namespace {

using Ids = std::set<Bytes>;

bool SaysNotSafe(const vault::Message& message) {
  v1::Content content;
  return !message.mine() && message.seen_ms() == 0 && content.ParseFromString(message.content()) &&
         content.check_in().risk_size() > 0;
}

// What there is to erase, as this device knows it.
struct Erasing {
  const VaultReader& reader;
  Ledgers& ledgers;
  Holding& holding;
};

// Sealed ahead, neither released nor taken back: until then its content may have to be sealed
// again.
absl::StatusOr<bool> WaitsForRelease(const Erasing& own, const EnvelopeId& id,
                                     const vault::Message& message) {
  const bool is_over = !message.mine() || !message.has_release() || message.withdrawn_ms() != 0 ||
                       !message.refusal().empty() || message.delivered_ms() != 0;
  if (is_over) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, own.ledgers.Of(own.reader, bond));
  return !held->book.released(id) && !held->book.ended();
}

absl::StatusOr<std::optional<StaysBecause>> WhyItStays(const Erasing& own, const EnvelopeId& id,
                                                       const vault::Message& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool waits, WaitsForRelease(own, id, message));
  HOLDFAST_ASSIGN_OR_RETURN(const auto hold, own.holding.HoldOf(id, message));
  if (waits || (message.mine() && hold)) return StaysBecause::kWaits;
  const bool is_only_here = message.mine() && message.position() == 0 &&
                            message.refusal().empty() && message.withdrawn_ms() == 0;
  if (is_only_here) return StaysBecause::kNotSent;
  return SaysNotSafe(message) ? std::optional(StaysBecause::kNotSafe) : std::nullopt;
}

absl::Status RefuseToErase(StaysBecause why) {
  switch (why) {
    case StaysBecause::kNotSent:
      return Refuse(Reason::kUsage, "id",
                    "has not gone out yet, so there is no copy of it but this one; erase it once "
                    "the practice has it");
    case StaysBecause::kWaits:
      return WithStep(Refuse(Reason::kUsage, "id",
                             "was written ahead and has not reached them yet; take it back, or "
                             "erase it once it has"),
                      NextStep::kWithdrawAhead);
    case StaysBecause::kNotSafe:
      return WithStep(Refuse(Reason::kUsage, "id",
                             "says that somebody may not be safe; say first that you have seen it"),
                      NextStep::kSaySeen);
  }
  return absl::OkStatus();
}

// The keys of this device's own messages that are kept with their sealed bytes: these stay until
// they have arrived, for what was promised is sent; nobody opens them by this vault any more.
absl::Status EraseKeysOfSent(VaultChange& change, const BondId& bond, const Ids& ids) {
  return change.Scan(names::SentOf(bond), [&](BytesView key, vault::Sent sent) {
    const WipedAtEnd wiped(sent);
    if (!ids.contains(sent.envelope()) || sent.content_key().empty()) return true;
    crypto::WipeBytes(*sent.mutable_content_key());
    sent.clear_content_key();
    change.Put(names::SentOf(bond).At(key), sent);
    return true;
  });
}

// Of a mark its words; that there is one, and whether it stands, stays.
absl::Status EraseWordsOfMark(VaultChange& change, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(auto mark, change.Find(names::Rupture(id)));
  // One that has not been told yet goes out first, and loses its words then.
  if (!mark || mark->untold() || mark->text().empty()) return absl::OkStatus();
  mark->clear_text();
  change.Put(names::Rupture(id), *mark);
  return absl::OkStatus();
}

absl::Status EraseContent(VaultChange& change, const EnvelopeId& id, vault::Message message,
                          std::uint64_t erased_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond record, ReadBond(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(record));
  message.clear_content();
  message.set_erased_ms(erased_ms);
  change.Put(names::Message(id), message);
  change.Erase(names::Bookmark(id));
  change.Erase(names::HistoryKey(id));
  HOLDFAST_RETURN_IF_ERROR(StripKeyNoted(change, id.view()));
  for (const AccountKey& writer : {parties.client, parties.therapist}) {
    ForgetNoteKey(change, bond, writer, id);
  }
  return EraseWordsOfMark(change, id);
}

using BondDrafts = std::vector<std::pair<Bytes, Bytes>>;  // the id, and the message that it answers

absl::StatusOr<BondDrafts> DraftsOf(const VaultReader& reader, const BondId& bond) {
  BondDrafts drafts;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kDrafts, [&](BytesView id, const vault::Draft& draft) {
        if (draft.bond() == bond.view()) drafts.emplace_back(id, draft.reply_to());
        return true;
      }));
  return drafts;
}

absl::Status EraseDraftsIn(VaultChange& change, const std::vector<Bytes>& ids) {
  for (const Bytes& id : ids) {
    change.Erase(names::Draft(id));
    HOLDFAST_RETURN_IF_ERROR(NoteDraftGone(change, id));
  }
  return absl::OkStatus();
}

// Those of one bond, with what hangs on them, for the account's other devices too.
absl::Status EraseAll(VaultChange& change, const BondId& bond, const std::vector<EnvelopeId>& ids,
                      std::uint64_t now_ms, Erased& erased) {
  Ids set;
  for (const EnvelopeId& id : ids) {
    HOLDFAST_ASSIGN_OR_RETURN(const vault::Message message, change.Read(names::Message(id)));
    HOLDFAST_ASSIGN_OR_RETURN(const bool was_kept, change.Has(names::Bookmark(id)));
    HOLDFAST_RETURN_IF_ERROR(EraseContent(change, id, message, now_ms));
    HOLDFAST_RETURN_IF_ERROR(NoteErased(change, id.view(), now_ms));
    if (was_kept) HOLDFAST_RETURN_IF_ERROR(NoteBookmark(change, id.view(), 0));
    set.insert(id.str());
    ++erased.messages;
  }
  HOLDFAST_RETURN_IF_ERROR(EraseKeysOfSent(change, bond, set));
  HOLDFAST_ASSIGN_OR_RETURN(const BondDrafts drafts, DraftsOf(change, bond));
  std::vector<Bytes> answering;
  for (const auto& [draft, answers] : drafts) {
    if (set.contains(answers)) answering.push_back(draft);
  }
  erased.drafts += answering.size();
  return EraseDraftsIn(change, answering);
}

struct BondMessages {
  std::vector<EnvelopeId> erasable;
  Erased erased;  // nothing is yet
};

// Without what is held here: nobody erases what nobody was shown.
absl::StatusOr<BondMessages> MessagesOfBond(const VaultReader& reader, Ledgers& ledgers,
                                            const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, RegisteredDevice(reader));
  Holding holding(reader, ledgers, *device);
  const Erasing own{reader, ledgers, holding};
  BondMessages found;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kMessages, [&](BytesView key, const vault::Message& message) -> absl::Status {
        const auto id = EnvelopeId::From(key, "vault.message");
        const bool counts = id.ok() && message.bond() == bond.view() &&
                            IsForPeople(static_cast<Kind>(message.kind()));
        if (!counts) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, holding.Hides(*id, message));
        if (is_hidden) return absl::OkStatus();
        if (message.erased_ms() != 0) {
          ++found.erased.before;
          return absl::OkStatus();
        }
        HOLDFAST_ASSIGN_OR_RETURN(const auto why, WhyItStays(own, *id, message));
        if (why) found.erased.stays.push_back({*id, *why});
        if (!why) found.erasable.push_back(*id);
        return absl::OkStatus();
      }));
  return found;
}

}  // namespace

absl::StatusOr<Erased> EraseMessages(Context context, Ledgers& ledgers,
                                     const std::vector<EnvelopeId>& ids) {
  if (ids.size() > limits::kErasedPerCommitMax) {
    return Refuse(Reason::kTooLarge, "id",
                  "is one of more than " + std::to_string(limits::kErasedPerCommitMax) +
                      "; erase fewer at once");
  }
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, RegisteredDevice(change));
  Holding holding(change, ledgers, *device);
  const Erasing own{change, ledgers, holding};
  Erased erased;
  std::map<BondId, std::vector<EnvelopeId>> bonds;
  for (const EnvelopeId& id : std::set<EnvelopeId>(ids.begin(), ids.end())) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
    if (!message || !IsForPeople(static_cast<Kind>(message->kind()))) {
      return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
    }
    HOLDFAST_RETURN_IF_ERROR(CheckIsShown(change, ledgers, id));
    if (message->erased_ms() != 0) {
      ++erased.before;
      continue;
    }
    HOLDFAST_ASSIGN_OR_RETURN(const auto why, WhyItStays(own, id, *message));
    if (why) return RefuseToErase(*why);
    HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message->bond(), "vault.message"));
    bonds[bond].push_back(id);
  }
  if (bonds.empty()) return erased;
  for (const auto& [bond, of_bond] : bonds) {
    HOLDFAST_RETURN_IF_ERROR(EraseAll(change, bond, of_bond, context.Now(), erased));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return erased;
}

absl::StatusOr<Erased> EraseBondHistory(Context context, Ledgers& ledgers, const BondId& bond) {
  const VaultReader look(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(BondMessages found, MessagesOfBond(look, ledgers, bond));
  const std::vector<EnvelopeId>& all = found.erasable;
  for (std::size_t at = 0; at < all.size(); at += limits::kErasedPerCommitMax) {
    const std::size_t end = std::min(all.size(), at + limits::kErasedPerCommitMax);
    VaultChange change(context.vault);
    HOLDFAST_RETURN_IF_ERROR(EraseAll(change, bond,
                                      {all.begin() + static_cast<std::ptrdiff_t>(at),
                                       all.begin() + static_cast<std::ptrdiff_t>(end)},
                                      context.Now(), found.erased));
    HOLDFAST_RETURN_IF_ERROR(change.Commit());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondDrafts drafts, DraftsOf(look, bond));
  if (drafts.empty()) return found.erased;
  VaultChange change(context.vault);
  std::vector<Bytes> ids;
  for (const auto& [draft, answers] : drafts) ids.push_back(draft);
  found.erased.drafts += ids.size();
  HOLDFAST_RETURN_IF_ERROR(EraseDraftsIn(change, ids));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return found.erased;
}

absl::StatusOr<Erased> ErasableOf(const VaultReader& reader, Ledgers& ledgers, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(BondMessages found, MessagesOfBond(reader, ledgers, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const BondDrafts drafts, DraftsOf(reader, bond));
  found.erased.messages = found.erasable.size();
  found.erased.drafts = drafts.size();
  return std::move(found.erased);
}

absl::Status TakeErased(VaultChange& change, const EnvelopeId& id, std::uint64_t erased_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Message message, change.Read(names::Message(id)));
  if (message.erased_ms() != 0) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_RETURN_IF_ERROR(EraseContent(change, id, message, erased_ms));
  return EraseKeysOfSent(change, bond, {id.str()});
}

}  // namespace holdfast::client
