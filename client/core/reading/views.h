// What people are shown, read from the vault.
#pragma once

#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/drafts.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// In the order of each bond, oldest first: stored messages by the practice's
// place, then those still queued as they were written.
absl::StatusOr<std::vector<MessageView>> ViewMessages(const VaultReader& reader, Ledgers& ledgers,
                                                      const OwnDevice& own,
                                                      const MessageQuery& query,
                                                      std::uint64_t now_ms);
// usage where the prefix is too short or not hexadecimal, unknown_envelope where
// none or several begin with it.
absl::StatusOr<MessageView> ViewMessage(const VaultReader& reader, Ledgers& ledgers,
                                        const OwnDevice& own, std::string_view id_prefix,
                                        std::uint64_t now_ms);
// Open marks on messages that are here, oldest first, with those messages.
absl::StatusOr<std::vector<ShownRupture>> ViewOpenRuptures(const VaultReader& reader,
                                                           Ledgers& ledgers, const OwnDevice& own,
                                                           const std::optional<BondId>& bond,
                                                           std::uint64_t now_ms);
// Received, with an answer that says that somebody is not safe, and nobody here has said that it
// was seen; oldest first.
absl::StatusOr<std::vector<MessageView>> ViewNotSafe(const VaultReader& reader, Ledgers& ledgers,
                                                     const OwnDevice& own,
                                                     const std::optional<BondId>& bond,
                                                     std::uint64_t now_ms);
absl::StatusOr<std::vector<BondView>> ViewBonds(const VaultReader& reader, const OwnDevice& own,
                                                std::uint64_t now_ms);

// A received message was seen; told to the other side later.
absl::Status MarkMessageOpened(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms);

// "I have read this, I was here": the therapist's own act, told to the client with its time; opens
// the message as well. Where it was said before, nothing. usage where this device is not a
// therapist's or the message is their own, unknown_envelope, bond_ended, vault_rolled_back.
absl::Status MarkMessageWitnessed(Ledgers& ledgers, VaultChange& change, const EnvelopeId& id,
                                  std::uint64_t now_ms);

// A person says that they have seen what it says about safety; opens it as well. usage where it
// says nothing of the kind.
absl::Status MarkMessageSeen(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms);

}  // namespace holdfast::client
