// What may stand inside an envelope: checked when it is written and again when it
// is received, so that neither a slip nor a peer's broken software gets further.
#pragma once

#include "absl/status/statusor.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// malformed_field or too_large naming e.g. "check_in.note". A content of a kind
// that this version does not know passes where it has something in it.
absl::Status ValidateContent(const v1::Content& content, Kind kind);

// Checks and serialises. too_large beyond limits::kContentBytesMax.
absl::StatusOr<Bytes> SerializeContent(const v1::Content& content, Kind kind);
// A receipt or a control message, padded anew: of the same size as every other one, once it is
// sealed, as long as it holds at most 2,047 bytes.
absl::StatusOr<Bytes> SerializeSign(v1::Content& content);
absl::StatusOr<Bytes> SerializeControl(v1::Control control);
// How large a receipt or a control message is once it is sealed; it is padded anew.
absl::StatusOr<std::size_t> SealedSignBytes(v1::Content& content);
// Parses and checks.
absl::StatusOr<v1::Content> ParseContent(BytesView bytes, Kind kind);

// Takes the control characters out of everything that a person wrote in it (see
// client/core/clean_text.h). What arrives is left as it was sealed.
void CleanTexts(v1::Content& content);

// Whether the writer asked for a reply. That choice alone decides what is owed.
bool OwesReply(const v1::Content& content);
// Whether people see it; receipts and control messages are between devices.
bool IsForPeople(Kind kind);

}  // namespace holdfast::client
