// An onlooker at the practice's door. It notes every answer to a send at the
// moment in which it leaves, whether or not it arrives, and holds the practice to
// it: stored means stored, the same id gets the same answer, a place is given
// once, times of a bond never decrease.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "holdfast/v1/mailbox.pb.h"
#include "rules/receipt.h"
#include "simulation/disk.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

class StoredBook {
 public:
  explicit StoredBook(Verdict& verdict) : verdict_(verdict) {}

  void Answered(const v1::SendRequest& request, const v1::SendResponse& response);
  // A process begins on this disk: all that was answered must be there.
  void Restarted(const Rows& rows);
  // The operator put this backup in place: what is newer may be gone.
  void Restored(const Rows& rows);

  // Whether the practice ever said that it holds the envelope.
  bool WasAnswered(const EnvelopeId& id) const { return ever_.contains(id); }
  // Whether the store has it now, as far as it answered.
  bool IsHeld(const EnvelopeId& id) const { return leaves_.contains(id); }
  std::size_t answered() const { return ever_.size(); }
  // Whether a restore took away something that had been answered.
  bool lost_some() const { return lost_some_; }

 private:
  using Place = std::tuple<Incarnation, BondId, std::uint64_t>;
  struct Given {
    EnvelopeId envelope;
    std::uint64_t stored_at_ms = 0;
  };

  void CheckPlace(const ReceiptLeaf& leaf);

  Verdict& verdict_;
  std::set<EnvelopeId> ever_;
  std::map<EnvelopeId, Bytes> leaves_;  // in the store's present life
  std::map<Place, Given> places_;
  bool lost_some_ = false;
};

}  // namespace holdfast::simulation
