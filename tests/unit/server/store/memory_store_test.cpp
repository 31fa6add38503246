// The store in memory keeps the contract of stores.
#include "server/store/memory_store.h"

#include "support/catch.h"
#include "unit/server/store/store_conformance.h"

namespace holdfast::server {

TEST_CASE("the store in memory keeps what every store promises") {
  MemoryStore store;
  CheckStoreConformance(store);
}

TEST_CASE("a crash keeps what was committed and voids what was not") {
  MemoryStore store;
  PutCommitted(store, "a", "1");
  const auto open = store.Begin();
  open->Put("a", "2");
  store.Crash();
  CHECK(open->Commit() == CommitOutcome::kUnknown);
  CHECK(ReadCommitted(store, "a") == "1");
}

TEST_CASE("a transaction that began before another's commit conflicts") {
  MemoryStore store;
  const auto slow = store.Begin();
  slow->Put("a", "slow");
  PutCommitted(store, "a", "quick");
  CHECK(slow->Commit() == CommitOutcome::kConflict);
  CHECK(ReadCommitted(store, "a") == "quick");
}

TEST_CASE("an injected outcome writes only where it says so") {
  MemoryStore store;
  MemoryStore::CommitFault fault;
  store.SetFaultHook([&] { return fault; });
  const auto put = [&](BytesView value) {
    const auto transaction = store.Begin();
    transaction->Put("a", value);
    return transaction->Commit();
  };
  fault = {CommitOutcome::kNotCommitted, true};
  CHECK(put("1") == CommitOutcome::kNotCommitted);
  CHECK(ReadCommitted(store, "a") == "(none)");
  fault = {CommitOutcome::kUnknown, false};
  CHECK(put("2") == CommitOutcome::kUnknown);
  CHECK(ReadCommitted(store, "a") == "(none)");
  fault = {CommitOutcome::kUnknown, true};
  CHECK(put("3") == CommitOutcome::kUnknown);
  CHECK(ReadCommitted(store, "a") == "3");
}

TEST_CASE("a backup put back replaces everything") {
  MemoryStore store;
  PutCommitted(store, "a", "1");
  const MemoryStore::Rows backup = store.rows();
  PutCommitted(store, "b", "2");
  store.Restore(backup);
  CHECK(ReadCommitted(store, "a") == "1");
  CHECK(ReadCommitted(store, "b") == "(none)");
}

}  // namespace holdfast::server
