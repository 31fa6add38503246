// holdfastd under a service manager: what it tells it, the socket and the key that it is handed,
// and that a restart turns nobody away.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <set>
#include <thread>

#include "support/catch.h"
#include "support/practice_process.h"
#include "support/service_manager.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// A practice that a service manager starts again and again.
struct Served {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  ServiceManager manager;
  std::unique_ptr<Process> process;
  std::map<std::string, std::string> environment;

  Command Serve(std::vector<std::string> flags = {}) const {
    std::vector<std::string> words = {"serve", "--data", practice.data().string()};
    words.insert(words.end(), flags.begin(), flags.end());
    return {HOLDFASTD, words, environment, {}};
  }
  void Start(milliseconds alive_within = {}) {
    process = std::make_unique<Process>(manager.Unit(Serve(), alive_within));
    const bool is_ready =
        Eventually([&] { return manager.Count("READY=1") == 1 || !process->running(); });
    INFO(process->err());
    REQUIRE(is_ready);
    REQUIRE(process->running());
  }
  void Stop() {
    process->Signal(SIGTERM);
    const auto ended = process->Wait(PracticeProcess::kDrainMax);
    REQUIRE(ended);
    INFO(Describe(*ended));
    CHECK(ended->exit_code == 0);
  }
};

TEST_CASE("the service manager is told when it serves, reads again, lives and stops", "[service]") {
  constexpr milliseconds kAliveWithin{400};
  Served served;
  served.Start(kAliveWithin);
  ServiceManager& manager = served.manager;
  CHECK(manager.Heard().front() == "READY=1\nSTATUS=serving " + manager.address());
  // Whoever is told so is answered.
  WireDevice therapist;
  CHECK(therapist.Enroll(served.practice.EnrolmentCode()).ok());

  REQUIRE(Eventually([&] { return manager.Count("WATCHDOG=1") >= 4; }));
  served.process->Signal(SIGSTOP);
  std::this_thread::sleep_for(kAliveWithin / 2);
  const std::size_t lived = manager.Count("WATCHDOG=1");
  std::this_thread::sleep_for(kAliveWithin * 2);
  CHECK(manager.Count("WATCHDOG=1") == lived);
  served.process->Signal(SIGCONT);
  CHECK(Eventually([&] { return manager.Count("WATCHDOG=1") > lived; }));

  served.process->Signal(SIGHUP);
  REQUIRE(Eventually([&] { return manager.Count("READY=1") == 2; }));
  CHECK(manager.Count("RELOADING=1") == 1);
  CHECK(manager.Count("STOPPING=1") == 0);
  served.Stop();
  CHECK(manager.Count("STOPPING=1") == 1);
}

// Connects again and again, at a pace at which nobody is taken for a flood.
struct Knocker {
  std::atomic<bool>& is_over;
  sockaddr_in to{};
  std::size_t knocks = 0, refused = 0;

  Knocker(const std::string& address, std::atomic<bool>& over) : is_over(over) {
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int port = std::stoi(address.substr(address.rfind(':') + 1));
    to.sin_port = htons(static_cast<std::uint16_t>(port));
  }
  void Run() {
    for (; !is_over; std::this_thread::sleep_for(milliseconds(20))) {
      const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int answer = ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
      if (answer != 0) ++refused;
      ++knocks;
      ::close(socket);
    }
  }
};

// Sends as long as it may, and connects again whenever it is cut off.
struct RestartedSender {
  WireDevice device;
  std::vector<Bytes> stored = {};

  void Run(const DeviceId& to, const std::atomic<bool>& is_over, std::atomic<std::size_t>& sent) {
    while (!is_over) {
      const v1::SendRequest request = device.Message(device.bond(), to);
      v1::SendResponse response;
      if (device.Send(request, response).ok()) {
        stored.push_back(request.header());
        ++sent;
      } else if (device.wire().AwaitConnection()) {
        (void)device.LogIn();
      }
    }
  }
};

