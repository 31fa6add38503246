// A closed loop of sends: so many in flight, the next one as soon as one is
// answered, over several connections with the channel settings of the product's
// client.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/meter.h"
#include "client/transport/channel.h"
#include "rules/identifiers.h"

namespace holdfast::bench {

// One connection and what goes over it.
struct Line {
  Line(const std::string& address, Bytes call_token)
      : practice(address), token(std::move(call_token)) {}

  client::PracticeChannel practice;
  Bytes token;  // shown with every call; empty: none
  std::vector<v1::SendRequest> envelopes;
};
using Lines = std::vector<std::unique_ptr<Line>>;

enum class Supply {
  kOnce,   // each envelope once; a line that has none left rests
  kAgain,  // from the beginning again
};

struct LoadResult {
  std::uint64_t answered = 0;
  Cost cost;
  std::uint64_t batches = 0;  // that the practice committed meanwhile, by its receipts
  v1::SendResponse last_response;
};

// Until `round` is over or no envelope is left, then waits for what is in flight.
// `server` is measured along with this process. Throws where a send fails.
LoadResult RunLoad(Lines& lines, std::size_t in_flight, std::chrono::milliseconds round,
                   Supply supply, pid_t server);

// The most that one line gets for a round; bounds memory.
inline constexpr std::size_t kEnvelopesPerLineMax = 16'384;

}  // namespace holdfast::bench
