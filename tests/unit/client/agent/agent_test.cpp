// The agent as a process of its own, and the commands that ask it.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "rules/errors.h"
#include "support/ended.h"
#include "support/wait.h"
#include "unit/client/agent/agent_scene.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;
using test::Eventually;
using test::HasEnded;

TEST_CASE("The key is handed to whoever asks for this vault, with how long it is held") {
  Scene scene;
  CHECK_FALSE(scene.Key().has_value());
  REQUIRE(scene.Serve().ok());
  for (int i = 0; i < 3; ++i) {
    const auto held = scene.Key();
    REQUIRE(held.has_value());
    CHECK(held->key == KeyOf('k'));
    CHECK(held->left_ms <= kLongMs);
    CHECK(held->left_ms > kLongMs / 2);
  }
  const auto how_long = AskHowLong(scene.place, scene.identity);
  REQUIRE(how_long.has_value());
  CHECK(how_long->left_ms <= kLongMs);
  struct stat found = {};
  REQUIRE(stat(scene.place.socket.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0600);
}

TEST_CASE("Whoever asks for another vault gets nothing, and the key is forgotten") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const pid_t agent = scene.Agent();
  CHECK_FALSE(AskForKey(scene.place, VaultIdentity("wrapped anew")).has_value());
  CHECK(Eventually([&] { return HasEnded(agent); }));
  CHECK_FALSE(scene.HasSocket());
  CHECK_FALSE(scene.Key().has_value());
}

TEST_CASE("When its time is over the agent is gone, and so is its socket") {
  Scene scene;
  REQUIRE(scene.Serve(300).ok());
  const pid_t agent = scene.Agent();
  CHECK(Eventually([&] { return HasEnded(agent); }));
  CHECK_FALSE(scene.HasSocket());
  CHECK_FALSE(scene.Key().has_value());
}

TEST_CASE("An agent ends when it is told to, by a command or by a signal, and is then gone") {
  for (const int signal : {0, SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
    INFO("signal " << signal);
    Scene scene;
    REQUIRE(scene.Serve().ok());
    const pid_t agent = scene.Agent();
    if (signal == 0) {
      CHECK(EndAgent(scene.place).value());
      CHECK_FALSE(EndAgent(scene.place).value());
    } else {
      kill(agent, signal);
    }
    CHECK(Eventually([&] { return HasEnded(agent); }));
    CHECK_FALSE(scene.HasSocket());
  }
}

TEST_CASE("Of a vault that was removed no key is handed out") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const pid_t agent = scene.Agent();
  fs::remove(scene.vault);
  CHECK_FALSE(scene.Key().has_value());
  CHECK(Eventually([&] { return HasEnded(agent); }));
}

TEST_CASE("What a killed agent left is nobody, and is replaced") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const pid_t agent = scene.Agent();
  kill(agent, SIGKILL);
  REQUIRE(Eventually([&] { return HasEnded(agent); }));
  CHECK(scene.HasSocket());
  CHECK_FALSE(scene.Key().has_value());
  REQUIRE(scene.Serve().ok());
  CHECK(scene.Key().has_value());
  kill(scene.Agent(), SIGKILL);
  REQUIRE(Eventually([&] { return !scene.Key().has_value(); }));
  CHECK_FALSE(EndAgent(scene.place).value());
  CHECK_FALSE(scene.HasSocket());
}

TEST_CASE("Where it cannot be known whether an agent is there, nobody says that there is none") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  REQUIRE(chmod(scene.place.folder.c_str(), 0750) == 0);
  CHECK_FALSE(scene.Key().has_value());
  CHECK_FALSE(EndAgent(scene.place).ok());
  REQUIRE(chmod(scene.place.folder.c_str(), 0700) == 0);
  CHECK(EndAgent(scene.place).value());
}

TEST_CASE("An agent that hangs is given up in time, and can be ended all the same") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const pid_t agent = scene.Agent();
  kill(agent, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(scene.Key().has_value());
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= kAgentWait);
  CHECK(took < kAgentWait + std::chrono::seconds(2));
  CHECK(EndAgent(scene.place).value());
  CHECK(Eventually([&] { return HasEnded(agent); }));
  CHECK_FALSE(scene.HasSocket());
}

