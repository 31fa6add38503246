// holdfast.toml: a closed list of keys; an unknown or malformed one is refused by
// name, so that a typing mistake never passes for a default.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/limits.h"
#include "server/core/records/limits.h"
#include "server/runtime/log.h"

namespace holdfast::server {

struct Configuration {
  std::string listen = "127.0.0.1:7443";  // host:port; port 0 takes a free one
  // What clients reach the practice by: a host, to which the bound port is added,
  // or host:port where something in front has a port of its own.
  std::string name = "127.0.0.1";
  std::uint64_t disk_floor_mib = 256;  // see server/ops/disk_guard.h
  std::uint32_t token_seconds = limits::kTokenMs / limits::kSecondMs;
  // Of one account; see server/core/records/limits.h.
  std::uint64_t envelopes_per_day = kEnvelopesPerDayMax;
  std::uint64_t mib_per_day = kBytesPerDayMax / (std::uint64_t{1024} * 1024);
  // Where Prometheus reads the practice's numbers: see server/ops/metrics/metrics_listener.h;
  // empty: nowhere.
  std::string metrics;
  LogLevel log_level = LogLevel::kInfo;

  std::uint64_t token_ms() const { return token_seconds * limits::kSecondMs; }
  std::uint64_t disk_floor_bytes() const { return disk_floor_mib * 1024 * 1024; }
};

absl::StatusOr<Configuration> ParseConfiguration(std::string_view text);
absl::StatusOr<Configuration> ReadConfiguration(const std::filesystem::path& path);
// With a comment for each key; ParseConfiguration reads it back to the same.
std::string WriteConfiguration(const Configuration& configuration);

// malformed_field naming `field` unless `text` is host:port, or [IPv6]:port.
absl::Status CheckListen(std::string_view text, std::string_view field);
// The same for a host with or without a port.
absl::Status CheckName(std::string_view text, std::string_view field);

// What goes into codes: `name`, with `port` where it has none of its own.
std::string AdvertisedAddress(std::string_view name, int port);
// The port of host:port; 0 where there is none.
int PortOf(std::string_view address);
// The host of a name, for the certificate.
std::string HostOf(std::string_view name);

inline constexpr std::uint64_t kPerDayMax = 1'000'000'000;
inline constexpr std::uint64_t kDiskFloorMibMax = std::uint64_t{1024} * 1024;
// Clients renew theirs by limits::kTokenMs, so a longer one would only be stolen.
inline constexpr std::uint32_t kTokenSecondsMax = limits::kTokenMs / limits::kSecondMs;

}  // namespace holdfast::server
