// The batch that is open: what its requests share until it is committed, and what
// becomes of it then. Begin() forgets it all, so a batch can be run again.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "crypto/public/signature.h"
#include "holdfast/v1/mailbox.pb.h"
#include "server/core/receipts.h"
#include "server/core/world.h"

namespace holdfast::server {

class Batch {
 public:
  void Begin(bool has_room = true);

  // The practice's record as this batch sees it.
  absl::StatusOr<const PracticeRecord*> Practice(Transaction& transaction);
  // The newest incarnation, which every answer names.
  absl::StatusOr<Incarnation> CurrentIncarnation(Transaction& transaction);

  // Where the next leaf will stand: asked before anything is written for it.
  // server_busy when the batch is full, storage_full when the store is.
  absl::StatusOr<LeafPlace> NextPlace(Transaction& transaction);
  // Adds the leaf at NextPlace(). `response` is completed by Seal.
  void AddLeaf(Bytes leaf, v1::SendResponse& response);
  // Stored in this batch: not committed yet, so not there for readers.
  bool Holds(std::uint32_t incarnation, std::uint64_t batch) const;
  // A retry in the same batch as its original (which Holds() says): the same leaf
  // once more.
  void AddRepeat(const LeafPlace& place, Bytes leaf, v1::SendResponse& response);

  // Signs what was added since Begin or the last Seal, and writes its record.
  absl::Status Seal(Transaction& transaction, const crypto::SigningKey& practice,
                    std::uint64_t now_ms);
  // A life after a restored backup: seals what belongs to the one before. Nothing
  // may fail after it in the same request.
  absl::Status BeginIncarnation(Transaction& transaction, PracticeRecord record,
                                const crypto::SigningKey& practice, std::uint64_t now_ms);

  void Wake(const DeviceId& device) { wakes_.insert(device); }
  std::vector<DeviceId> TakeWakes();
  // After the commit: the sealed trees go where readers look first.
  void KeepTrees(Receipts& receipts);

 private:
  struct Pending {
    std::uint32_t leaf = 0;
    v1::SendResponse* response = nullptr;
  };
  struct Sealed {
    LeafPlace place;
    Receipts::Tree tree;
  };

  bool IsOpen(std::uint32_t incarnation, std::uint64_t batch) const;
  const Sealed* FindSealed(std::uint32_t incarnation, std::uint64_t batch) const;

  bool has_room_ = true;
  std::optional<PracticeRecord> practice_;
  std::optional<LeafPlace> open_;  // the batch being filled; `leaf` unused
  std::vector<Hash> leaves_;
  std::vector<Pending> pending_;
  std::vector<Sealed> sealed_;
  std::set<DeviceId> wakes_;
};

}  // namespace holdfast::server
