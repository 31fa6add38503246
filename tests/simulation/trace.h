// The story of a seed: every event goes into one running hash, by which two runs
// are compared, and is printed where somebody wants to read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/identifiers.h"
#include "simulation/timeline.h"

namespace holdfast::simulation {

class Trace {
 public:
  Trace(const Timeline& timeline, bool prints) : timeline_(timeline), prints_(prints) {}

  // `about` may be any bytes; its beginning is printed in hexadecimal.
  void Note(std::string_view who, std::string_view what, BytesView about = {});
  std::uint64_t hash() const { return hash_; }

 private:
  void Mix(BytesView bytes);

  const Timeline& timeline_;
  const bool prints_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

// "week 12, Tue 14:03:05.120"
std::string TimeInWords(std::uint64_t at_ms);

}  // namespace holdfast::simulation
