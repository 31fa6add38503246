// One peer never holds every connection, and a closed one makes room.
#include "server/rpc/connections.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "support/catch.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMost = 8;

// Sockets to the practice, as far as counting goes.
class Pipes {
 public:
  ~Pipes() {
    for (const int end : ends_) close(end);
  }
  int Open() {
    int ends[2] = {-1, -1};
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    ends_.insert(ends_.end(), {ends[0], ends[1]});
    return ends[0];
  }
  void Close(int descriptor) {
    std::erase(ends_, descriptor);
    close(descriptor);
  }

 private:
  std::vector<int> ends_;
};

TEST_CASE("one peer gets half of the connections, and all together get no more than all") {
  Pipes pipes;
  Connections connections(kMost);
  const auto now = Connections::Clock::time_point{} + std::chrono::hours(1);
  for (std::size_t i = 0; i < kMost / 2; ++i)
    CHECK(connections.Admit({pipes.Open(), "a", ""}, now));
  CHECK_FALSE(connections.Admit({pipes.Open(), "a", ""}, now));
  for (std::size_t i = 0; i < kMost / 2; ++i)
    CHECK(connections.Admit({pipes.Open(), "b", ""}, now));
  CHECK_FALSE(connections.Admit({pipes.Open(), "c", ""}, now));
  CHECK(connections.count() == kMost);
}

TEST_CASE("a connection that was closed makes room, also where its number is in use again") {
  Pipes pipes;
  Connections connections(kMost);
  auto now = Connections::Clock::time_point{} + std::chrono::hours(1);
  std::vector<int> taken;
  for (std::size_t i = 0; i < kMost / 2; ++i) {
    taken.push_back(pipes.Open());
    REQUIRE(connections.Admit({taken.back(), "a", ""}, now));
  }
  CHECK_FALSE(connections.Admit({pipes.Open(), "a", ""}, now));
  pipes.Close(taken[0]);
  const int reused = pipes.Open();  // a file of ours, not a connection
  CHECK(reused == taken[0]);
  const int next = pipes.Open();
  CHECK_FALSE(connections.Admit({next, "a", ""}, now));  // it looked a moment ago
  now += kSweepPeriod;
  CHECK(connections.Admit({next, "a", ""}, now));
  CHECK(connections.count() == kMost / 2);
}

TEST_CASE("who was cut off opens few others for a while, and nobody else waits") {
  Connections connections(4 * kMost);
  auto now = Connections::Clock::time_point{} + std::chrono::hours(1);
  int ends[2] = {-1, -1}, others[2] = {-1, -1};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, others) == 0);
  REQUIRE(connections.Admit({ends[0], "a", "a:1"}, now));
  REQUIRE(connections.Admit({others[0], "a", "a:2"}, now));
  CHECK_FALSE(connections.CutOff("a:3", now));
  REQUIRE(connections.CutOff("a:1", now));
  char byte = 0;
  CHECK(recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0);     // its end
  CHECK(recv(others[1], &byte, 1, MSG_DONTWAIT) == -1);  // still there

  Pipes pipes;
  for (std::size_t i = 0; i < kOpenedInPauseMax; ++i) {
    CHECK(connections.Admit({pipes.Open(), "a", "a:4"}, now));
  }
  CHECK_FALSE(connections.Admit({pipes.Open(), "a", "a:4"}, now));
  CHECK(connections.Admit({pipes.Open(), "b", "b:1"}, now));
  now += kCutOffPause;
  CHECK(connections.Admit({pipes.Open(), "a", "a:5"}, now));
  for (const int end : {ends[0], ends[1], others[0], others[1]}) close(end);
  CHECK_FALSE(connections.CutOff("a:2", now));
}

TEST_CASE("a connection is cut off though one that is gone came from the same port") {
  Connections connections(kMost);
  const auto now = Connections::Clock::time_point{} + std::chrono::hours(1);
  int gone[2] = {-1, -1}, ends[2] = {-1, -1};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gone) == 0);
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  REQUIRE(connections.Admit({gone[0], "a", "a:1"}, now));
  REQUIRE(connections.Admit({ends[0], "a", "a:1"}, now));
  close(gone[0]);
  REQUIRE(connections.CutOff("a:1", now));
  char byte = 0;
  CHECK(recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0);
  for (const int end : {gone[1], ends[0], ends[1]}) close(end);
}

TEST_CASE("handshakes of one address are bounded within a minute") {
  Pipes pipes;
  Connections connections(kMost);
  auto now = Connections::Clock::time_point{} + std::chrono::hours(1);
  const int descriptor = pipes.Open();  // closed and opened again each time
  for (std::size_t i = 0; i < kOpenedPerMinuteMax; ++i) {
    REQUIRE(connections.Admit({descriptor, "a", "a:1"}, now));
  }
  CHECK_FALSE(connections.Admit({descriptor, "a", "a:1"}, now));
  CHECK(connections.Admit({pipes.Open(), "b", "b:1"}, now));
  now += std::chrono::minutes(1);
  CHECK(connections.Admit({descriptor, "a", "a:1"}, now));
}

}  // namespace
}  // namespace holdfast::server