TEST_CASE("a restart under load refuses no connection and loses nothing acknowledged",
          "[service]") {
  constexpr std::size_t kSenders = 3;
  constexpr int kRestarts = 3;
  Served served;
  served.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(served.practice.EnrolmentCode()).ok());
  std::vector<RestartedSender> senders(kSenders);
  for (RestartedSender& sender : senders) REQUIRE(sender.device.Join(therapist.Invite()).ok());

  std::atomic<bool> is_over = false;
  std::atomic<std::size_t> sent = 0;
  Knocker knocker(served.manager.address(), is_over);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { knocker.Run(); });
  for (RestartedSender& sender : senders) {
    threads.emplace_back([&] { sender.Run(therapist.id(), is_over, sent); });
  }
  bool goes_on = true;
  for (int restart = 0; restart < kRestarts && goes_on; ++restart) {
    const std::size_t before = sent;
    goes_on = Eventually([&] { return sent > before + 50; });
    served.Stop();
    std::this_thread::sleep_for(milliseconds(300));  // while nobody serves
    served.Start();
  }
  const std::size_t before = sent;
  goes_on = goes_on && Eventually([&] { return sent > before + 50; });
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  INFO("connections: " << knocker.knocks << ", sent: " << sent);
  CHECK(goes_on);
  CHECK(knocker.knocks > 50);
  CHECK(knocker.refused == 0);

  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(therapist.Read(cursor, true, entries).ok());
  std::multiset<Bytes> delivered;
  for (const v1::Entry& entry : entries) {
    if (entry.has_delivery()) delivered.insert(entry.delivery().header());
  }
  for (const RestartedSender& sender : senders) {
    for (const Bytes& header : sender.stored) CHECK(delivered.count(header) == 1);
  }
  served.Stop();
}

TEST_CASE("what is handed over and cannot be served is refused in words", "[service]") {
  Served served;
  const auto refusal = [&](const Command& command) {
    const Outcome outcome = Run(command);
    CHECK(outcome.exit_code == 2);
    CHECK_FALSE(fs::exists(served.practice.data() / "db"));
    return outcome.err;
  };
  const int datagrams = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  REQUIRE(datagrams >= 0);
  const std::string other = refusal(served.manager.UnitWith(datagrams, served.Serve()));
  CHECK(other.find("ListenStream=") != std::string::npos);
  ::close(datagrams);
  const std::string twice = refusal(served.manager.Unit(served.Serve({"--listen", "127.0.0.1:0"})));
  CHECK(twice.find("leave --listen out") != std::string::npos);
}

TEST_CASE("the practice's key may be handed over as a credential and lie nowhere else",
          "[service]") {
  Served served;
  const fs::path data = served.practice.data();
  fs::create_directory(served.files / "credentials");
  fs::rename(data / "practice.key", served.files / "credentials" / "practice.key");
  served.environment["CREDENTIALS_DIRECTORY"] = (served.files / "credentials").string();
  served.Start();
  WireDevice therapist;
  CHECK(therapist.Enroll(served.practice.EnrolmentCode()).ok());
  const Outcome checked = Run({HOLDFASTD, {"check", "--data", data.string()}, {}, {}});
  INFO(Describe(checked));
  CHECK(checked.out.find("good       permissions") != std::string::npos);
  // Backups that hold keys want it too.
  const std::vector<std::string> backup = {"backup", (served.files / "backups").string(), "--data",
                                           data.string(), "--with-keys"};
  const Outcome without = Run({HOLDFASTD, backup, {}, {}});
  CHECK(without.exit_code == 1);
  CHECK(without.err.find("practice.key") != std::string::npos);
  const Outcome with = Run({HOLDFASTD, backup, served.environment, {}});
  INFO(Describe(with));
  CHECK(with.exit_code == 0);
  served.Stop();
}

bool HasSystemd() {
  return Run({"/bin/sh", {"-c", "command -v systemd-analyze"}, {}, {}}).exit_code == 0;
}

std::string UnitFile(const std::string& name) { return HOLDFAST_SOURCE_DIR "/deploy/" + name; }

TEST_CASE("each unit exposes the machine at most 1.5 of 10, as systemd counts", "[service]") {
  if (!HasSystemd()) {
    WARN("skipped: no systemd-analyze");
    return;
  }
  for (const char* name : {"holdfastd.service", "holdfastd-backup.service"}) {
    const Outcome judged = Run({"/bin/sh",
                                {"-c",
                                 "systemd-analyze security --offline=yes --no-pager "
                                 "--threshold=15 \"$0\" 2>&1",
                                 UnitFile(name)},
                                {},
                                {}});
    INFO(Describe(judged));
    CHECK(judged.exit_code == 0);
  }
}

