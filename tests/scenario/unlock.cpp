// An unlocked profile asks for no passphrase, and nobody else's business is opened by it.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "client/agent/agent_call.h"
#include "client/agent/agent_process.h"
#include "client/storage/sqlite_storage.h"
#include "support/catch.h"
#include "support/couple.h"
#include "support/ended.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

const std::string kRight = "correct horse battery staple";
// What an unlocked profile does not need.
const std::string kWrong = "no such passphrase";

// A couple whose agents are in a folder of the test, and end with it.
class UnlockingCouple : public Couple {
 public:
  UnlockingCouple() {
    REQUIRE(mkdir(runtime().c_str(), 0700) == 0);
    for (Person* person : {&client, &therapist}) {
      person->set_variable("XDG_RUNTIME_DIR", runtime().string());
    }
  }
  ~UnlockingCouple() {
    for (const client::AgentPlace& place : client::AllAgents(runtime() / "holdfast")) {
      if (const auto agent = AgentAt(place)) kill(*agent, SIGKILL);
    }
  }

  fs::path runtime() const { return files() / "run"; }
  client::AgentPlace PlaceOf(const Person& person) const {
    return client::PlaceOfAgent(person.home() / "default" / "vault", runtime());
  }
  static std::optional<pid_t> AgentAt(const client::AgentPlace& place) {
    const client::Descriptor line = client::ConnectTo(place.socket);
    return line.is_open() ? client::PeerOfOwnUser(line.number()) : std::nullopt;
  }
  std::optional<pid_t> AgentOf(const Person& person) const { return AgentAt(PlaceOf(person)); }
};

// Without the passphrase.
bool Opens(Person& person) {
  person.set_passphrase(kWrong);
  const Outcome inbox = person.Try({"inbox", "--all", "--offline"});
  person.set_passphrase(kRight);
  INFO(Describe(inbox));
  CHECK((inbox.exit_code == kExitOk || ReasonIn(inbox) == "wrong_passphrase"));
  return inbox.exit_code == kExitOk;
}

std::uint64_t CpuMsOf(Person& person, const std::vector<std::string>& arguments) {
  const auto used = [] {
    rusage all = {};
    getrusage(RUSAGE_CHILDREN, &all);
    const auto ms = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
    return static_cast<std::uint64_t>(ms(all.ru_utime) + ms(all.ru_stime));
  };
  const std::uint64_t before = used();
  CHECK(person.Try(arguments).exit_code == kExitOk);
  return used() - before;
}

TEST_CASE("once unlocked, commands ask for no passphrase until it is locked", "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  client.CheckIn("only for us");
  CHECK(client.Do({"status"}).at("unlocked_until").is_null());
  CHECK(client.Do({"lock"}).at("ended") == 0);
  CHECK_FALSE(Opens(client));

  const Json unlocked = client.Do({"unlock"});
  CHECK(unlocked.at("begun") == true);
  client.set_passphrase(kWrong);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"inbox"}, {"sync"}, {"send", "--text", "without asking"}}) {
    const Outcome outcome = client.Try(command);
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == kExitOk);
  }
  CHECK(client.Do({"status"}).at("unlocked_until").is_string());
  CHECK(client.TryPlain({"status"}).out.find("Unlocked until") != std::string::npos);

  // Once more changes nothing and needs nothing; another length needs the passphrase.
  const auto agent = couple.AgentOf(client);
  const Json again = client.Do({"unlock"});
  CHECK(again.at("begun") == false);
  CHECK(couple.AgentOf(client) == agent);
  CHECK(ReasonIn(client.Try({"unlock", "--for", "1h"})) == "wrong_passphrase");
  CHECK(couple.AgentOf(client) == agent);
  client.set_passphrase(kRight);
  CHECK(client.Do({"unlock", "--for", "1h"}).at("unlocked_until") < unlocked.at("unlocked_until"));
  CHECK(couple.AgentOf(client) != agent);

  const auto last = couple.AgentOf(client);
  REQUIRE(last.has_value());
  CHECK(client.Do({"lock"}).at("ended") == 1);
  CHECK(Eventually([&] { return HasEnded(*last); }));
  CHECK_FALSE(fs::exists(couple.PlaceOf(client).socket));
  CHECK(client.Do({"lock"}).at("ended") == 0);
  CHECK_FALSE(Opens(client));
  CHECK(client.Do({"status"}).at("unlocked_until").is_null());
}

