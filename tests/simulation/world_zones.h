// The zones of the world, and what each device's database says of them.
#pragma once

#include <array>

#include "client/core/outside/world.h"

namespace holdfast::simulation {

// Both hemispheres, a change of half an hour, and none at all. Their clocks change
// within the year that is lived, twice each.
inline constexpr std::array<const char*, 4> kZoneNames = {"Europe/Berlin", "America/New_York",
                                                          "Australia/Lord_Howe", "Asia/Kolkata"};

class DeviceZones final : public client::ZoneSource {
 public:
  absl::StatusOr<Zone> Read(const std::string& name, std::uint64_t from_ms,
                            std::uint64_t until_ms) override;
  // Another database: by it all clocks change a week later, and one changes that
  // does not.
  void SetDoctored(bool is_doctored) { is_doctored_ = is_doctored; }
  bool is_doctored() const { return is_doctored_; }

 private:
  bool is_doctored_ = false;
};

}  // namespace holdfast::simulation