TEST_CASE("systemd understands the units, and they wait as long as holdfastd takes", "[service]") {
  const std::string unit = ReadFile(UnitFile("holdfastd.service"));
  for (const char* line :
       {"Type=notify", "WatchdogSec=60", "TimeoutStopSec=15", "RestartPreventExitStatus=2 74",
        "ExecStart=/usr/bin/holdfastd serve --data /var/lib/holdfast $HOLDFASTD_OPTIONS"}) {
    INFO(line);
    CHECK(unit.find("\n" + std::string(line) + "\n") != std::string::npos);
  }
  // What it asks of the clock now and then is not taken away from it.
  CHECK(unit.find("\nSystemCallFilter=adjtimex\n") > unit.rfind("SystemCallFilter=~"));
  for (const char* line : {"ProtectClock=yes", "ProcSubset=pid"}) {
    CHECK(unit.find("\n" + std::string(line)) == std::string::npos);
  }
  static_assert(PracticeProcess::kDrainMax < std::chrono::seconds(15));
  if (!HasSystemd()) {
    WARN("skipped: no systemd-analyze");
    return;
  }
  const TempDir files;
  const std::string here = files.path().string();
  const Outcome understood =
      Run({"/bin/sh",
           {"-c", "cp " + UnitFile("holdfastd.s*") + " " + here + " && sed -i " +
                      "'s|/usr/bin/holdfastd|/bin/true|; /^Documentation=/d' " + here +
                      "/* && systemd-analyze verify " + here + "/holdfastd.socket " + here +
                      "/holdfastd.service 2>&1"},
           {},
           {}});
  INFO(Describe(understood));
  CHECK(understood.exit_code == 0);
  CHECK(understood.out.find("holdfastd.s") == std::string::npos);
}

// What a hardened unit takes away by accident is noticed here and not by a practice.
TEST_CASE("holdfastd makes no system call that its unit denies", "[service]") {
  const TempDir files;
  const std::string traced = (files / "trace").string();
  const bool can_trace =
      Run({"/bin/sh", {"-c", "strace -f -o \"$0\" true", traced}, {}, {}}).exit_code == 0;
  if (!HasSystemd() || !can_trace) {
    WARN("skipped: no systemd-analyze, or nothing can be traced here");
    return;
  }
  Served served;
  const Command serve = served.Serve({"--listen", "127.0.0.1:0"});
  Command trace = {"/usr/bin/strace", {"-f", "-o", traced, serve.program}, {}, {}};
  trace.arguments.insert(trace.arguments.end(), serve.arguments.begin(), serve.arguments.end());
  Process process(trace);
  const fs::path data = served.practice.data();
  REQUIRE(Eventually([&] { return !ReadFile(data / "listening").empty(); }));
  WireDevice therapist;
  REQUIRE(therapist.Enroll(served.practice.EnrolmentCode()).ok());
  WireDevice client;
  REQUIRE(client.Join(therapist.Invite()).ok());
  v1::SendResponse response;
  CHECK(client.Send(client.Message(client.bond(), therapist.id()), response).ok());
  CHECK(Run({HOLDFASTD, {"check", "--data", data.string()}, {}, {}}).err.empty());
  CHECK(Run({HOLDFASTD, {"backup", (files / "backups").string(), "--data", data.string()}, {}, {}})
            .exit_code == 0);
  // strace lets go of it and passes the signal on.
  const std::string pid = ReadFile(traced).substr(0, ReadFile(traced).find(' '));
  REQUIRE(::kill(std::stoi(pid), SIGTERM) == 0);
  const auto ended = process.Wait();
  REQUIRE(ended);
  INFO(Describe(*ended));
  CHECK(ended->exit_code == 0);
  const auto denied = [&](const std::string& unit) {
    return Run({"/usr/bin/python3",
                {HOLDFAST_SOURCE_DIR "/tests/scenario/denied_calls.py", unit, traced},
                {},
                {}});
  };
  const Outcome none = denied(UnitFile("holdfastd.service"));
  INFO(Describe(none));
  CHECK(none.exit_code == 0);
  CHECK(none.out.empty());
  // And it would be noticed.
  std::string harder = ReadFile(UnitFile("holdfastd.service"));
  harder += "\n[Service]\nSystemCallFilter=~@sync\n";
  WriteFile(files / "harder.service", harder);
  CHECK(denied((files / "harder.service").string()).out.find("fdatasync\n") != std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
