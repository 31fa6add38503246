// What a practice says of itself for `holdfastd check`: asked of the holdfastd that serves
// it, over the admin socket, or read from its store where none does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/ops/check/check_facts.h"
#include "server/ops/configuration.h"
#include "server/ops/data_directory.h"
#include "server/runtime/committer.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::server {

// The admin socket's command; the answer is WritePracticeFacts.
inline constexpr const char* kPracticeFacts = "check";

// The serving side. `done` runs on the committer's thread.
void TellPracticeFacts(Committer& committer,
                       const std::function<void(absl::StatusOr<std::string>)>& done);

// With the directory locked: opens the store for reading only, where it lies; refuses what a
// start would refuse, and where nothing was stored yet.
absl::StatusOr<std::unique_ptr<RocksDbStore>> OpenStopped(const DataDirectory& directory,
                                                          const TlsIdentity& tls);

// With the directory locked: opens the store for reading only, and refuses what a start
// would refuse.
absl::StatusOr<PracticeFacts> ReadPracticeFacts(const DataDirectory& directory,
                                                const TlsIdentity& tls);

// One line of JSON, and back.
std::string WritePracticeFacts(const PracticeFacts& facts);
absl::StatusOr<PracticeFacts> ParsePracticeFacts(const std::string& line);

std::vector<LibraryFacts> ListLibraries();

// So many envelopes are read with their bodies: while others wait for the committer, and
// while nobody does.
inline constexpr std::size_t kSampledServing = 8;
inline constexpr std::size_t kSampledStopped = 64;

}  // namespace holdfast::server
