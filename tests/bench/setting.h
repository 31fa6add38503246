// What the measurements share: the directory, and one practice with its people,
// started when the first measurement asks for it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "bench/load.h"
#include "bench/options.h"
#include "bench/people.h"
#include "bench/recorded_sends.h"
#include "support/practice_process.h"

namespace holdfast::bench {

class Setting {
 public:
  explicit Setting(const Options& options);
  ~Setting();  // removes the directory
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

  const Options& options() const { return options_; }
  const std::filesystem::path& directory() const { return directory_; }

  test::PracticeProcess& practice();
  People& people();
  const RecordedSends& recorded();

 private:
  Options options_;
  std::filesystem::path directory_;
  std::unique_ptr<test::PracticeProcess> practice_;
  People people_;
  std::optional<RecordedSends> recorded_;
};

// Registers `pairs` therapists with a client each.
People MakePeople(test::PracticeProcess& practice, std::size_t pairs);

// A connection for each of the first `count` clients, logged in, with `envelopes`
// sealed for each.
Lines LinesOf(People& people, const std::string& address, std::size_t count, std::size_t envelopes);

}  // namespace holdfast::bench
