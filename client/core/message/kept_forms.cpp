#include "client/core/message/kept_forms.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"
#include "crypto/public/hash.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

absl::Status KeepForm(VaultChange& change, BytesView canonical) {
  if (canonical.size() > limits::kFormBytesMax) {
    return Refuse(Reason::kTooLarge, "form", "is larger than a message may carry");
  }
  const auto name = names::kForms.At(crypto::Sha256({canonical}).view());
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(name));
  if (is_here) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t count, change.Count(names::kForms));
  if (count >= limits::kFormsMax) {
    return Refuse(Reason::kOutboxFull, "forms",
                  "there are " + std::to_string(count) + " on this device, and no more fit");
  }
  vault::Form record;
  record.set_canonical(Bytes(canonical));
  change.Put(name, record);
  return absl::OkStatus();
}

absl::Status KeepFormIn(VaultChange& change, BytesView content) {
  v1::Content parsed;
  const bool assigns = parsed.ParseFromArray(content.data(), static_cast<int>(content.size())) &&
                       parsed.has_form_assignment() && !parsed.form_assignment().form().empty();
  if (!assigns) return absl::OkStatus();
  const absl::Status kept = KeepForm(change, parsed.form_assignment().form());
  // The message is more than the form in it.
  const Reason reason = ReasonOf(kept);
  return reason == Reason::kOutboxFull || reason == Reason::kTooLarge ? absl::OkStatus() : kept;
}

absl::StatusOr<std::vector<Bytes>> AllForms(const VaultReader& reader) {
  std::vector<Bytes> forms;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kForms, [&](BytesView, const vault::Form& record) {
    forms.push_back(record.canonical());
    return true;
  }));
  return forms;
}

}  // namespace holdfast::client