TEST_CASE("it is locked again when its time is over", "[unlock]") {
  UnlockingCouple couple;
  for (const char* const length : {"0s", "25h", "0m", "for ever"}) {
    CHECK(couple.client.Try({"unlock", "--for", length}).exit_code == kExitUsage);
  }
  CHECK_FALSE(couple.AgentOf(couple.client).has_value());
  couple.client.Do({"unlock", "--for", "3s"});
  const auto agent = couple.AgentOf(couple.client);
  REQUIRE(agent.has_value());
  CHECK(Opens(couple.client));
  CHECK(Eventually([&] { return HasEnded(*agent); }));
  CHECK_FALSE(Opens(couple.client));
}

TEST_CASE("one profile that is unlocked opens no other, and all can be locked at once",
          "[unlock]") {
  UnlockingCouple couple;
  couple.client.Do({"unlock"});
  CHECK(Opens(couple.client));
  CHECK_FALSE(Opens(couple.therapist));
  couple.therapist.Do({"unlock"});
  CHECK(Opens(couple.therapist));
  CHECK(couple.client.Do({"lock", "--all"}).at("ended") >= 2);
  CHECK_FALSE(Opens(couple.client));
  CHECK_FALSE(Opens(couple.therapist));
  CHECK(couple.client.Do({"lock", "--all"}).at("ended") == 0);
}

TEST_CASE("where the agent was killed or hangs, the passphrase is asked for, and it can begin anew",
          "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  client.Do({"unlock"});
  kill(couple.AgentOf(client).value(), SIGKILL);
  REQUIRE(Eventually([&] { return !couple.AgentOf(client).has_value(); }));
  CHECK(fs::exists(couple.PlaceOf(client).socket));
  CHECK_FALSE(Opens(client));
  CHECK(client.Try({"inbox", "--offline"}).err.empty());  // and nothing is said of it
  CHECK(client.Do({"unlock"}).at("begun") == true);
  CHECK(Opens(client));

  const auto hanging = couple.AgentOf(client);
  REQUIRE(hanging.has_value());
  kill(*hanging, SIGSTOP);
  CHECK_FALSE(Opens(client));
  CHECK(client.Try({"inbox", "--offline"}).exit_code == kExitOk);
  CHECK(client.Do({"unlock"}).at("begun") == true);
  CHECK(Eventually([&] { return HasEnded(*hanging); }));
  CHECK(Opens(client));
}

TEST_CASE("a wrong passphrase unlocks nothing and leaves nothing", "[unlock]") {
  UnlockingCouple couple;
  couple.client.set_passphrase(kWrong);
  CHECK(ReasonIn(couple.client.Try({"unlock"})) == "wrong_passphrase");
  CHECK_FALSE(fs::exists(couple.PlaceOf(couple.client).socket));
  CHECK_FALSE(Opens(couple.client));
  Person nobody(couple.files() / "nobody");
  nobody.set_variable("XDG_RUNTIME_DIR", couple.runtime().string());
  CHECK(ReasonIn(nobody.Try({"unlock"})) == "vault_missing");
  CHECK(ReasonIn(nobody.Try({"lock"})) == "vault_missing");
  CHECK(nobody.Try({"lock", "--all"}).exit_code == kExitOk);
}

