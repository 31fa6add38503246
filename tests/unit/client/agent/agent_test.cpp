// The agent as a process of its own, and the commands that ask it.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "client/agent/agent_call.h"
#include "client/agent/agent_process.h"
#include "client/agent/agent_wire.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "support/ended.h"
#include "support/temp_dir.h"
#include "support/wait.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;
using test::Eventually;
using test::HasEnded;

constexpr uid_t kNobody = 65534;
constexpr std::uint64_t kLongMs = 60'000;

crypto::VaultKey KeyOf(char c) { return crypto::VaultKey::From(Bytes(32, c), "key").value(); }

// A vault's place, and perhaps an agent there.
struct Scene {
  Scene() {
    test::WriteFile(vault, "wrapped");
    REQUIRE(TakePlace(place).ok());
  }
  ~Scene() { EndAgent(place).IgnoreError(); }

  absl::StatusOr<bool> Serve(std::uint64_t for_ms = kLongMs) {
    auto start = AgentStart::Begin({vault, place.socket, for_ms});
    REQUIRE(start.ok());
    return start->Give(identity, KeyOf('k'));
  }
  std::optional<HeldKey> Key() const { return AskForKey(place, identity); }
  bool HasSocket() const { return fs::exists(fs::symlink_status(place.socket)); }
  // Of the process that listens.
  pid_t Agent() const {
    const Descriptor line = ConnectTo(place.socket);
    REQUIRE(line.is_open());
    return PeerOfOwnUser(line.number()).value();
  }

  test::TempDir dir;
  fs::path vault = dir / "vault";
  AgentPlace place = PlaceOfAgent(vault, dir.path());
  Hash identity = VaultIdentity("wrapped");
};

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
  const Bytes noise(100'000, 'x');
  send(babbling.number(), noise.data(), noise.size(), MSG_NOSIGNAL);
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

TEST_CASE("An agent is nobody's child, has no terminal, no file of others and no core dump") {
  Scene scene;
  std::vector<Descriptor> others;  // not to be kept open
  for (int i = 0; i < 8; ++i) others.emplace_back(open(scene.vault.c_str(), O_RDONLY));
  REQUIRE(scene.Serve().ok());
  const std::string proc = "/proc/" + std::to_string(scene.Agent());
  CHECK(test::ReadFile(proc + "/comm") == "holdfast-agent\n");
  CHECK(test::ReadFile(proc + "/limits").find("Max core file size        0                    0") !=
        std::string::npos);
  CHECK(fs::read_symlink(proc + "/cwd") == "/");
  CHECK(test::ReadFile(proc + "/environ").find_first_not_of('\0') == std::string::npos);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(proc + "/fd")) {
    std::error_code error;
    const std::string target = fs::read_symlink(entry.path(), error).string();
    if (error) continue;
    ++files;
    INFO(target);
    CHECK((target == "/dev/null" || target.starts_with("socket:") ||
           target.starts_with("anon_inode:") || target == scene.place.folder / "holders"));
  }
  CHECK(files >= 5);
  const std::string stat = test::ReadFile(proc + "/stat");
  const std::string behind = stat.substr(stat.rfind(')') + 2);
  int parent = 0, group = 0, session = 0, terminal = -1;
  char state = 0;
  REQUIRE(std::sscanf(behind.c_str(), "%c %d %d %d %d", &state, &parent, &group, &session,
                      &terminal) == 5);
  CHECK(parent != getpid());
  CHECK(session != getsid(0));
  CHECK(terminal == 0);
}

TEST_CASE("Of many that begin at once one serves, and none of the others lives on") {
  Scene scene;
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  constexpr int kAtOnce = 8;
  for (int i = 0; i < kAtOnce; ++i) {
    if (fork() != 0) continue;
    auto start = AgentStart::Begin({scene.vault, scene.place.socket, kLongMs});
    const auto taken = TakePlace(scene.place);
    const bool began = start.ok() && taken.ok() && EndAgentAt(scene.place, *taken).ok() &&
                       start->Give(scene.identity, KeyOf('k')).ok();
    _exit(began ? 0 : 1);
  }
  // Those who began one, and all agents but the last.
  int ends = 0, failures = 0, status = 0;
  CHECK(Eventually([&] {
    for (; waitpid(-1, &status, WNOHANG) > 0; ++ends) failures += status != 0 ? 1 : 0;
    return ends == 2 * kAtOnce - 1;
  }));
  CHECK(scene.Key().has_value());
  CHECK(EndAgent(scene.place).value());
  CHECK(Eventually([&] { return waitpid(-1, &status, WNOHANG) < 0; }));
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
  CHECK(failures == 0);
  CHECK_FALSE(scene.HasSocket());
}

