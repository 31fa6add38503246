#include "bench/setting.h"

#include "bench/file_system.h"
#include "bench/must.h"

namespace holdfast::bench {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRecordedSends = 20'000;
constexpr std::size_t kRecordedSendsQuick = 800;

}  // namespace

Setting::Setting(const Options& options)
    : options_(options), directory_(MakeScratch(options.data)) {}

Setting::~Setting() {
  practice_.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

test::PracticeProcess& Setting::practice() {
  if (!practice_) {
    practice_ = std::make_unique<test::PracticeProcess>(directory_ / "practice");
    // A load is many days' worth of a few people.
    practice_->Configure("envelopes_per_day", "1000000000");
    practice_->Configure("mib_per_day", "1000000");
    practice_->Start();
  }
  return *practice_;
}

People& Setting::people() {
  if (people_.empty()) people_ = MakePeople(practice(), kPairs);
  return people_;
}

const RecordedSends& Setting::recorded() {
  if (!recorded_) {
    const fs::path data = practice().data();
    recorded_ = RecordSends(directory_ / "recorded", test::ReadFile(data / "tls.key"),
                            test::ReadFile(data / "tls.crt"),
                            options_.quick ? kRecordedSendsQuick : kRecordedSends);
  }
  return *recorded_;
}

People MakePeople(test::PracticeProcess& practice, std::size_t pairs) {
  People people;
  for (std::size_t i = 0; i < pairs; ++i) {
    people.push_back(std::make_unique<Pair>(practice.EnrolmentCode()));
  }
  return people;
}

Lines LinesOf(People& people, const std::string& address, std::size_t count,
              std::size_t envelopes) {
  Lines lines;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& pair = people[i];
    if (const grpc::Status status = pair->client().LogIn(); !status.ok()) {
      throw std::runtime_error("log in: " + status.error_message());
    }
    lines.push_back(std::make_unique<Line>(address, pair->client().token()));
    lines.back()->envelopes = pair->Envelopes(envelopes);
  }
  return lines;
}

}  // namespace holdfast::bench
