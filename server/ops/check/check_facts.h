// What `holdfastd check` finds out before it judges anything: of the machine, of the data
// directory, and of the practice, from the holdfastd that serves it or from its store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/core/inspection.h"
#include "server/ops/backup/backup.h"
#include "server/ops/descriptors.h"
#include "server/ops/disk_guard.h"
#include "server/ops/tls_identity.h"

namespace holdfast::server {

// Of the libraries that holdfastd uses, as it runs; "" where it was built with the same.
struct LibraryFacts {
  std::string name;
  std::string running;
  std::string built;
};

// What the practice says of itself.
struct PracticeFacts {
  std::string version;        // of the holdfastd that says it
  DescriptorUse descriptors;  // of the process that says it
  bool has_key = false;       // that process, from elsewhere than the directory
  std::uint64_t wall_ms = 0;
  std::uint64_t engine_ms = 0;
  bool timers_held = false;
  StoreStanding standing;
  std::uint64_t sampled = 0;          // envelopes read with their bodies
  std::vector<std::string> findings;  // of the sample, one line each
  std::string endorsed_key;           // the TLS key that it vouches for, in hex
  std::uint64_t endorsed_until_ms = 0;
  std::vector<LibraryFacts> libraries;
};

// A connection that was tried, or a name that was looked up.
struct ReachFacts {
  enum class Outcome : std::uint8_t { kReached, kRefused, kNoAnswer, kNoName };
  std::string address;
  Outcome outcome = Outcome::kReached;
  std::uint64_t took_ms = 0;
  std::string why;
};

struct CheckFacts {
  std::string data;  // the directory, as it was named
  std::uint64_t now_ms = 0;
  bool synchronised = false;  // the system's word of its clock
  bool is_served = false;
  absl::Status directory;  // why it cannot be looked at; then nothing else is known
  absl::Status settings;
  absl::Status keys;      // whether practice.key can be read
  absl::Status practice;  // why the practice says nothing; OK: `told`
  PracticeFacts told;
  std::optional<DiskSpace> disk;
  std::uint64_t floor_bytes = 0;
  std::uint64_t ballast_bytes = 0;         // that is there
  std::uint64_t ballast_wanted_bytes = 0;  // that should be
  absl::Status certificate;                // OK: `tls`
  TlsFacts tls;
  std::optional<ReachFacts> port;  // where it listens
  std::optional<ReachFacts> name;  // where clients reach it
  absl::Status backup_known;
  std::optional<LastBackup> backup;
  bool backup_is_there = false;
  std::string version;  // of this program
};

}  // namespace holdfast::server