TEST_CASE("a folder that others can reach is refused, in words, and trusted by nobody",
          "[unlock]") {
  UnlockingCouple couple;
  couple.client.Do({"unlock"});
  const fs::path folder = couple.runtime() / "holdfast";
  REQUIRE(chmod(folder.c_str(), 0755) == 0);
  CHECK_FALSE(Opens(couple.client));
  const Outcome refused = couple.client.Try({"unlock"});
  INFO(Describe(refused));
  CHECK(refused.exit_code == kExitDevice);
  CHECK(ReasonIn(refused) == "storage_failed");
  CHECK(refused.err.find(folder.string()) != std::string::npos);
  CHECK(ReasonIn(couple.client.Try({"lock"})) == "storage_failed");
  REQUIRE(chmod(folder.c_str(), 0700) == 0);
  CHECK(Opens(couple.client));
}

TEST_CASE("another passphrase locks, also where the agent does not hear of it", "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  client.Do({"unlock"});
  const fs::path vault = client.home() / "default" / "vault";
  const std::string before = ReadFile(vault);
  for (const std::string& unfit : {couple.files().path().string(), std::string("-")}) {
    const Outcome refused =
        client.Try({"passphrase", "--new-passphrase-file", unfit}, std::string(100'000, 'x'));
    INFO(Describe(refused));
    CHECK(refused.exit_code == kExitUsage);
    CHECK(refused.err.find(unfit == "-" ? "holds more than" : "cannot be read") !=
          std::string::npos);
  }
  const Json changed =
      client.Do({"passphrase", "--new-passphrase-file", "-"}, "this is the next one");
  CHECK(changed.at("locked") == true);
  CHECK(changed.at("lock_error").is_null());
  CHECK_FALSE(couple.AgentOf(client).has_value());
  client.set_passphrase("this is the next one");
  client.Do({"unlock"});
  WriteFile(vault, before);  // a copy from before is put back
  const auto agent = couple.AgentOf(client);
  REQUIRE(agent.has_value());
  CHECK_FALSE(Opens(client));
  CHECK(Eventually([&] { return HasEnded(*agent); }));
  CHECK(client.Try({"inbox", "--offline"}).exit_code == kExitOk);  // to the old passphrase
}

TEST_CASE("an agent with a key that does not open the vault is ended, and nothing is harmed",
          "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  const fs::path vault = client.home() / "default" / "vault";
  client.Do({"unlock"});
  client.Do({"lock"});
  const auto place = couple.PlaceOf(client);
  auto start = holdfast::client::AgentStart::Begin({vault, place.socket, 60'000});
  REQUIRE(start.ok());
  REQUIRE(
      start
          ->Give(holdfast::client::VaultIdentity(holdfast::client::LockVault(vault)->wrapped_key),
                 crypto::VaultKey::Random())
          .ok());
  const auto agent = couple.AgentOf(client);
  REQUIRE(agent.has_value());
  CHECK_FALSE(Opens(client));
  CHECK(Eventually([&] { return HasEnded(*agent); }));
  CHECK(client.Try({"sync"}).exit_code == kExitOk);
}

TEST_CASE("an agent that was begun in another session is ended as well", "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  const fs::path vault = client.home() / "default" / "vault";
  const std::string user = std::to_string(geteuid());
  // Not as the specification of that variable has it, so it counts as unset.
  const auto unlock_elsewhere = [&]() -> pid_t {
    client.set_variable("XDG_RUNTIME_DIR", "run");
    client.Do({"unlock", "--for", "5m"});
    client.set_variable("XDG_RUNTIME_DIR", couple.runtime().string());
    CHECK_FALSE(couple.AgentOf(client).has_value());
    for (const fs::path& runtime : {fs::path("/run/user/" + user), fs::path()}) {
      const auto agent = UnlockingCouple::AgentAt(holdfast::client::PlaceOfAgent(vault, runtime));
      if (agent) return *agent;
    }
    return 0;
  };
  const pid_t one = unlock_elsewhere();
  REQUIRE(one > 1);
  client.Do({"unlock"});
  CHECK(client.Do({"lock"}).at("ended") == 1);  // one profile
  CHECK(Eventually([&] { return HasEnded(one); }, std::chrono::seconds(2)));
  CHECK_FALSE(couple.AgentOf(client).has_value());

  const pid_t two = unlock_elsewhere();
  REQUIRE(two > 1);
  CHECK(client.Do({"lock", "--all"}).at("ended") >= 1);
  CHECK(Eventually([&] { return HasEnded(two); }, std::chrono::seconds(2)));

  const pid_t three = unlock_elsewhere();
  REQUIRE(three > 1);
  const std::string next = "this is the next one";
  CHECK(client.Do({"passphrase", "--new-passphrase-file", "-"}, next).at("locked") == true);
  CHECK(Eventually([&] { return HasEnded(three); }, std::chrono::seconds(2)));
  for (const pid_t agent : {one, two, three}) kill(agent, SIGKILL);
}

TEST_CASE("a new passphrase whose agent cannot be ended says so, and what helps", "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  client.Do({"unlock"});
  const auto agent = couple.AgentOf(client);
  REQUIRE(agent.has_value());
  const fs::path folder = couple.runtime() / "holdfast";
  REQUIRE(chmod(folder.c_str(), 0755) == 0);
  const Json changed =
      client.Do({"passphrase", "--new-passphrase-file", "-"}, "this is the next one");
  CHECK(changed.at("locked") == false);
  CHECK(changed.at("lock_error").at("reason") == "storage_failed");
  client.set_passphrase("this is the next one");
  const Outcome again =
      client.TryPlain({"passphrase", "--new-passphrase-file", "-"}, "and another one");
  INFO(Describe(again));
  CHECK(again.exit_code == kExitOk);
  CHECK((again.out + again.err).find("holdfast lock --all") != std::string::npos);
  CHECK_FALSE(HasEnded(*agent));
  REQUIRE(chmod(folder.c_str(), 0700) == 0);
  CHECK(client.Do({"lock", "--all"}).at("ended") >= 1);
  CHECK(Eventually([&] { return HasEnded(*agent); }));
}

TEST_CASE("a damaged value ends no agent, and is not called a profile without an account",
          "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  const fs::path vault = client.home() / "default" / "vault";
  const auto damage = [&](std::size_t values_max) {
    const auto locked = holdfast::client::LockVault(vault);
    REQUIRE(locked.ok());
    std::vector<holdfast::client::VaultStorage::Write> writes;
    REQUIRE(locked->storage
                ->Scan("", "\xff",
                       [&](BytesView name, BytesView value) {
                         writes.push_back({Bytes(name), Bytes(value.size(), 'x')});
                         return writes.size() < values_max;
                       })
                .ok());
    REQUIRE(locked->storage->Commit(writes).ok());
  };
  client.Do({"unlock"});
  const auto agent = couple.AgentOf(client);
  REQUIRE(agent.has_value());
  damage(1);
  client.set_passphrase(kWrong);
  // Whatever it says of the damage, the agent's key was used.
  CHECK(ReasonIn(client.Try({"status", "--offline"})) != "wrong_passphrase");
  CHECK_FALSE(HasEnded(*agent));
  client.set_passphrase(kRight);
  const Outcome other = client.Try({"unlock", "--for", "1h"});
  INFO(Describe(other));
  CHECK(other.exit_code == kExitOk);  // its key is the right one
  client.Do({"lock"});
  damage(1'000'000);
  CHECK(ReasonIn(client.Try({"unlock"})) == "vault_damaged");
}

TEST_CASE("a command that needs no passphrase costs a small part of one that does", "[unlock]") {
  UnlockingCouple couple;
  Person& client = couple.client;
  const auto cost = [&] {
    std::vector<std::uint64_t> costs;
    for (int i = 0; i < 5; ++i) costs.push_back(CpuMsOf(client, {"inbox", "--offline"}));
    std::ranges::sort(costs);
    return costs[costs.size() / 2];
  };
  const std::uint64_t asking = cost();
  client.Do({"unlock"});
  const std::uint64_t unlocked = cost();
  INFO(asking << " ms of CPU with the passphrase, " << unlocked << " ms unlocked");
  CHECK(unlocked * 3 < asking);
}

}  // namespace
}  // namespace holdfast::test
