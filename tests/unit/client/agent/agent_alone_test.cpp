// An agent is alone with its key: one of many, closed to other users and to other programs.
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

constexpr uid_t kNobody = 65534;

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
