// The batch that is open: what its requests share until it is committed, and what
// becomes of it then. Begin() forgets it all, so a batch can be run again.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "crypto/public/signature.h"
#include "holdfast/v1/mailbox.pb.h"
#include "server/core/engine/promise_counts.h"
#include "server/core/engine/receipts.h"
#include "server/core/records/world.h"

namespace holdfast::server {

class Batch {
 public:
  void Begin();
  // Core::SetRoom.
  void SetRoom(bool has_room) { has_room_ = has_room; }

  // The practice's record as this batch sees it.
  absl::StatusOr<const PracticeRecord*> Practice(Transaction& transaction);
  // The newest incarnation, which every answer names.
  absl::StatusOr<Incarnation> CurrentIncarnation(Transaction& transaction);

  // Where the next leaf will stand. There must be room in the batch; storage_full
  // where there is none in the store.
  absl::StatusOr<LeafPlace> NextPlace(Transaction& transaction);
  // Adds the leaf at NextPlace(). The proof in it is completed by Seal; null where
  // nobody waits for it.
  void AddLeaf(BytesView leaf, v1::Receipt* receipt);
  void AddLeaf(BytesView leaf, v1::LedgerItem* item);
  // Whether this many more leaves fit.
  bool HasRoom(std::size_t leaves) const;
  // server_busy unless whatever one step adds does.
  absl::Status CheckRoom() const;
  // Stored in this batch: not committed yet, so not there for readers.
  bool Holds(std::uint32_t incarnation, std::uint64_t batch) const;
  // A retry in the same batch as its original (which Holds() says): the same leaf's
  // proof once more.
  void AddRepeat(const LeafPlace& place, v1::Receipt& receipt);
  void AddRepeat(const LeafPlace& place, v1::LedgerItem& item);

  // GoBack() forgets whatever came into the batch since that mark(). See savepoint.h.
  struct Mark {
    bool is_open = false;
    std::size_t leaves = 0;
    std::size_t pending = 0;
    std::size_t wakes = 0;
    std::size_t ended = 0;
    PromiseCounts promises;
  };
  Mark mark() const;
  void GoBack(const Mark& mark);

  // Signs what was added since Begin or the last Seal, and writes its record.
  absl::Status Seal(Transaction& transaction, const crypto::SigningKey& practice,
                    std::uint64_t now_ms);
  // A life after a restored backup: seals what belongs to the one before.
  absl::Status BeginIncarnation(Transaction& transaction, PracticeRecord record,
                                const crypto::SigningKey& practice, std::uint64_t now_ms);

  // In this batch so far.
  PromiseCounts& promises() { return promises_; }

  // Devices are woken in the order in which they were first told of something.
  void Wake(const DeviceId& device);
  std::vector<DeviceId> TakeWakes();
  // Once it is committed or prepared: the sealed trees go where readers look first.
  void KeepTrees(Receipts& receipts);

 private:
  struct Pending {
    std::uint32_t leaf = 0;
    std::variant<v1::Receipt*, v1::LedgerItem*> proof;
  };
  struct Sealed {
    LeafPlace place;
    Receipts::Tree tree;
  };

  // What a new incarnation puts away.
  struct Ended {
    std::optional<PracticeRecord> practice;
    std::optional<LeafPlace> open;
    std::vector<Hash> leaves;
    std::vector<Pending> pending;
    std::size_t sealed = 0;
  };

  bool IsOpen(std::uint32_t incarnation, std::uint64_t batch) const;
  template <class Proof>
  void Add(BytesView leaf, Proof* proof);
  template <class Proof>
  void Repeat(const LeafPlace& place, Proof& proof);
  const Sealed* FindSealed(std::uint32_t incarnation, std::uint64_t batch) const;

  bool has_room_ = true;
  std::optional<PracticeRecord> practice_;
  std::optional<LeafPlace> open_;  // the batch being filled; `leaf` unused
  std::vector<Hash> leaves_;
  std::vector<Pending> pending_;
  std::vector<Sealed> sealed_;
  std::vector<DeviceId> wakes_;
  std::set<DeviceId> woken_;
  PromiseCounts promises_;
  std::vector<Ended> ended_;
};

}  // namespace holdfast::server
