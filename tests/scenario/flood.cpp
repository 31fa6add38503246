// Who only wants to use everything up gets little of it, and nobody else loses
// anything by it.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "support/catch.h"
#include "support/practice_process.h"
#include "support/tcp_proxy.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

constexpr unsigned long kFewDescriptors = 320;
constexpr int kManyConnections = 1000;

// The soft and the hard limit of a running process, as the kernel writes them.
std::pair<std::string, std::string> LimitOf(pid_t pid, const std::string& name) {
  std::ifstream limits("/proc/" + std::to_string(pid) + "/limits");
  for (std::string line; std::getline(limits, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    std::pair<std::string, std::string> limit;
    rest >> limit.first >> limit.second;
    return limit;
  }
  return {};
}

class Flood {
 public:
  explicit Flood(const std::string& address) {
    for (int i = 0; i < kManyConnections; ++i) {
      if (const int fd = ConnectTo(address); fd >= 0) sockets_.push_back(fd);
    }
  }
  ~Flood() { End(); }
  void End() {
    for (const int fd : sockets_) close(fd);
    sockets_.clear();
  }

 private:
  std::vector<int> sockets_;
};

}  // namespace

TEST_CASE("many connections of one peer use nothing up that others need", "[flood]") {
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.LimitDescriptors(kFewDescriptors);
  practice.Start();
  WireDevice therapist, client;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  REQUIRE(client.Join(therapist.Invite()).ok());
  const auto send = [&] {
    v1::SendResponse response;
    return client.Send(client.Message(client.bond(), therapist.id(), 60'000), response);
  };

  Flood flood(practice.address());
  // Who is connected goes on, with the store's files growing meanwhile.
  for (int i = 0; i < 200; ++i) {
    const grpc::Status status = send();
    INFO(status.error_message() << practice.log());
    REQUIRE(status.ok());
  }
  REQUIRE(practice.running());
  // The operator gets through.
  const std::string code = practice.EnrolmentCode();
  flood.End();

  WireDevice newcomer;
  REQUIRE(Eventually([&] { return newcomer.Enroll(code).ok(); }));
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(therapist.Read(cursor, true, entries).ok());
  CHECK(entries.size() == 201);  // and that the bond was formed
  CHECK(practice.Stop().exit_code == 0);
}

TEST_CASE("who begins streams and breaks them off is cut off, and nobody else is", "[flood]") {
  struct Way {
    std::string listen, name;
  };
  const Way way =
      GENERATE(Way{"127.0.0.1:0", "127.0.0.1"}, Way{"[::]:0", "127.0.0.1"}, Way{"[::1]:0", "::1"});
  if (way.listen.front() == '[' && ReadFile("/proc/net/if_inet6").empty()) return;
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Configure("name", '"' + way.name + '"');
  practice.StartAt(way.listen);
  WireDevice therapist, client;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  REQUIRE(client.Join(therapist.Invite()).ok());
  const auto send = [&] {
    v1::SendResponse response;
    return client.Send(client.Message(client.bond(), therapist.id()), response);
  };
  // One after the other, as somebody does who presses Ctrl-C again and again.
  int broken_off = 0;
  const auto break_off = [&] {
    const auto context = CallContext(therapist.token());
    v1::SubscribeRequest request;
    request.set_follow(true);
    const auto stream = therapist.wire().mailbox().Subscribe(context.get(), request);
    v1::SubscribeResponse page;
    if (!stream->Read(&page)) return false;
    context->TryCancel();
    (void)stream->Finish();
    ++broken_off;
    return true;
  };
  constexpr int kBreakOffMax = 10'000;
  while (broken_off < kBreakOffMax && break_off()) {
    if (broken_off % 100 == 0) REQUIRE(send().ok());
  }
  INFO(way.listen << ": " << broken_off << " broken off\n" << practice.log());
  CHECK(broken_off < kBreakOffMax);
  CHECK(
      Eventually([&] { return practice.log().find("connections_cut_off") != std::string::npos; }));
  // Of the same address, and connected all the time; the one that was cut off may come again.
  CHECK(send().ok());
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  CHECK(practice.Stop().exit_code == 0);
}

TEST_CASE("the practice takes as many descriptors as it may have", "[flood]") {
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const auto limit = LimitOf(practice.pid(), "Max open files");
  CHECK(limit.first == limit.second);
  CHECK(practice.log().find("descriptors") != std::string::npos);
}

TEST_CASE("no crash writes the practice's keys to the disk", "[flood]") {
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const auto limit = LimitOf(practice.pid(), "Max core file size");
  CHECK(limit.first == "0");
  CHECK(limit.second == "0");
  // What the kernel gives to the superuser cannot be dumped.
  struct stat facts {};
  REQUIRE(stat(("/proc/" + std::to_string(practice.pid()) + "/environ").c_str(), &facts) == 0);
  CHECK(facts.st_uid == 0);
  CHECK(practice.EnrolmentCode().size() > 0);
}

TEST_CASE("too few descriptors are refused in words, not met later", "[flood]") {
  TempDir files;
  PracticeProcess practice(files / "practice");
  practice.LimitDescriptors(64);
  CHECK_THROWS(practice.Start());
  CHECK(practice.log().find("RLIMIT_NOFILE") != std::string::npos);
}

}  // namespace holdfast::test
