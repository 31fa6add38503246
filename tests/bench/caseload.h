// What the commands of a therapist with many clients take: the real `holdfast` against a real
// practice, on a vault that unlocks at once.
#pragma once

#include <memory>

#include "bench/engine_device.h"
#include "bench/measurement.h"
#include "bench/setting.h"

namespace holdfast::bench {

class Caseload : public Measurement {
 public:
  explicit Caseload(Setting& setting) : setting_(setting) {}
  // Everybody joins, writes three messages, and keeps a weekly rhythm; hours are set for
  // all, and each waits for a reply.
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

 private:
  struct Cost {
    std::vector<double> cpu_ms;
    std::vector<double> wall_ms;
  };

  std::size_t bonds() const;
  std::filesystem::path home() const;
  void Join(EngineDevice& therapist);
  void AgreeOnRhythms(EngineDevice& therapist);
  void AskForReplies();
  void SetHours(const std::string& reply_within);
  // The program's own user and system time.
  void Run(const std::vector<std::string>& arguments, Cost* cost, int exit_code = 0);

  Setting& setting_;
  std::vector<std::unique_ptr<EngineDevice>> clients_;
  Cost unlocking_, status_, inbox_, hours_, after_;
};

}  // namespace holdfast::bench
