// Where the numbers for Prometheus are read: HTTP on a loopback address, or on a Unix socket of
// the practice's owner. Nothing else can be opened with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/ops/data_directory.h"
#include "server/runtime/loop.h"

namespace holdfast::server {

// In holdfast.toml, instead of an address: metrics.sock in the data directory.
inline constexpr std::string_view kMetricsSocketWord = "socket";
inline constexpr std::string_view kMetricsSocketName = "metrics.sock";

// malformed_field naming `field` unless `text` is empty, kMetricsSocketWord, or PORT at
// 127.0.0.1 or [::1].
absl::Status CheckMetricsPlace(std::string_view text, std::string_view field);

class MetricsListener {
 public:
  // On the loop's thread; must not block.
  using Page = std::function<std::string()>;

  // `place` as CheckMetricsPlace() has it, and not empty. The directory must be locked: a socket
  // left over there is replaced. usage, storage_failed.
  static absl::StatusOr<std::unique_ptr<MetricsListener>> Listen(Loop& loop,
                                                                 const DataDirectory& directory,
                                                                 const std::string& place,
                                                                 Page page);
  virtual ~MetricsListener() = default;  // removes the socket

  // "127.0.0.1:9464", with the port that was bound, or the socket's path.
  virtual std::string address() const = 0;
};

// A connection carries one request, and ends after so long whatever it does.
inline constexpr std::chrono::seconds kScrapeMax{5};
inline constexpr std::size_t kScrapesAtOnceMax = 8;
inline constexpr std::size_t kScrapeRequestBytesMax = 8192;
// After descriptors ran out.
inline constexpr std::chrono::milliseconds kScrapeAcceptRetry{500};

}  // namespace holdfast::server
