// One therapist and their clients, each of whom keeps a rhythm: registered, invited
// and agreed upon through the real core, in memory, with real signatures.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "rules/rhythm.h"
#include "support/server_world.h"

namespace holdfast::bench {

inline constexpr std::size_t kClientsPerTherapist = 40;

struct Caseload {
  std::unique_ptr<server::ServerWorld> world;
  std::vector<server::TestBond> bonds;     // only the last one's therapist holds the keys
  std::vector<std::uint64_t> opens_at_ms;  // of each bond's next slot
  std::vector<Bytes> ids;                  // of all accounts, devices, bonds and look-ups
  std::vector<std::uint64_t> times;        // of the next slots, local ones too

  const server::TestDevice& therapist() const { return bonds.back().therapist; }
};

// "Every week" from `in_ms` after now on, for two days, with two reminders. `now_ms`
// is a whole minute.
Rhythm WeeklyRhythm(std::uint64_t now_ms, std::uint64_t in_ms);
// "Every day" for half a day, with none.
Rhythm DailyRhythm(std::uint64_t now_ms, std::uint64_t in_ms);

// What `rhythm_of` says for each client, by the client's number and the time.
using RhythmOf = std::function<Rhythm(std::size_t client, std::uint64_t now_ms)>;
Caseload MakeCaseload(std::size_t clients, const RhythmOf& rhythm_of);

}  // namespace holdfast::bench
