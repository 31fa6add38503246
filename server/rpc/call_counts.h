// What calls came to since the process was started, as numbers for the operator: of no call,
// device or person. Any thread; never waits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/errors.h"
#include "server/runtime/histogram.h"

namespace holdfast::server {

// From a whole request to its answer on the way, in microseconds.
inline constexpr std::array<std::uint64_t, 12> kSendBoundsUs = {
    2'500,   5'000,   10'000,    25'000,    50'000,    100'000,
    250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

class CallCounts {
 public:
  // An answer that refuses, or a part of one. Counts nothing where the caller has gone.
  void Refused(const absl::Status& refusal);
  // The same by its name on the wire; internal where that is none.
  void Refused(std::string_view reason);
  std::uint64_t refused(Reason reason) const;

  Histogram sends{kSendBoundsUs};  // that were taken

 private:
  static constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::kInternal) + 1;
  std::array<std::atomic<std::uint64_t>, kReasons> refused_{};
};

// Where the time that such a request took is counted; null: nowhere.
template <class Request>
Histogram* DurationsOf(CallCounts&, const Request&) {
  return nullptr;
}
inline Histogram* DurationsOf(CallCounts& counts, const v1::SendRequest&) { return &counts.sends; }

}  // namespace holdfast::server
