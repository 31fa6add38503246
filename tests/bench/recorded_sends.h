// What the practice writes for durable sends at 128 in flight: taken from the
// product's own core, committer and services running inside this process, so that
// the baseline stays true when they change.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "bench/recording_store.h"

namespace holdfast::bench {

inline constexpr std::size_t kTopInFlight = 128;

struct RecordedSends {
  std::vector<Batch> batches;  // as they were committed
  std::size_t sends = 0;       // in all of them
  std::size_t bytes = 0;       // of all keys and values

  double SendsPerBatch() const {
    return static_cast<double>(sends) / static_cast<double>(batches.size());
  }
  double BytesPerSend() const { return static_cast<double>(bytes) / static_cast<double>(sends); }
};

// `tls_key` and `tls_certificate` are PEM; `directory` is made.
RecordedSends RecordSends(const std::filesystem::path& directory, const std::string& tls_key,
                          const std::string& tls_certificate, std::size_t sends);

}  // namespace holdfast::bench
