// A message of the vault as people are shown it, and its place among the others of its bond.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "client/core/ahead/holding.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

struct MessagePlace {
  // Queued; life and position; behind those at the same position: when it was released;
  // the order of the releases, or that in which it came.
  using Shown = std::tuple<bool, std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t>;

  Shown shown;
  std::uint64_t stored_ms = 0;
  bool is_ahead = false;
  bool is_released = false;         // it was written ahead, and is here or released
  std::uint64_t came_ms = 0;        // of what is released
  std::uint64_t release_entry = 0;  // its number in the ledger; 0: not known
};

struct MessageRow {
  MessageView view;
  MessagePlace place;
};

bool IsUnread(const vault::Message& message);

// Where it stands, but that nothing is said of a release: RowOf has that.
MessagePlace PlaceOf(const vault::Message& message);

// What was written ahead stands where it came, not where it was stored: behind everything of
// its bond that was stored before its release. `places` are all of one bond.
void PlaceByRelease(const std::vector<MessagePlace*>& places);

// Makes rows; what they need beside the message is read once. As old as its making.
class MessageRows {
 public:
  static absl::StatusOr<MessageRows> Of(const VaultReader& reader, Ledgers& ledgers,
                                        const OwnDevice& own, std::uint64_t now_ms);
  absl::StatusOr<MessageRow> RowOf(const EnvelopeId& id, const vault::Message& message) const;
  // A note ahead that nobody here is shown: it is held, or was taken back.
  absl::StatusOr<bool> Hides(const EnvelopeId& id, const vault::Message& message) const {
    return holding_->Hides(id, message);
  }
  const std::map<EnvelopeId, std::uint64_t>& bookmarks() const { return bookmarks_; }

 private:
  MessageRows(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
              std::uint64_t now_ms)
      : reader_(reader),
        ledgers_(ledgers),
        own_(own),
        now_ms_(now_ms),
        holding_(std::make_unique<Holding>(reader, ledgers, own)) {}

  const VaultReader& reader_;
  Ledgers& ledgers_;
  const OwnDevice& own_;
  std::uint64_t now_ms_;
  std::map<EnvelopeId, RuptureView> ruptures_;
  std::vector<EnvelopeId> withdrawing_;
  std::map<EnvelopeId, std::uint64_t> bookmarks_;
  std::unique_ptr<Holding> holding_;
};

}  // namespace holdfast::client
