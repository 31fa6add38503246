// What an operator types and does, and what becomes of it.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/practice_process.h"
#include "support/tcp_proxy.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

Outcome Holdfastd(std::vector<std::string> arguments) {
  return Run({HOLDFASTD, std::move(arguments), {}, {}});
}

// The same through a shell, with its output where `redirection` says.
Outcome InShell(const std::string& words) { return Run({"/bin/sh", {"-c", words}, {}, {}}); }

bool Says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_CASE("help and version are words too, and a word that is not known is told its neighbour",
          "[operator]") {
  CHECK(Holdfastd({"help"}).out == Holdfastd({"--help"}).out);
  CHECK(Holdfastd({"help", "serve"}).out == Holdfastd({"serve", "--help"}).out);
  CHECK(Holdfastd({"help", "therapist", "add"}).out ==
        Holdfastd({"therapist", "add", "--help"}).out);
  CHECK(Holdfastd({"version"}).out == Holdfastd({"--version"}).out);
  struct Case {
    std::vector<std::string> words;
    std::string said;
  };
  for (const Case& bad :
       {Case{{"serv"}, "Did you mean \"serve\"?"},
        Case{{"therapist", "ad"}, "Did you mean \"add\""},
        Case{{"clock", "confrim"}, "Did you mean \"confirm\""},
        Case{{"backup", "verfy"}, "Did you mean \"verify\""},
        Case{{"blah"}, "there are init, serve, therapist, clock, backup, restore, check,"},
        Case{{"help", "blah"}, "no command \"blah\""},
        Case{{"blah", "--help"}, "no command \"blah\""}}) {
    const Outcome outcome = Holdfastd(bad.words);
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == 2);
    CHECK(Says(outcome.err, bad.said));
  }
}

TEST_CASE("a code that could not be written is a failure", "[operator]") {
  const TempDir files;
  const PracticeProcess practice(files / "practice");
  const Outcome outcome = InShell(std::string(HOLDFASTD) + " therapist add --data " +
                                  (files / "practice").string() + " >/dev/full");
  INFO(Describe(outcome));
  CHECK(outcome.exit_code == 1);
  CHECK(Says(outcome.err, "No space left on device"));
  CHECK(InShell(std::string(HOLDFASTD) + " --version >/dev/full").exit_code == 1);
}

TEST_CASE("a code says where it leads, and whether anybody is there", "[operator]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  const std::string data = practice.data().string();
  const Outcome stopped = Holdfastd({"therapist", "add", "--data", data});
  INFO(Describe(stopped));
  CHECK(Says(stopped.out, "It leads to 127.0.0.1:7443"));
  CHECK(Says(stopped.out, "1  HFE-"));  // in lines, and at the end in one piece
  CHECK(Says(stopped.out, "Nobody serves this practice just now"));
  practice.Start();
  const Outcome serving = Holdfastd({"therapist", "add", "--data", data});
  CHECK(Says(serving.out, "It leads to " + practice.address()));
  CHECK_FALSE(Says(serving.out, "Nobody serves"));
}

TEST_CASE("a clock that nothing waits for is not confirmed by the way", "[operator]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = Holdfastd({"clock", "confirm", "--data", practice.data().string()});
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == 0);
    CHECK(Says(outcome.out, "Nothing waits"));
    if (i == 0) practice.Start();
  }
}

TEST_CASE("SIGHUP reads the log level and the TLS certificate again, and ends nothing",
          "[operator]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  practice.Reload();
  CHECK(Eventually([&] { return Says(practice.log(), "reloaded"); }));
  CHECK(practice.running());
  CHECK(therapist.LogIn().ok());
  practice.Configure("log_level", "\"loud\"");
  practice.Reload();
  CHECK(Eventually([&] { return Says(practice.log(), "settings_not_read"); }));
  CHECK(therapist.LogIn().ok());
  CHECK(practice.Stop().exit_code == 0);
}

TEST_CASE("root serves a user's practice with settings that root alone reads, on a low port",
          "[operator]") {
  if (::geteuid() != 0) {
    WARN("skipped: becoming another user is root's to do");
    return;
  }
  constexpr uid_t kSomebody = 12345;
  const TempDir files, hidden;
  const PracticeProcess made(files / "practice");
  fs::permissions(files.path(), fs::perms(0755));
  fs::permissions(hidden.path(), fs::perms(0700));
  fs::copy(made.data() / "holdfast.toml", hidden / "settings.toml");
  REQUIRE(::chown(made.data().c_str(), kSomebody, kSomebody) == 0);
  for (const auto& file : fs::recursive_directory_iterator(made.data())) {
    REQUIRE(::chown(file.path().c_str(), kSomebody, kSomebody) == 0);
  }
  Process practice({HOLDFASTD,
                    {"serve", "--data", made.data().string(), "--config",
                     (hidden / "settings.toml").string(), "--listen", "127.0.0.1:1019"},
                    {},
                    {}});
  REQUIRE(Eventually([&] { return !ReadFile(made.data() / "listening").empty(); }));
  CHECK(ReadFile(made.data() / "listening") == "127.0.0.1:1019\n");
  struct stat facts {};
  REQUIRE(::stat((made.data() / "store").c_str(), &facts) == 0);
  CHECK(facts.st_uid == kSomebody);
  practice.Signal(SIGTERM);
  const auto ended = practice.Wait(PracticeProcess::kDrainMax);
  REQUIRE(ended);
  CHECK(ended->exit_code == 0);
}

