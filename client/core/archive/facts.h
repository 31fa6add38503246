// What the account's other devices are to know: noted with the change that made it true, and
// appended to the archive at the next exchange (crypto/PROTOCOL.md "Archive"). Nothing where
// the account keeps no archive.
#pragma once

#include "client/core/vault/vault.h"
#include "crypto/archive.h"
#include "crypto/public/secret.h"
#include "holdfast/v1/archive.pb.h"
#include "holdfast/v1/facts.pb.h"

namespace holdfast::client {

// Whether the account keeps an archive, as far as this device knows.
absl::StatusOr<bool> KeepsArchive(const VaultReader& reader);

// Of two facts about the same thing only the later one waits.
absl::Status NoteFact(VaultChange& change, const v1::Fact& fact);

absl::Status NoteBond(VaultChange& change, const vault::Bond& bond, BytesView shared_key);
absl::Status NoteLabel(VaultChange& change, const vault::Bond& bond);
absl::Status NoteMessage(VaultChange& change, const v1::MessageKey& key);
// A message that the practice refused: nobody has it, so nobody is told its key.
void ForgetMessageNoted(VaultChange& change, BytesView envelope);
// Of what waits to be told of a message only its place in its sender's chain is kept, without its key.
absl::Status StripKeyNoted(VaultChange& change, BytesView envelope);
// The key to a note ahead of `writer`'s.
absl::Status NoteAheadKey(VaultChange& change, const BondId& bond, const AccountKey& writer,
                          const EnvelopeId& note, BytesView key);
// It never left this device.
void ForgetAheadKeyNoted(VaultChange& change, const AccountKey& writer, const EnvelopeId& note);
absl::Status NoteOpened(VaultChange& change, BytesView envelope, std::uint64_t opened_ms);
absl::Status NoteDelivered(VaultChange& change, BytesView envelope, std::uint64_t delivered_ms);
absl::Status NoteSeen(VaultChange& change, BytesView envelope, std::uint64_t seen_ms);
absl::Status NoteWitnessed(VaultChange& change, BytesView envelope, std::uint64_t witnessed_ms);
absl::Status NoteErased(VaultChange& change, BytesView envelope, std::uint64_t erased_ms);
absl::Status NoteInvitation(VaultChange& change, BytesView lookup,
                            const vault::Invitation& invitation);
absl::Status NoteDraft(VaultChange& change, BytesView id, const vault::Draft& draft);
absl::Status NoteDraftGone(VaultChange& change, BytesView id);
absl::Status NoteBookmark(VaultChange& change, BytesView envelope, std::uint64_t kept_ms);
absl::Status NoteStandingHours(VaultChange& change, BytesView availability);
absl::Status NoteStandingRhythm(VaultChange& change, BytesView rhythm);
absl::Status NoteRecovery(VaultChange& change, const v1::Recovery& recovery);
absl::Status NoteAccount(VaultChange& change, const vault::Identity& identity);

// What a fact is about: equal for those of which the later one holds.
Bytes SubjectOf(const v1::Fact& fact);

// The secrets in a fact, gone.
void WipeFact(v1::Fact& fact);

// The facts of a record, opened with the key of its epoch. integrity, not_decryptable,
// malformed_field.
absl::StatusOr<v1::Facts> FactsIn(const VaultReader& reader, const v1::ArchiveRecord& wire);

// The key of an epoch; not_decryptable where it is not here.
absl::StatusOr<crypto::ArchiveKey> ArchiveKeyOf(const VaultReader& reader, std::uint32_t epoch);
void PutArchiveKey(VaultChange& change, std::uint32_t epoch, const crypto::ArchiveKey& key);

}  // namespace holdfast::client
