// A store in memory: for the simulation and for tests, with the faults that they
// need. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "server/store/store.h"

namespace holdfast::server {

class MemoryStore : public Store {
 public:
  using Rows = std::map<Bytes, Bytes, std::less<>>;

  // What a commit with writes shall answer, and whether its writes happen. Only
  // kCommitted (with) and kUnknown (with or without) leave a choice; the other
  // outcomes never write.
  struct CommitFault {
    CommitOutcome outcome = CommitOutcome::kCommitted;
    bool applied = true;
  };
  using FaultHook = std::function<CommitFault()>;
  // What reading a key that this transaction has not written shall fail with; OK: nothing.
  using ReadFaultHook = std::function<absl::Status(BytesView key)>;

  std::unique_ptr<Transaction> Begin() override;

  // Asked at each commit that has writes; none by default.
  void SetFaultHook(FaultHook hook) { fault_hook_ = std::move(hook); }
  // Asked at each Get; none by default.
  void SetReadFaultHook(ReadFaultHook hook) { read_fault_hook_ = std::move(hook); }
  // kill -9: what is committed stays, open transactions are void (their Commit
  // answers kUnknown and writes nothing).
  void Crash() { ++life_; }

  // Everything committed: to compare, to keep as a backup.
  const Rows& rows() const { return rows_; }
  // Puts a backup in the place of everything; voids open transactions.
  void Restore(Rows rows);

 private:
  friend class MemoryTransaction;

  Rows rows_;
  FaultHook fault_hook_;
  ReadFaultHook read_fault_hook_;
  std::uint64_t life_ = 0;     // crashes so far
  std::uint64_t version_ = 0;  // commits so far: a transaction begun before the newest conflicts
};

}  // namespace holdfast::server
