// Ledgers in memory follow the vault, and are never ahead of it.
#include "client/core/ledger/ledger_books.h"

#include "client/storage/memory_storage.h"
#include "crypto/public/ledger.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

const BondId kBond = BondId::From(Bytes(BondId::size, 'b'), "bond").value();

// A backup was restored: an entry that follows any other.
struct RestoredEntry {
  explicit RestoredEntry(std::uint64_t number, const Hash& previous = Hash()) {
    checked.entry.bond = kBond;
    checked.entry.practice = PracticeKey::From(Bytes(PracticeKey::size, 'p'), "key").value();
    checked.entry.incarnation =
        Incarnation::From(Bytes(Incarnation::size, static_cast<char>('0' + number)), "life")
            .value();
    checked.entry.number = number;
    checked.entry.previous = previous;
    checked.entry.at_ms = 1'772'643'600'000;
    checked.entry.kind = LedgerKind::kRestored;
    item.set_entry(EncodeLedgerEntry(checked.entry));
    checked.hash = crypto::LedgerEntryHash(item.entry());
  }
  CheckedItem checked;
  v1::LedgerItem item;
};

struct Books {
  Books() {
    REQUIRE(crypto::Initialise().ok());
    vault = Vault::Open(crypto::VaultKey::Random(), storage).value();
  }
  std::uint64_t Newest() {
    const auto held = books.Of(VaultReader(*vault), kBond);
    REQUIRE(held.ok());
    return (*held)->book.number();
  }
  void Add(VaultChange& change, const RestoredEntry& restored) {
    REQUIRE(books.Add(change, restored.checked, restored.item).ok());
  }
  MemoryStorage storage;
  std::unique_ptr<Vault> vault;
  LedgerBooks books;
};

TEST_CASE("An entry of a change that is let go is in no book") {
  Books books;
  const RestoredEntry first(1);
  {
    VaultChange change(*books.vault);
    books.Add(change, first);
    CHECK((*books.books.Of(change, kBond))->book.number() == 1);
  }
  CHECK(books.Newest() == 0);
  {
    VaultChange change(*books.vault);
    books.Add(change, first);
    REQUIRE(change.Commit().ok());
  }
  CHECK(books.Newest() == 1);
}

TEST_CASE("An entry whose commit failed is in no book, and can be taken again") {
  Books books;
  const RestoredEntry first(1);
  {
    VaultChange change(*books.vault);
    books.Add(change, first);
    books.storage.before_commit = [](std::size_t) { return false; };
    REQUIRE(ReasonOf(change.Commit()) == Reason::kStorageFailed);
  }
  books.storage.before_commit = nullptr;
  CHECK(books.Newest() == 0);
  VaultChange change(*books.vault);
  books.Add(change, first);
  REQUIRE(change.Commit().ok());
  CHECK(books.Newest() == 1);
}

TEST_CASE("A ledger that was cut in a change which is let go is whole") {
  Books books;
  const RestoredEntry first(1);
  const RestoredEntry second(2, first.checked.hash);
  {
    VaultChange change(*books.vault);
    books.Add(change, first);
    books.Add(change, second);
    REQUIRE(change.Commit().ok());
  }
  {
    VaultChange change(*books.vault);
    const auto nothing = [](const v1::SignedStatement&) { return absl::OkStatus(); };
    REQUIRE(books.books.CutAfter(change, kBond, 1, DeviceId(), nothing).ok());
    CHECK((*books.books.Of(change, kBond))->book.number() == 1);
  }
  CHECK(books.Newest() == 2);
}

}  // namespace
}  // namespace holdfast::client