// A place of `scene` where as many wait as the system lets wait: nobody else gets through.
std::vector<Descriptor> FillUp(const Scene& scene) {
  std::vector<Descriptor> waiting;
  for (int i = 0; i < 1000; ++i) {
    Descriptor line = ConnectTo(scene.place.socket);
    if (!line.is_open()) break;
    waiting.push_back(std::move(line));
  }
  REQUIRE(errno == EAGAIN);
  return waiting;
}

TEST_CASE("An agent that hangs behind a full row of callers is known to be there, and is ended") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const pid_t agent = scene.Agent();
  kill(agent, SIGSTOP);
  const std::vector<Descriptor> waiting = FillUp(scene);
  CHECK_FALSE(scene.Key().has_value());
  const auto ended = EndAgent(scene.place);
  INFO(ended.status());
  REQUIRE(ended.ok());
  CHECK(*ended);
  CHECK(Eventually([&] { return HasEnded(agent); }));
  CHECK_FALSE(scene.HasSocket());
  kill(agent, SIGKILL);
}

TEST_CASE("Where nobody gets through and it is not known who listens, that is no end") {
  Scene scene;
  // Listens, like an agent, and is none whose number could be known.
  const Descriptor listening = ListenAt(scene.place.socket);
  REQUIRE(listening.is_open());
  const std::vector<Descriptor> waiting = FillUp(scene);
  const absl::Status refused = EndAgent(scene.place).status();
  CHECK(ReasonOf(refused) == Reason::kStorageFailed);
  CHECK(MessageOf(refused).find("pkill") != std::string::npos);
  CHECK(scene.HasSocket());
}

// The only child of this process that is no command: of an agent whose command is gone, or not
// waited for.
pid_t OnlyChild() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = test::ReadFile(entry.path() / "stat");
    char state = 0;
    int parent = 0;
    if (std::sscanf(stat.c_str() + stat.rfind(')') + 2, "%c %d", &state, &parent) == 2 &&
        parent == getpid() && state != 'Z') {
      return std::stoi(name);
    }
  }
  return 0;
}

TEST_CASE("An agent whose command has given it up meanwhile never serves") {
  Scene scene;
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // so that it can be found
  auto start = AgentStart::Begin({scene.vault, scene.place.socket, kLongMs});
  REQUIRE(start.ok());
  const pid_t agent = OnlyChild();
  REQUIRE(agent > 1);
  kill(agent, SIGSTOP);
  CHECK_FALSE(start->Give(scene.identity, KeyOf('k')).ok());
  start = absl::UnavailableError("given up");
  kill(agent, SIGCONT);
  int status = 0;
  CHECK(Eventually([&] { return waitpid(agent, &status, WNOHANG) == agent; }));
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
  CHECK_FALSE(scene.Key().has_value());
  CHECK_FALSE(scene.HasSocket());
}

TEST_CASE("A signal ends an agent also where whoever began it ignores that signal") {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
    INFO("signal " << signal);
    Scene scene;
    const auto before = std::signal(signal, SIG_IGN);  // as nohup does
    const bool serves = scene.Serve().ok();
    std::signal(signal, before);
    REQUIRE(serves);
    const pid_t agent = scene.Agent();
    kill(agent, signal);
    CHECK(Eventually([&] { return HasEnded(agent); }));
    CHECK_FALSE(scene.HasSocket());
  }
}

TEST_CASE("A command that never says what it wants keeps the others waiting for a moment alone") {
  Scene scene;
  REQUIRE(scene.Serve().ok());
  const Descriptor silent = ConnectTo(scene.place.socket);
  REQUIRE(silent.is_open());
  CHECK(scene.Key().has_value());
  const Descriptor babbling = ConnectTo(scene.place.socket);
  REQUIRE(babbling.is_open());
  const Bytes noise(100'000, 'x');
  REQUIRE(send(babbling.number(), noise.data(), noise.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(noise.size()));
  CHECK(scene.Key().has_value());
}

TEST_CASE("An agent without a key ends with the command that began it") {
  Scene scene;
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // whom it leaves its end to
  {
    auto start = AgentStart::Begin({scene.vault, scene.place.socket, kLongMs});
    REQUIRE(start.ok());
    CHECK_FALSE(scene.HasSocket());
  }
  int status = -1;
  pid_t ended = 0;
  CHECK(Eventually([&] { return (ended = waitpid(-1, &status, WNOHANG)) > 0; }));
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
  CHECK(WIFEXITED(status));
  CHECK_FALSE(scene.HasSocket());
}

}  // namespace
}  // namespace holdfast::client
