#include "simulation/options.h"

#include <charconv>
#include <cstdio>
#include <map>
#include <string_view>

namespace holdfast::simulation {
namespace {

constexpr const char* kHelp =
    R"(usage: holdfast-simulation --seed N         lives one year and tells its story
       holdfast-simulation --seeds A..B      lives many, in processes side by side

  --weeks N         instead of 52
  --bonds N         instead of 8
  --jobs N          processes; instead of 2
  --devices N       every N-th seed has people with several devices; 0, as it is: none
  --trace-hash      with --seed: prints the hash of the story instead of the story
  --replay-every N  with --seeds: runs every N-th twice and compares the traces
)"
#ifdef HOLDFAST_PLANTED_DEFECTS
    R"(  --defect N        with one of the planted defects, by its number
  --defect all      with each of them, one after the other, until a seed finds it
)"
#endif
    ;

constexpr std::uint64_t kNumberMax = 1'000'000'000'000;

bool ReadNumber(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= kNumberMax;
}

bool ReadSeeds(std::string_view text, Options& options) {
  const std::size_t dots = text.find("..");
  return dots != std::string_view::npos && ReadNumber(text.substr(0, dots), options.first) &&
         ReadNumber(text.substr(dots + 2), options.last) && options.first <= options.last;
}

bool ReadOption(std::string_view name, std::string_view value, Options& options) {
  if (name == "--seeds") return ReadSeeds(value, options);
  if (name == "--seed") {
    options.prints = true;
    if (!ReadNumber(value, options.first)) return false;
    options.last = options.first;
    return true;
  }
#ifdef HOLDFAST_PLANTED_DEFECTS
  if (name == "--defect") {
    options.defect = value;
    return !value.empty();
  }
#endif
  const std::map<std::string_view, std::uint64_t*> numbers = {
      {"--weeks", &options.weeks},
      {"--bonds", &options.bonds},
      {"--jobs", &options.jobs},
      {"--devices", &options.devices},
      {"--replay-every", &options.replay_every}};
  const auto number = numbers.find(name);
  return number != numbers.end() && ReadNumber(value, *number->second);
}

}  // namespace

std::optional<Options> ReadOptions(int count, char** arguments) {
  Options options;
  bool is_right = count > 1;
  for (int i = 1; i < count && is_right; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--trace-hash") {
      options.prints_hash = true;
      continue;
    }
    is_right = ++i < count && ReadOption(name, arguments[i], options);
  }
  if (is_right && options.weeks > 0 && options.bonds > 0 && options.jobs > 0) return options;
  std::fputs(kHelp, stderr);
  return std::nullopt;
}

}  // namespace holdfast::simulation