// As another user; what it says of how that went.
template <class Work>
int AsNobody(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(99);
    _exit(work());
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("Another user gets nothing of an agent, even where its socket is open to them") {
  if (geteuid() != 0) return;  // only root can be another
  Scene scene;
  REQUIRE(scene.Serve().ok());
  for (const fs::path& path : {scene.dir.path(), scene.place.folder}) {
    REQUIRE(chmod(path.c_str(), 0755) == 0);
  }
  REQUIRE(chmod(scene.place.socket.c_str(), 0777) == 0);
  const int got = AsNobody([&] {
    const Descriptor line = ConnectTo(scene.place.socket);
    if (!line.is_open()) return 90;
    const Bytes request = EncodeAgentRequest({AgentAsk::kKey, scene.identity});
    send(line.number(), request.data(), request.size(), MSG_NOSIGNAL);
    pollfd ready = {line.number(), POLLIN, 0};
    if (poll(&ready, 1, 5000) != 1) return 91;
    char byte = 0;
    return recv(line.number(), &byte, 1, 0) > 0 ? 1 : 0;
  });
  CHECK(got == 0);
  REQUIRE(chmod(scene.place.folder.c_str(), 0700) == 0);
  CHECK(scene.Key().has_value());  // and it goes on for its own
}

TEST_CASE("What listens at an agent's place as another user is asked nothing") {
  if (geteuid() != 0) return;  // only root can be another
  Scene scene;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  Descriptor bound(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, scene.place.socket.c_str(), sizeof address.sun_path - 1);
  REQUIRE(bind(bound.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const pid_t impostor = fork();
  if (impostor == 0) {
    if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(99);
    if (listen(bound.number(), 4) != 0 || write(ready[1], "x", 1) != 1) _exit(98);
    const int line = accept(bound.number(), nullptr, nullptr);
    char packet[64];
    _exit(recv(line, packet, sizeof packet, 0) > 0 ? 1 : 0);
  }
  bound = Descriptor();
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK_FALSE(scene.Key().has_value());
  int status = 0;
  REQUIRE(waitpid(impostor, &status, 0) == impostor);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("Other programs of the same user cannot look into an agent") {
  if (geteuid() != 0) return;  // root can look into everything, so be one who is not
  const test::TempDir dir;
  REQUIRE(chmod(dir.path().c_str(), 01777) == 0);
  const int got = AsNobody([&] {
    prctl(PR_SET_DUMPABLE, 1);  // as a program is that has always been this user's
    const fs::path runtime = dir / "run";
    if (mkdir(runtime.c_str(), 0700) != 0) return 90;
    test::WriteFile(runtime / "vault", "wrapped");
    const AgentPlace place = PlaceOfAgent(runtime / "vault", runtime);
    if (!TakePlace(place).ok()) return 91;
    auto start = AgentStart::Begin({runtime / "vault", place.socket, kLongMs});
    if (!start.ok() || !start->Give(VaultIdentity("wrapped"), KeyOf('k')).ok()) return 92;
    const pid_t agent = PeerOfOwnUser(ConnectTo(place.socket).number()).value_or(0);
    const std::string memory = "/proc/" + std::to_string(agent) + "/mem";
    const Descriptor looked(open(memory.c_str(), O_RDONLY));
    const bool refused = !looked.is_open() && errno == EACCES;
    EndAgent(place).IgnoreError();
    return agent > 1 && refused ? 0 : 1;
  });
  CHECK(got == 0);
}

TEST_CASE("Where the system lets no memory be locked the key is held, and that is said") {
  if (geteuid() != 0) return;  // to be one who is not root
  const test::TempDir dir;
  REQUIRE(chmod(dir.path().c_str(), 01777) == 0);
  const int got = AsNobody([&] {
    const fs::path runtime = dir / "run";
    if (mkdir(runtime.c_str(), 0700) != 0) return 90;
    test::WriteFile(runtime / "vault", "wrapped");
    const AgentPlace place = PlaceOfAgent(runtime / "vault", runtime);
    const rlimit none{0, 0};
    if (!TakePlace(place).ok() || setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 91;
    auto start = AgentStart::Begin({runtime / "vault", place.socket, kLongMs});
    if (!start.ok()) return 92;
    const Hash vault = VaultIdentity("wrapped");
    const auto locked = start->Give(vault, KeyOf('k'));
    const bool held = AskForKey(place, vault).has_value();
    EndAgent(place).IgnoreError();
    // A sanitizer says that it locks, and does nothing.
    const bool allowed = mlock(place.socket.c_str(), 1) == 0;
    return locked.ok() && *locked == allowed && held ? 0 : 1;
  });
  CHECK(got == 0);
}

}  // namespace
}  // namespace holdfast::client
