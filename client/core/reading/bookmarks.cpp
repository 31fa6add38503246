#include "client/core/reading/bookmarks.h"

#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"
#include "rules/header.h"

namespace holdfast::client {

absl::StatusOr<std::map<EnvelopeId, std::uint64_t>> AllBookmarks(const VaultReader& reader) {
  std::map<EnvelopeId, std::uint64_t> bookmarks;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kBookmarks, [&](BytesView key, const vault::Bookmark& bookmark) -> absl::Status {
        const auto id = EnvelopeId::From(key, "vault.bookmark");
        if (id.ok()) bookmarks.emplace(*id, bookmark.kept_ms());
        return absl::OkStatus();
      }));
  return bookmarks;
}

absl::StatusOr<bool> KeepMessage(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !IsForPeople(static_cast<Kind>(message->kind()))) {
    return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_kept, change.Has(names::Bookmark(id)));
  if (is_kept) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(names::kBookmarks));
  if (count >= limits::kBookmarksMax) {
    return Refuse(Reason::kOutboxFull, "id",
                  "as many messages are kept already as can be; let go of one first");
  }
  vault::Bookmark bookmark;
  bookmark.set_kept_ms(now_ms);
  change.Put(names::Bookmark(id), bookmark);
  HOLDFAST_RETURN_IF_ERROR(NoteBookmark(change, id.view(), now_ms));
  return true;
}

absl::StatusOr<bool> KeepMessageNoMore(VaultChange& change, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_kept, change.Has(names::Bookmark(id)));
  if (!is_kept) return false;
  change.Erase(names::Bookmark(id));
  HOLDFAST_RETURN_IF_ERROR(NoteBookmark(change, id.view(), 0));
  return true;
}

}  // namespace holdfast::client
