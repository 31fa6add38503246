#include "simulation/fault_rates.h"

namespace holdfast::simulation {
namespace {

// Nothing in half of the seeds, else anything up to `most`, rarer ones more often.
std::uint64_t Rate(Randomness& random, std::uint64_t most) {
  if (random.OneIn(2)) return 0;
  return random.Between(1, most) >> random.Below(4);
}

}  // namespace

FaultRates FaultRates::Draw(Randomness& random) {
  FaultRates rates;
  rates.lose_request = Rate(random, 60'000);
  rates.lose_response = Rate(random, 60'000);
  rates.late_request = Rate(random, 40'000);
  rates.repeat_request = Rate(random, 60'000);
  rates.half_open = Rate(random, 80'000);
  rates.break_stream = Rate(random, 60'000);
  rates.lose_wake = Rate(random, 200'000);
  rates.commit_conflict = Rate(random, 50'000);
  rates.commit_refused = Rate(random, 10'000);
  rates.commit_unknown = Rate(random, 5'000);
  rates.crash_practice = Rate(random, 10'000);
  rates.crash_device = Rate(random, 300'000);
  rates.device_off = Rate(random, 100'000);
  rates.device_clock = Rate(random, 100'000);
  rates.practice_clock = Rate(random, 400'000);
  rates.outage = Rate(random, 200'000);
  rates.restores = random.OneIn(2) ? 0 : random.Between(1, 3);
  return rates;
}

}  // namespace holdfast::simulation
