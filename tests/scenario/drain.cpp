// A stop that was asked for: it ends in time, cleanly, and takes nothing with it.
#include <atomic>
#include <set>
#include <thread>

#include "support/catch.h"
#include "support/practice_process.h"
#include "support/tcp_proxy.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

TEST_CASE("a stop under load ends in ten seconds and loses nothing acknowledged", "[drain]") {
  constexpr int kSenders = 4;
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  std::vector<std::unique_ptr<WireDevice>> clients;
  for (int i = 0; i < kSenders; ++i) {
    clients.push_back(std::make_unique<WireDevice>());
    REQUIRE(clients.back()->Join(therapist.Invite()).ok());
  }

  // Subscribers that only wait, one of them over a connection gone silent.
  TcpProxy proxy(practice.address());
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<grpc::ClientContext>> streams;
  WireChannel through_proxy(proxy.address());
  const auto follow = [&](WireChannel& wire, const WireDevice& device) {
    streams.push_back(CallContext(device.token()));
    threads.emplace_back([&wire, context = streams.back().get()] {
      v1::SubscribeRequest request;
      request.set_follow(true);
      const auto stream = wire.mailbox().Subscribe(context, request);
      for (v1::SubscribeResponse page; stream->Read(&page);) {
      }
      stream->Finish();
    });
  };
  follow(therapist.wire(), therapist);
  follow(through_proxy, *clients[0]);

  std::vector<std::vector<Bytes>> stored(kSenders);
  std::atomic<std::size_t> sent = 0;
  for (std::size_t i = 0; i < kSenders; ++i) {
    threads.emplace_back([&, i] {
      while (true) {
        const v1::SendRequest request = clients[i]->Message(clients[i]->bond(), therapist.id());
        v1::SendResponse response;
        if (!clients[i]->Send(request, response).ok()) return;
        stored[i].push_back(request.header());
        ++sent;
      }
    });
  }
  REQUIRE(Eventually([&] { return sent > 200; }));
  proxy.Stall(true);
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = practice.Stop();
  const auto drained = std::chrono::steady_clock::now() - begin;
  INFO(Describe(outcome));
  CHECK(outcome.exit_code == 0);
  CHECK(drained < PracticeProcess::kDrainMax);
  for (const auto& stream : streams) stream->TryCancel();
  for (std::thread& thread : threads) thread.join();

  practice.Start();
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(therapist.Read(cursor, true, entries).ok());
  std::multiset<Bytes> delivered;
  for (const v1::Entry& entry : entries) {
    if (entry.has_delivery()) delivered.insert(entry.delivery().header());
  }
  for (const std::vector<Bytes>& headers : stored) {
    for (const Bytes& header : headers) CHECK(delivered.count(header) == 1);
  }
  CHECK(practice.Stop().exit_code == 0);
}

TEST_CASE("a stop of an idle practice is quick and leaves no address behind", "[drain]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  CHECK(practice.Stop().exit_code == 0);
  CHECK_FALSE(std::filesystem::exists(practice.data() / "listening"));
}

TEST_CASE("two servers never share one practice's files", "[drain]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  const Outcome second =
      Run({HOLDFASTD,
           {"serve", "--data", practice.data().string(), "--listen", "127.0.0.1:0"},
           {},
           {}});
  INFO(Describe(second));
  CHECK(second.exit_code > 0);
  CHECK(practice.running());
  WireDevice therapist;
  CHECK(therapist.Enroll(practice.EnrolmentCode()).ok());
}

}  // namespace
}  // namespace holdfast::test
