#include "unit/server/store/store_conformance.h"

#include <vector>

#include "support/catch.h"

namespace holdfast::server {
namespace {

Bytes ReadIn(Transaction& transaction, BytesView key) {
  const auto value = transaction.Get(key);
  REQUIRE(value.ok());
  return value->value_or("(none)");
}

std::vector<Bytes> ScanIn(Transaction& transaction, BytesView begin, BytesView end,
                          std::size_t rows_max = 100) {
  std::vector<Bytes> rows;
  REQUIRE(transaction
              .Scan(begin, end, rows_max,
                    [&](BytesView key, BytesView value) {
                      rows.push_back(Bytes(key) + "=" + Bytes(value));
                      return true;
                    })
              .ok());
  return rows;
}

using Rows = std::vector<Bytes>;

void CheckReadsSeeOwnWrites(Store& store) {
  PutCommitted(store, "own-a", "1");
  PutCommitted(store, "own-c", "3");
  const auto transaction = store.Begin();
  transaction->Put("own-b", "2");
  transaction->Put("own-a", "one");
  transaction->Erase("own-c");
  CHECK(ReadIn(*transaction, "own-a") == "one");
  CHECK(ReadIn(*transaction, "own-b") == "2");
  CHECK(ReadIn(*transaction, "own-c") == "(none)");
  CHECK(ScanIn(*transaction, "own-", "own.") == Rows{"own-a=one", "own-b=2"});
}

void CheckNothingStaysWithoutCommit(Store& store) {
  PutCommitted(store, "kept", "before");
  {
    const auto transaction = store.Begin();
    transaction->Put("kept", "after");
    transaction->Put("fresh", "x");
    CHECK(transaction->has_writes());
    CHECK(transaction->has_writes_since_savepoint());
    transaction->SetSavepoint();
    CHECK_FALSE(transaction->has_writes_since_savepoint());
    CHECK(transaction->has_writes());
  }
  CHECK(ReadCommitted(store, "kept") == "before");
  CHECK(ReadCommitted(store, "fresh") == "(none)");
}

void CheckTheNewestCommitIsRead(Store& store) {
  CHECK(ReadCommitted(store, "newest") == "(none)");
  PutCommitted(store, "newest", "1");
  CHECK(ReadCommitted(store, "newest") == "1");
  PutCommitted(store, "newest", "2");
  CHECK(ReadCommitted(store, "newest") == "2");
  {
    const auto undone = store.Begin();
    undone->Put("newest", "undone");
  }
  CHECK(ReadCommitted(store, "newest") == "2");
  PutCommitted(store, "newest", Bytes(5000, 'n'));
  CHECK(ReadCommitted(store, "newest") == Bytes(5000, 'n'));
  const auto eraser = store.Begin();
  eraser->Erase("newest");
  REQUIRE(eraser->Commit() == CommitOutcome::kCommitted);
  CHECK(ReadCommitted(store, "newest") == "(none)");
}

void CheckReadingAheadChangesNothing(Store& store) {
  PutCommitted(store, "ahead-a", "1");
  PutCommitted(store, "ahead-b", Bytes(5000, 'b'));
  PutCommitted(store, "ahead-c", "3");
  {
    const auto transaction = store.Begin();
    transaction->Put("ahead-c", "own");
    transaction->ReadAhead({"ahead-b", "ahead-a", "ahead-c", "ahead-none", "ahead-a"});
    CHECK(ReadIn(*transaction, "ahead-a") == "1");
    CHECK(ReadIn(*transaction, "ahead-b") == Bytes(5000, 'b'));
    CHECK(ReadIn(*transaction, "ahead-c") == "own");
    CHECK(ReadIn(*transaction, "ahead-none") == "(none)");
    transaction->Put("ahead-a", "one");
    transaction->Put("ahead-none", "some");
    transaction->Erase("ahead-b");
    transaction->ReadAhead({"ahead-a", "ahead-b", "ahead-none"});
    CHECK(ReadIn(*transaction, "ahead-a") == "one");
    CHECK(ReadIn(*transaction, "ahead-b") == "(none)");
    CHECK(ReadIn(*transaction, "ahead-none") == "some");
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  CHECK(ReadCommitted(store, "ahead-a") == "one");
  CHECK(ReadCommitted(store, "ahead-b") == "(none)");
  CHECK(ReadCommitted(store, "ahead-c") == "own");
  CHECK(ReadCommitted(store, "ahead-none") == "some");
}

// Once prepared, whether it is written yet or not.
void CheckWhatIsPreparedIsRead(Store& store) {
  for (const char* row : {"split-a", "split-c", "split-e"}) PutCommitted(store, row, "0");
  CHECK(ReadCommitted(store, "split-a") == "0");
  const auto first = store.Begin();
  first->Put("split-a", "1");
  first->Put("split-b", "1");
  first->Erase("split-c");
  first->Put("split-e", "1");
  REQUIRE(first->Prepare() == CommitOutcome::kCommitted);
  const auto second = store.Begin();
  const auto check = [&] {
    second->ReadAhead({"split-a", "split-c", "split-d"});
    CHECK(ReadIn(*second, "split-a") == "1");
    CHECK(ReadIn(*second, "split-b") == "1");
    CHECK(ReadIn(*second, "split-c") == "(none)");
    CHECK(ReadIn(*second, "split-e") == "2");
    CHECK(ScanIn(*second, "split-", "split.") ==
          Rows{"split-a=1", "split-b=1", "split-d=2", "split-e=2"});
    CHECK(ScanIn(*second, "split-b", "split-e") == Rows{"split-b=1", "split-d=2"});
    CHECK(ScanIn(*second, "split-", "split.", 2) == Rows{"split-a=1", "split-b=1"});
  };
  second->Put("split-d", "2");
  second->Put("split-e", "2");
  check();
  REQUIRE(first->Write() == CommitOutcome::kCommitted);
  check();
  second->Erase("split-a");
  second->Put("split-c", "2");
  CHECK(ScanIn(*second, "split-", "split.") ==
        Rows{"split-b=1", "split-c=2", "split-d=2", "split-e=2"});
  REQUIRE(second->Prepare() == CommitOutcome::kCommitted);
  CHECK(ReadCommitted(store, "split-a") == "(none)");
  CHECK(ReadCommitted(store, "split-b") == "1");
  CHECK(ReadCommitted(store, "split-c") == "2");
  REQUIRE(second->Write() == CommitOutcome::kCommitted);
  CHECK(ReadCommitted(store, "split-a") == "(none)");
  CHECK(ReadCommitted(store, "split-c") == "2");
  CHECK(ReadCommitted(store, "split-e") == "2");
}

void CheckRollbackUndoesSinceTheSavepointOnly(Store& store) {
  PutCommitted(store, "sp-a", "0");
  const auto transaction = store.Begin();
  transaction->SetSavepoint();
  transaction->Put("sp-a", "1");
  transaction->SetSavepoint();
  transaction->Put("sp-a", "2");
  transaction->Erase("sp-a");
  transaction->Put("sp-b", "2");
  transaction->RollbackToSavepoint();
  CHECK(ReadIn(*transaction, "sp-a") == "1");
  CHECK(ReadIn(*transaction, "sp-b") == "(none)");
  // And once more, from a savepoint set after a rollback.
  transaction->SetSavepoint();
  transaction->Put("sp-b", "3");
  transaction->RollbackToSavepoint();
  CHECK(ScanIn(*transaction, "sp-", "sp.") == Rows{"sp-a=1"});
  transaction->SetSavepoint();
  transaction->Put("sp-c", "4");
  CHECK(transaction->Commit() == CommitOutcome::kCommitted);
}

void CheckSavepointsStandInOneAnother(Store& store) {
  PutCommitted(store, "nest-a", "0");
  const auto transaction = store.Begin();
  transaction->SetSavepoint();
  transaction->Put("nest-a", "1");
  transaction->SetSavepoint();
  transaction->Put("nest-a", "2");
  transaction->RollbackToSavepoint();
  transaction->ReleaseSavepoint();
  CHECK(ReadIn(*transaction, "nest-a") == "1");
  transaction->SetSavepoint();
  transaction->Put("nest-b", "3");
  CHECK(transaction->has_writes_since_savepoint());
  transaction->ReleaseSavepoint();
  CHECK(transaction->has_writes_since_savepoint());  // of the one around it
  transaction->RollbackToSavepoint();
  CHECK(ScanIn(*transaction, "nest-", "nest.") == Rows{"nest-a=0"});
  CHECK_FALSE(transaction->has_writes_since_savepoint());
  transaction->ReleaseSavepoint();
}

void CheckScansAreOrderedAndBounded(Store& store) {
  const auto transaction = store.Begin();
  for (const char* key : {"scan-2", "scan-1", "scan-3", "scan-\xff"}) transaction->Put(key, "v");
  REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  const auto reader = store.Begin();
  CHECK(ScanIn(*reader, "scan-", "scan.") ==
        Rows{"scan-1=v", "scan-2=v", "scan-3=v", "scan-\xff=v"});
  CHECK(ScanIn(*reader, "scan-", "scan.", 2) == Rows{"scan-1=v", "scan-2=v"});
  CHECK(ScanIn(*reader, "scan-1", "scan-3") == Rows{"scan-1=v", "scan-2=v"});
  CHECK(ScanIn(*reader, "scan-3", "scan-1").empty());
  std::size_t seen = 0;
  REQUIRE(
      reader->Scan("scan-", "scan.", 100, [&](BytesView, BytesView) { return ++seen < 3; }).ok());
  CHECK(seen == 3);
}

void CheckAnyBytesAreKeysAndValues(Store& store) {
  const Bytes key("k\0\xff\n", 4);
  const Bytes value(70'000, '\0');
  PutCommitted(store, key, value);
  PutCommitted(store, "empty", "");
  CHECK(ReadCommitted(store, key) == value);
  CHECK(ReadCommitted(store, "empty").empty());
}

void CheckAnEmptyCommitIsNoWrite(Store& store) {
  const auto transaction = store.Begin();
  CHECK_FALSE(transaction->has_writes());
  CHECK(transaction->Commit() == CommitOutcome::kCommitted);
}

}  // namespace

void PutCommitted(Store& store, BytesView key, BytesView value) {
  const auto transaction = store.Begin();
  transaction->Put(key, value);
  REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
}

Bytes ReadCommitted(Store& store, BytesView key) { return ReadIn(*store.Begin(), key); }

void CheckStoreConformance(Store& store) {
  CheckReadsSeeOwnWrites(store);
  CheckNothingStaysWithoutCommit(store);
  CheckTheNewestCommitIsRead(store);
  CheckReadingAheadChangesNothing(store);
  CheckWhatIsPreparedIsRead(store);
  CheckRollbackUndoesSinceTheSavepointOnly(store);
  CheckSavepointsStandInOneAnother(store);
  CheckScansAreOrderedAndBounded(store);
  CheckAnyBytesAreKeysAndValues(store);
  CheckAnEmptyCommitIsNoWrite(store);
}

}  // namespace holdfast::server
