#include "simulation/randomness.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace holdfast::simulation {
namespace {

Randomness sodium_random(0);

const char* SeededName() { return "seeded"; }
std::uint32_t SeededNumber() { return static_cast<std::uint32_t>(sodium_random.Next()); }
void SeededBuffer(void* const buffer, const std::size_t size) { sodium_random.Fill(buffer, size); }

randombytes_implementation seeded_implementation = {SeededName, SeededNumber, nullptr,
                                                    nullptr,    SeededBuffer, nullptr};

}  // namespace

std::uint64_t Randomness::Next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

void Randomness::Fill(void* memory, std::size_t bytes) {
  auto* at = static_cast<unsigned char*>(memory);
  while (bytes > 0) {
    const std::uint64_t drawn = Next();
    const std::size_t taken = std::min(bytes, sizeof drawn);
    std::memcpy(at, &drawn, taken);
    at += taken;
    bytes -= taken;
  }
}

Bytes SeededEntropy::Draw(std::size_t bytes) {
  Bytes drawn(bytes, '\0');
  random_.Fill(drawn.data(), bytes);
  return drawn;
}

SeededSodium::SeededSodium(Randomness random) {
  sodium_random = random;
  randombytes_set_implementation(&seeded_implementation);
}
SeededSodium::~SeededSodium() {
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

}  // namespace holdfast::simulation
