// Keys to notes that are sealed ahead: one a note, drawn when it is sealed, sent through the
// ratchet before it, and gone once it is open here or will never come. So whoever takes a
// vault opens no note that was read before (crypto/PROTOCOL.md "Sealed ahead").
#pragma once

#include "client/core/people/own_device.h"
#include "client/core/shown/person_name.h"
#include "client/core/vault/context.h"
#include "crypto/public/secret.h"
#include "holdfast/v1/content.pb.h"
#include "holdfast/v1/facts.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// To seal a note of this account. Drawn, and queued for every other device, the first time.
absl::StatusOr<crypto::ContentKey> KeyToSealAhead(Context context, VaultChange& change,
                                                  const OwnDevice& own, const BondId& bond,
                                                  const EnvelopeId& note);

// Those of what this account's other devices wrote ahead and what is not known to have come out,
// for all devices: whoever wrote it may be gone, and so may the only device that was told.
absl::Status QueueOthersNoteKeys(Context context, VaultChange& change, const OwnDevice& own,
                                 const BondId& bond);

// One that came through the ratchet. Another one for a note whose key is here changes nothing
// and raises an alarm; one for a note that is here or was withdrawn is not kept. True where it is
// kept now.
absl::StatusOr<bool> TakeAheadKey(VaultChange& change, const Header& header, const PersonName& who,
                                  const v1::AheadKey& key, std::uint64_t now_ms);
// One that another device of this account noted. Nothing where the bond is not here, or what is
// known of the note says otherwise.
absl::Status TakeAheadKeyNoted(VaultChange& change, const v1::AheadKeyFact& fact,
                               std::uint64_t now_ms);

// The content of a note; not_decryptable where no key that is held fits.
absl::StatusOr<Bytes> OpenAhead(const VaultReader& reader, const Header& header,
                                BytesView header_bytes, BytesView body);

enum class NoteKeyIs { kNotHere, kHere, kWithdrawn };
absl::StatusOr<NoteKeyIs> FindNoteKey(const VaultReader& reader, const Header& header);

// The other side took the note back. A practice that restored a backup may have forgotten it,
// and release it: so it is remembered.
absl::Status NoteKeyWithdrawn(VaultChange& change, const BondId& bond, const AccountKey& writer,
                              const EnvelopeId& note, std::uint64_t now_ms);

// The writer's, with its message to the other devices where that was not sealed yet.
absl::Status ForgetOwnNoteKey(VaultChange& change, const BondId& bond, const AccountKey& own,
                              const EnvelopeId& note);
// The reader's, once it is open. Nothing where there is none.
void ForgetNoteKey(VaultChange& change, const BondId& bond, const AccountKey& writer,
                   const EnvelopeId& note);

}  // namespace holdfast::client