TEST_CASE("a reader of the log that dies takes nobody with it", "[operator]") {
  const TempDir files;
  const PracticeProcess made(files / "practice");
  const std::string data = made.data().string();
  const fs::path pipe = files / "log";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(reader >= 0);
  Process practice(
      {"/bin/sh",
       {"-c", std::string("exec ") + HOLDFASTD + " serve --listen 127.0.0.1:0 --data " + data +
                  " 2>" + pipe.string()},
       {},
       {}});
  REQUIRE(Eventually([&] { return !ReadFile(made.data() / "listening").empty(); }));
  ::close(reader);
  std::string address = ReadFile(made.data() / "listening");
  address.pop_back();
  for (int i = 0; i < 3; ++i) {
    const int plain = ConnectTo(address);
    REQUIRE(plain >= 0);
    const std::string request = "GET / HTTP/1.1\r\nHost: practice\r\n\r\n";
    (void)::send(plain, request.data(), request.size(), MSG_NOSIGNAL);
    char answer = 0;
    (void)::recv(plain, &answer, 1, 0);  // until it is refused
    ::close(plain);
  }
  practice.Signal(SIGHUP);
  CHECK(Holdfastd({"therapist", "add", "--data", data}).exit_code == 0);
  CHECK(practice.running());
  practice.Signal(SIGTERM);
  const auto ended = practice.Wait(PracticeProcess::kDrainMax);
  REQUIRE(ended);
  CHECK(ended->exit_code == 0);
}

TEST_CASE("a start without enough memory ends", "[operator]") {
  const TempDir files;
  const PracticeProcess made(files / "practice");
  for (const int kilobytes : {150'000, 300'000, 500'000}) {
    Process process({"/bin/sh",
                     {"-c", "ulimit -v " + std::to_string(kilobytes) +
                                "; exec " HOLDFASTD " serve --listen 127.0.0.1:0 --data " +
                                made.data().string()},
                     {},
                     {}});
    Eventually([&] { return !process.running() || !ReadFile(made.data() / "listening").empty(); },
               std::chrono::seconds(10));
    process.Signal(SIGTERM);
    const auto outcome = process.Wait(PracticeProcess::kDrainMax);
    INFO(kilobytes << " kB" << (outcome ? Describe(*outcome) : " hangs " + process.err()));
    CHECK(outcome);
  }
}

TEST_CASE("what root does to the stopped practice of a user leaves it that user's", "[operator]") {
  if (::geteuid() != 0) {
    WARN("skipped: root's hand needs root");
    return;
  }
  const TempDir files;
  fs::permissions(files.path(), fs::perms(0755));
  const PracticeProcess made(files / "practice");
  const auto each_file = [&](const auto& look) {
    look(made.data());
    for (const auto& entry : fs::recursive_directory_iterator(made.data())) look(entry.path());
  };
  each_file([](const fs::path& path) { REQUIRE(::chown(path.c_str(), 12345, 12345) == 0); });
  const std::string data = made.data().string();
  CHECK(Holdfastd({"therapist", "add", "--data", data}).exit_code == 0);
  CHECK(Holdfastd({"clock", "confirm", "--data", data}).exit_code == 0);
  each_file([](const fs::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    INFO(path);
    CHECK(facts.st_uid == 12345);
    CHECK(facts.st_gid == 12345);
  });
}

TEST_CASE("an expired certificate is renewed at the start, over the same key", "[operator]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  // By a clock of 2016 it would have ended; here a certificate that ends tomorrow stands for it.
  const std::string data = practice.data().string();
  const Outcome made =
      InShell("openssl req -x509 -new -key " + data + "/tls.key -days 1 -subj /CN=localhost -out " +
              data + "/tls.crt 2>&1");
  if (made.exit_code != 0) {
    WARN("skipped: no openssl command: " << made.out);
    return;
  }
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  CHECK(Says(practice.log(), "tls_certificate_renewed"));
  CHECK(InShell("openssl x509 -noout -checkend 86400000 -in " + data + "/tls.crt").exit_code == 0);
  CHECK(practice.Stop().exit_code == 0);
}

}  // namespace
}  // namespace holdfast::test
