// A practice behind a real nginx or HAProxy with our configuration, which passes TLS on: who has no
// account cannot keep others away with connections.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>
#include <sstream>

#include "support/catch.h"
#include "support/practice_process.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

// As in the configurations.
constexpr std::size_t kOfOneMachine = 32;
constexpr std::size_t kFlood = 300;
// Before holdfastd ends what does not finish its handshake.
constexpr std::chrono::seconds kRefusedWithin{5};

struct Proxy {
  std::string name, program, file;
};

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// A socket of this machine's address `from` (any of 127.0.0.0/8), connected to loopback's port.
int ConnectFrom(const std::string& from, int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{}, to{};
  own.sin_family = to.sin_family = AF_INET;
  own.sin_addr.s_addr = inet_addr(from.c_str());
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0 &&
      ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

// A port that nobody has at the moment.
int FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&any), size) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&any), &size) == 0);
  ::close(fd);
  return ntohs(any.sin_port);
}

// Connections of one machine that only holds them.
class Held {
 public:
  Held(const std::string& from, int port, std::size_t number) {
    for (std::size_t i = 0; i < number; ++i) {
      if (const int fd = ConnectFrom(from, port); fd >= 0) sockets_.push_back(fd);
    }
  }
  ~Held() {
    for (const int fd : sockets_) ::close(fd);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  // Those that nobody has ended.
  std::size_t Open() const {
    std::size_t open = 0;
    for (const int fd : sockets_) {
      char byte = 0;
      const ssize_t read = ::recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
      if (read > 0 || (read < 0 && errno == EAGAIN)) ++open;
    }
    return open;
  }

 private:
  std::vector<int> sockets_;
};

// The addresses in 127.77.0.0/24 that have a connection to this port now.
std::size_t AddressesThatReach(int port) {
  std::istringstream table(ReadFile("/proc/net/tcp"));
  std::set<std::string> found;
  std::ostringstream remote;
  remote << std::uppercase << std::hex << port;
  std::string end = remote.str();
  end.insert(0, 4 - end.size(), '0');
  for (std::string line, number, local, to; std::getline(table, line);) {
    std::istringstream(line) >> number >> local >> to;
    if (to == "0100007F:" + end && local.find("004D7F:") == 2) found.insert(local.substr(0, 8));
  }
  return found.size();
}

struct Behind {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  const int port = FreePort();
  int own_port = 0;
  std::unique_ptr<Process> proxy;

  std::string Configuration(const Proxy& kind) {
    const std::string shipped = ReadFile(HOLDFAST_SOURCE_DIR "/deploy/proxy/" + kind.file);
    const std::string here = "127.0.0.1:" + std::to_string(port);
    const std::string behind = Replaced(shipped, "127.0.0.1:7443", practice.address());
    if (kind.name == "haproxy") {
      return "global\n  maxconn 9000\n" + Replaced(behind, "bind :::443 v4v6", "bind " + here);
    }
    return "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off;\n"
           "error_log stderr info;\npid " +
           (files / "pid").string() + ";\nevents {}\n" +
           Replaced(Replaced(behind, "listen 443;", "listen " + here + ";"), "listen [::]:443;",
                    "");
  }

  void Start(const Proxy& kind) {
    practice.Configure("name", "\"127.0.0.1:" + std::to_string(port) + '"');
    practice.Start();
    const std::string address = practice.address();
    own_port = std::stoi(address.substr(address.rfind(':') + 1));
    const std::string configured = (files / kind.file).string();
    WriteFile(configured, Configuration(kind));
    const std::vector<std::string> words =
        kind.name == "nginx"
            ? std::vector<std::string>{"-p", files.path().string(), "-c", configured}
            : std::vector<std::string>{"-db", "-f", configured};
    proxy = std::make_unique<Process>(Command{kind.program, words, {}, {}});
    const bool is_up = Eventually([&] { return Held("127.0.0.1", port, 1).Open() == 1; });
    INFO(proxy->err());
    REQUIRE(is_up);
  }
  Outcome Device(const std::string& profile, std::vector<std::string> words,
                 const std::string& input = "") const {
    words.insert(words.begin(), {"--profile", profile});
    return Run(
        {HOLDFAST,
         words,
         {{"HOLDFAST_HOME", (files / "home").string()}, {"HOLDFAST_PASSPHRASE", "behind-a-proxy"}},
         input});
  }
};

TEST_CASE("behind a proxy a machine without an account keeps nobody away", "[proxy]") {
  const Proxy kind = GENERATE(Proxy{"nginx", "/usr/sbin/nginx", "nginx.conf"},
                              Proxy{"haproxy", "/usr/sbin/haproxy", "haproxy.cfg"});
  INFO(kind.name);
  if (!fs::exists(kind.program) ||
      (kind.name == "nginx" && !fs::exists("/usr/lib/nginx/modules/ngx_stream_module.so"))) {
    WARN("skipped: no " << kind.name);
    return;
  }
  Behind behind;
  behind.Start(kind);
  const Outcome enrolled =
      behind.Device("therapist", {"enroll", "--code-file", "-"}, behind.practice.EnrolmentCode());
  INFO(Describe(enrolled));
  REQUIRE(enrolled.exit_code == 0);

  const Held flood("127.0.0.99", behind.port, kFlood);
  CHECK(Eventually([&] { return flood.Open() <= kOfOneMachine; }, kRefusedWithin));
  CHECK(flood.Open() > 0);
  // Who was there goes on, and a newcomer gets in.
  CHECK(behind.Device("therapist", {"sync"}).exit_code == 0);
  const Outcome newcomer =
      behind.Device("other", {"enroll", "--code-file", "-"}, behind.practice.EnrolmentCode());
  INFO(Describe(newcomer));
  CHECK(newcomer.exit_code == 0);

  // And whom the practice cuts off shares that with few.
  std::vector<std::unique_ptr<Held>> many;
  for (int i = 1; i <= 64; ++i) {
    many.push_back(std::make_unique<Held>("127.0.1." + std::to_string(i), behind.port, 1));
  }
  CHECK(Eventually([&] { return AddressesThatReach(behind.own_port) >= 12; }));
}

}  // namespace
}  // namespace holdfast::test
