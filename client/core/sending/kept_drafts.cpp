#include "client/core/sending/kept_drafts.h"

#include <algorithm>
#include <utility>

#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

// The words of a person in it.
std::string TextsOf(const v1::Content& content) {
  switch (content.kind_case()) {
    case v1::Content::kCheckIn:
      return content.check_in().note();
    case v1::Content::kReply:
      return content.reply().text();
    case v1::Content::kNote:
      return content.note().text();
    case v1::Content::kControl:
      return content.control().rupture().text();
    default:
      return {};
  }
}

absl::StatusOr<Bytes> Serialised(const Draft& draft) {
  if (draft.content == nullptr) return Bytes();
  v1::Content clean = *draft.content;
  CleanTexts(clean);
  if (!IsUtf8(TextsOf(clean))) {
    return Refuse(Reason::kMalformedField, "text", "is not UTF-8 text, so it is not kept");
  }
  Bytes bytes = clean.SerializeAsString();
  if (bytes.size() <= limits::kDraftBytesMax) return bytes;
  return Refuse(
      Reason::kTooLarge, "text",
      "is larger than a draft may be (" + std::to_string(limits::kDraftBytesMax) + " bytes)");
}

void PutRelease(vault::Draft& record, const Release& release) {
  if (release.when == ReleaseWhen::kNow) return;
  record.mutable_release()->set_when(static_cast<std::uint32_t>(release.when));
  record.mutable_release()->set_at_ms(release.at_ms);
  record.mutable_release()->set_slot(release.slot.str());
}

absl::Status CheckRoomForDraft(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, reader.Count(names::kDrafts));
  if (count < limits::kDraftsMax) return absl::OkStatus();
  return Refuse(Reason::kOutboxFull, "drafts",
                "there are " + std::to_string(count) +
                    " drafts already; send some, or drop what is no longer needed");
}

absl::StatusOr<KeptDraft> DraftFrom(BytesView id, const vault::Draft& record) {
  constexpr std::string_view kField = "vault.draft";
  KeptDraft kept;
  kept.kept_at_ms = record.kept_ms();
  Draft& draft = kept.draft;
  HOLDFAST_ASSIGN_OR_RETURN(draft.kept, DraftId::From(id, kField));
  draft.kind = static_cast<Kind>(record.kind());
  if (!record.bond().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.bond, BondId::From(record.bond(), kField));
  }
  if (!record.reply_to().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.reply_to, EnvelopeId::From(record.reply_to(), kField));
  }
  if (!record.replaces().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.replaces, EnvelopeId::From(record.replaces(), kField));
  }
  if (record.has_release()) {
    draft.release.when = static_cast<ReleaseWhen>(record.release().when());
    draft.release.at_ms = record.release().at_ms();
    HOLDFAST_ASSIGN_OR_RETURN(draft.release.slot, SlotId::From(record.release().slot(), kField));
  }
  auto content = std::make_shared<v1::Content>();
  if (!content->ParseFromString(record.content())) {
    return Refuse(Reason::kVaultDamaged, kField, "a draft does not parse");
  }
  draft.content = std::move(content);
  return kept;
}

}  // namespace

absl::StatusOr<DraftId> PutDraft(Context context, VaultChange& change, const Draft& draft) {
  HOLDFAST_ASSIGN_OR_RETURN(Bytes content, Serialised(draft));
  if (!draft.kept) HOLDFAST_RETURN_IF_ERROR(CheckRoomForDraft(change));
  vault::Draft record;
  if (draft.bond) record.set_bond(draft.bond->str());
  record.set_kind(static_cast<std::uint32_t>(draft.kind));
  record.set_content(std::move(content));
  if (draft.reply_to) record.set_reply_to(draft.reply_to->str());
  PutRelease(record, draft.release);
  if (draft.replaces) record.set_replaces(draft.replaces->str());
  record.set_kept_ms(context.Now());
  const DraftId id = draft.kept ? *draft.kept : context.NewId<DraftId>();
  change.Put(names::Draft(id.view()), record);
  HOLDFAST_RETURN_IF_ERROR(NoteDraft(change, id.view(), record));
  return id;
}

absl::StatusOr<std::vector<KeptDraft>> AllDrafts(const VaultReader& reader) {
  std::vector<KeptDraft> drafts;
  // One that this version cannot read stays where it is, and hides no other.
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kDrafts, [&](BytesView id, const vault::Draft& record) {
        auto kept = DraftFrom(id, record);
        if (kept.ok()) drafts.push_back(*std::move(kept));
        return true;
      }));
  std::ranges::stable_sort(drafts, std::less<>(), &KeptDraft::kept_at_ms);
  return drafts;
}

absl::Status EraseDraft(VaultChange& change, const DraftId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto found, change.Find(names::Draft(id.view())));
  if (!found) {
    return WithStep(Refuse(Reason::kUsage, "ID", "names no draft"), NextStep::kListDrafts);
  }
  change.Erase(names::Draft(id.view()));
  return NoteDraftGone(change, id.view());
}

}  // namespace holdfast::client
