#include "server/ops/commands.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

#include "crypto/public/code_lines.h"
#include "rules/errors.h"
#include "server/ops/clock.h"
#include "server/ops/exit_codes.h"
#include "server/ops/init.h"
#include "server/ops/therapist.h"

namespace holdfast::server {
namespace {

// Asked on the terminal, where there is one.
bool Agrees() {
  std::fputs("Is this machine's clock right, and should the practice go by it? [y/N] ", stdout);
  (void)std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace

int Report(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  const absl::string_view message = status.message();
  std::fprintf(stderr, "holdfastd: %.*s\n", static_cast<int>(message.size()), message.data());
  return ReasonOf(status) == Reason::kUsage ? kExitUsage : kExitFailure;
}

int Say(const std::string& text, const char* lost) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kExitOk;
  const std::string reason = std::strerror(errno);
  std::fprintf(stderr, "holdfastd: cannot write the answer: %s. %s\n", reason.c_str(), lost);
  return kExitFailure;
}

int RunInit(const CommandLine& line) {
  const absl::Status made = InitPractice(line.options.data, line.name);
  if (!made.ok()) return Report(made);
  const std::string data = line.options.data.string();
  return Say("A practice was made in " + data +
                 ".\n"
                 "\n"
                 "Back up " +
                 data +
                 "/practice.key now and keep it safe: whoever has it can pass for this practice,\n"
                 "and without it the practice cannot prove who it is. Settings are in " +
                 data +
                 "/holdfast.toml.\n"
                 "\n"
                 "Next:\n"
                 "  holdfastd serve --data " +
                 data +
                 "\n"
                 "  holdfastd therapist add --data " +
                 data + "\n",
             "The practice was made.");
}

int RunTherapistAdd(const CommandLine& line) {
  const auto added = AddTherapist(line.options.data);
  if (!added.ok()) return Report(added.status());
  const std::string when =
      added->is_served ? ""
                       : "Nobody serves this practice just now: before the code is used, start\n"
                         "`holdfastd serve` so that it is reached there.\n";
  return Say(
      "Give this code to the therapist in person. It can be used once, within 7 days, with\n"
      "`holdfast enroll`. It leads to " +
          added->address + ".\n" + when + "\nTo type it, line by line:\n\n" +
          crypto::NumberedCodeLines(added->code) + "\nOr whole:\n\n" + added->code + "\n",
      "The code is in nobody's hands and expires by itself: run this again.");
}

int RunClockConfirm(const CommandLine& line) {
  const auto facts = ShowClock(line.options.data);
  if (!facts.ok()) return Report(facts.status());
  if (!facts->waits) {
    return Say("Nothing waits: the practice goes by this machine's clock, " +
                   LocalTime(facts->machine_ms) + ".\n",
               "Nothing was changed.");
  }
  const int said = Say(DescribeClock(*facts), "Nothing was changed.");
  if (said != kExitOk) return said;
  if (!line.yes && ::isatty(STDIN_FILENO) == 0) {
    return Report(Refuse(Reason::kUsage, "yes",
                         "nothing was changed: look at both times, then say --yes if this "
                         "machine's is right"));
  }
  if (!line.yes && !Agrees()) return Say("Nothing was changed.\n", "Nothing was changed.");
  const auto confirmed = ConfirmClock(line.options.data);
  if (!confirmed.ok()) return Report(confirmed.status());
  return Say(
      facts->machine_ms >= facts->practice_ms
          ? "The machine's clock is taken. Slots, due times and reminders go on by it. If it "
            "turns\n"
            "out to be wrong: set it right, then run this again.\n"
          : "The machine's clock is taken. Slots, due times and reminders go on by it. What was\n"
            "stored while the practice was ahead keeps its times. If that is much, put back the\n"
            "backup from before: the devices send again what is newer.\n",
      "The clock was confirmed.");
}

}  // namespace holdfast::server
