// Keys to notes ahead: one a note, and gone from both vaults once it can be gone.
#include "client/core/vault/names.h"
#include "support/ahead_couple.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;
using limits::kHourMs;

// Which notes a vault holds a key to; that one was withdrawn is remembered without.
std::vector<EnvelopeId> NotesWithKey(TestPerson& person) {
  std::vector<EnvelopeId> notes;
  EditVault(person, [&](VaultChange& change) {
    REQUIRE(change
                .Scan(names::kNoteKeys,
                      [&](BytesView name, const vault::AheadKey& record) {
                        CHECK(record.key().empty() == record.withdrawn());
                        if (record.withdrawn()) return true;
                        const BytesView note = name.substr(name.size() - EnvelopeId::size);
                        notes.push_back(EnvelopeId::From(note, "note").value());
                        return true;
                      })
                .ok());
  });
  return notes;
}

TEST_CASE("A note's key leaves its reader once it is read, and its writer once that is known") {
  AheadCouple couple;
  const auto soon = couple.therapist.Ahead("soon", couple.At(kHourMs));
  const auto later = couple.therapist.Ahead("later", couple.At(9 * kDayMs));
  REQUIRE(soon.ok());
  REQUIRE(later.ok());
  CHECK(NotesWithKey(couple.therapist).size() == 2);
  couple.SyncBoth();
  CHECK(NotesWithKey(couple.client).size() == 2);
  couple.Pass(2 * kHourMs);
  CHECK(AheadCouple::Has(couple.client, "soon"));
  CHECK(NotesWithKey(couple.client) == std::vector{*later});
  couple.Pass(10 * kDayMs);
  CHECK(AheadCouple::Has(couple.client, "later"));
  CHECK(NotesWithKey(couple.client).empty());
  couple.SyncBoth(2);
  REQUIRE(couple.therapist.Note("and now").ok());
  couple.SyncBoth(2);
  CHECK(NotesWithKey(couple.therapist).empty());
  couple.NoAlarms();
}

TEST_CASE("The key of a note that was taken back, or whose bond has ended, is gone") {
  AheadCouple couple;
  const auto first = couple.therapist.Ahead("first", couple.At(kDayMs));
  const auto second = couple.therapist.Ahead("second", couple.At(2 * kDayMs));
  couple.SyncBoth();
  REQUIRE(couple.therapist.engine->Withdraw(*first).ok());
  couple.SyncBoth();
  CHECK(NotesWithKey(couple.client) == std::vector{*second});
  REQUIRE(couple.therapist.engine->EndBond(couple.therapist.bond()).ok());
  couple.SyncBoth();
  CHECK(NotesWithKey(couple.client).empty());

  AheadCouple offline;
  const auto never = offline.therapist.Ahead("never sent", offline.At(kDayMs));
  REQUIRE(offline.therapist.engine->Withdraw(*never).ok());
  CHECK(NotesWithKey(offline.therapist).empty());
  REQUIRE(offline.therapist.Sync().ok());
  REQUIRE(offline.client.Sync().ok());
  CHECK(NotesWithKey(offline.client).empty());  // the key did not go out either
}

}  // namespace
}  // namespace holdfast::client
