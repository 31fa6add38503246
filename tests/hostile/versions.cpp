// An older protocol, and a server that passes everything on from another place, are told apart
// before a login leaves.
#include <algorithm>

#include "hostile/hostile_practice.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

bool LoggedIn(const std::vector<std::string>& calls, std::size_t from) {
  return std::ranges::any_of(
      calls.begin() + static_cast<std::ptrdiff_t>(from), calls.end(),
      [](const std::string& call) { return call == "Challenge" || call == "Authenticate"; });
}

TEST_CASE("a practice that says it speaks an older version gets no login", "[versions]") {
  HostilePractice world;
  world.couple.client.CheckIn("before");
  const std::size_t before = world.middleman().calls().size();
  Tamper tamper;
  tamper.describe = [](v1::DescribeResponse& response) { response.set_protocol_version(0); };
  world.Do(tamper);
  const Outcome refused = world.couple.client.Try({"sync"});
  INFO(Describe(refused));
  CHECK(refused.exit_code != kExitOk);
  CHECK(ReasonIn(refused) == "unsupported_version");
  CHECK_FALSE(LoggedIn(world.middleman().calls(), before));
  world.Honest();
  CHECK(world.couple.client.Try({"sync"}).exit_code == kExitOk);
}

TEST_CASE("a server that passes everything on under a key of its own gets no login", "[versions]") {
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  PracticeProcess other(files / "other");
  other.Start();
  Person therapist(files / "therapist");
  const bool honest = GENERATE(true, false);
  const Middleman relay(practice, ReadFile((honest ? practice : other).data() / "tls.key"),
                        ReadFile((honest ? practice : other).data() / "tls.crt"));
  const Outcome enrolled = therapist.Try({"enroll", "--code-file", "-"},
                                         Readdressed(practice.EnrolmentCode(), relay.address()));
  INFO(Describe(enrolled));
  if (honest) {
    CHECK(enrolled.exit_code == kExitOk);
    return;
  }
  CheckAlarm(enrolled);
  CHECK(ReasonIn(enrolled) == "wrong_practice");
  const auto calls = relay.calls();
  CHECK_FALSE(LoggedIn(calls, 0));
  CHECK(std::ranges::find(calls, "EnrollTherapist") == calls.end());
}

}  // namespace
}  // namespace holdfast::test
