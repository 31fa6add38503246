// The first broken promise ends the run.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "simulation/trace.h"

namespace holdfast::simulation {

// The server's promises, by the names that its documents use.
inline constexpr const char* kStoredMeansStored = "stored means stored";
inline constexpr const char* kOnce = "once";
inline constexpr const char* kInOrder = "in the bond's order";
inline constexpr const char* kNoLimbo = "no limbo";
inline constexpr const char* kNoFalseAlarm = "no alarm without a cause";
inline constexpr const char* kEveryoneIsTold = "everyone is told";
inline constexpr const char* kKeysOnce = "no key is used twice";
inline constexpr const char* kOnTime = "never early, never twice, never silently late";
inline constexpr const char* kToldFirst = "the client is told first";
inline constexpr const char* kOneLedger = "everybody holds one ledger";
inline constexpr const char* kOneAccount = "all devices of an account show the same";
inline constexpr const char* kShutOut = "who is shut out gets and sends nothing";
inline constexpr const char* kHeals = "everything heals and drains";

struct Violation {
  std::string promise;
  std::string what;
  std::uint64_t at_ms = 0;
};

class Verdict {
 public:
  Verdict(Timeline& timeline, Trace& trace) : timeline_(timeline), trace_(trace) {}

  void Broken(const std::string& promise, const std::string& what) {
    trace_.Note("BROKEN", promise + ": " + what);
    if (!violation_) violation_ = Violation{promise, what, timeline_.now_ms()};
    timeline_.Stop();
  }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  Timeline& timeline_;
  Trace& trace_;
  std::optional<Violation> violation_;
};

}  // namespace holdfast::simulation
