// In an honest world no device raises an alarm, except those that name what did
// happen: a restored practice, and clocks that were set.
#pragma once

#include <map>

#include "simulation/device.h"
#include "simulation/pair.h"
#include "simulation/practice.h"

namespace holdfast::simulation {

class AlarmBook {
 public:
  AlarmBook(Verdict& verdict, Trace& trace, const Practice& practice)
      : verdict_(verdict), trace_(trace), practice_(practice) {}

  void Raised(Device& device, const std::vector<const Pair*>& pairs,
              const std::vector<client::Alarm>& alarms, std::uint64_t now_ms);
  // The device died while these were told, and may not know that they were.
  void MayComeAgain(const Device& device, const std::vector<client::Alarm>& alarms);
  // From now on the device knows the practice, and will hear of its restores.
  void Met(const Device& device, std::uint64_t now_ms);
  // The practice forgets with a restore which keys were renewed since the backup.
  void BackupMade() { visits_at_backup_ = visits_; }
  void BackupRestored() { visits_ = visits_at_backup_; }
  void CheckEveryoneWasTold();
  std::size_t restores() const { return practice_.restores(); }
  std::uint64_t restored_ms() const { return practice_.restored_ms(); }

 private:
  using Visits = std::map<const Device*, std::vector<std::uint64_t>>;

  bool HasCause(Device& device, const std::vector<const Pair*>& pairs, const client::Alarm& alarm);
  // Somebody of whom the device hears had further devices.
  static bool HasSeveral(const Device& device, const std::vector<const Pair*>& pairs);
  // The other side of one of these was away so long that its keys were old.
  bool HasStaleKeys(const Device& device, const std::vector<const Pair*>& pairs,
                    std::uint64_t at_ms) const;

  Verdict& verdict_;
  Trace& trace_;
  const Practice& practice_;
  std::map<const Device*, std::uint64_t> met_ms_;  // first
  Visits visits_;                                  // as the practice remembers them
  Visits visits_at_backup_;
  std::map<const Device*, std::uint64_t> told_ms_;  // of the newest restore
  std::map<const Device*, std::size_t> told_times_;
};

}  // namespace holdfast::simulation
