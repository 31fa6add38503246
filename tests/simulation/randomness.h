// All chance of a simulated year comes from one seed through these: the world's
// own draws, and every random byte of the cores and of libsodium.
#pragma once

#include <cstdint>

#include "client/core/outside/world.h"
#include "server/core/records/world.h"

namespace holdfast::simulation {

// SplitMix64: small, fast, and the same on every machine.
class Randomness {
 public:
  explicit Randomness(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next();
  std::uint64_t Below(std::uint64_t bound) { return Next() % bound; }
  // Both included.
  std::uint64_t Between(std::uint64_t low, std::uint64_t high) {
    return low + Below(high - low + 1);
  }
  bool OneIn(std::uint64_t times) { return Below(times) == 0; }
  bool PerMillion(std::uint64_t rate) { return Below(1'000'000) < rate; }
  void Fill(void* memory, std::size_t bytes);
  // A stream of its own: what is drawn from it leaves this one alone.
  Randomness Split() { return Randomness(Next()); }

 private:
  std::uint64_t state_;
};

class SeededEntropy final : public client::Entropy, public server::Entropy {
 public:
  explicit SeededEntropy(Randomness random) : random_(random) {}
  Bytes Draw(std::size_t bytes) override;

 private:
  Randomness random_;
};

// While it lives, libsodium draws from a seed. One at a time in a process.
class SeededSodium {
 public:
  explicit SeededSodium(Randomness random);
  ~SeededSodium();
  SeededSodium(const SeededSodium&) = delete;
  SeededSodium& operator=(const SeededSodium&) = delete;
};

}  // namespace holdfast::simulation
