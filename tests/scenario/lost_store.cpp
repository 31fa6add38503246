// The practice's store is lost, or a part of it: nobody is served from an empty one by
// mistake, and what is begun anew on purpose tells everybody and gets everything back.
#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

bool Tells(const Outcome& outcome, const std::string& words) {
  return (outcome.out + outcome.err).find(words) != std::string::npos;
}

// What people do anyway, until nothing is left to heal. What they were told.
std::string SyncInRounds(const std::vector<Person*>& people) {
  std::string told;
  for (int round = 0; round < 4; ++round) {
    for (Person* person : people) {
      const Outcome sync = person->TryPlain({"sync"});
      told += Describe(sync);
    }
  }
  return told;
}

TEST_CASE("a store that is missing is refused, and begun anew on purpose everything comes back",
          "[lost_store]") {
  Couple couple;
  couple.therapist.Do(
      {"availability", "set", "--hours", "mon-sun 8:00-20:00", "--reply-within", "8h"});
  couple.client.Sync();
  couple.client.CheckIn("before the loss");
  couple.therapist.Sync();
  couple.client.Sync();
  REQUIRE(couple.practice.Stop().exit_code == 0);
  fs::remove_all(couple.practice.data() / "db");
  for (int i = 0; i < 2; ++i) {
    const Outcome refused = couple.practice.TryStart();
    INFO(Describe(refused));
    CHECK(refused.exit_code == 1);
    CHECK(Tells(refused, "--new-store"));
    CHECK_FALSE(fs::exists(couple.practice.data() / "db"));
  }

  couple.practice.StartWith({"--new-store"});
  // The client is first, and is told to wait for the therapist's device.
  const std::string told = SyncInRounds({&couple.client, &couple.therapist});
  INFO(told << "\n" << couple.practice.log());
  CHECK(told.find("restore") != std::string::npos);
  CHECK(told.find("another past") == std::string::npos);

  couple.client.CheckIn("life goes on");
  SyncInRounds({&couple.therapist, &couple.client});
  const Outcome verified = couple.client.TryPlain({"ledger", "verify"});
  INFO(Describe(verified));
  CHECK(verified.exit_code == kExitOk);
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "life goes on"));
  const std::string id = MessageWith(couple.therapist.Inbox(), "life goes on").at("id");
  couple.therapist.Reply(id, "so it does");
  SyncInRounds({&couple.client});
  CHECK_NOTHROW(MessageWith(couple.client.Inbox(), "so it does"));
}

TEST_CASE("a store that lost its end is refused, and served as restored the rest comes back",
          "[lost_store]") {
  Couple couple;
  couple.client.CheckIn("before");
  couple.therapist.Sync();
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.Start();
  couple.client.CheckIn("acknowledged, and then lost");
  couple.practice.Kill();
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(couple.practice.data() / "db")) {
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  }
  REQUIRE_FALSE(newest.empty());
  fs::resize_file(newest, 0);

  const Outcome refused = couple.practice.TryStart();
  INFO(Describe(refused));
  CHECK(refused.exit_code == 1);
  CHECK(Tells(refused, "log_ends_early batch="));
  CHECK(Tells(refused, "--restored"));
  couple.practice.StartWith({"--restored"});
  const std::string told = SyncInRounds({&couple.client, &couple.therapist});
  INFO(told);
  CHECK(told.find("restore") != std::string::npos);
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "acknowledged, and then lost"));
}

}  // namespace
}  // namespace holdfast::test
