// Stored means stored, and once: the practice is killed again and again while
// several devices send as fast as they can.
#include <atomic>
#include <map>
#include <thread>

#include "rules/header.h"
#include "support/catch.h"
#include "support/practice_process.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

constexpr int kServerKills = 50;
constexpr int kSenders = 4;
constexpr std::chrono::milliseconds kServeBetweenKills{120};

struct Sender {
  WireDevice device;
  std::vector<v1::SendRequest> stored;  // acknowledged, with a receipt that verifies
  std::size_t retries = 0;
  std::vector<std::string> failures;
};

// One envelope at a time, each retried with the same bytes until acknowledged.
void SendUntil(const std::atomic<bool>& stop, const DeviceId& reader, Sender& sender) {
  while (!stop) {
    const v1::SendRequest request = sender.device.Message(sender.device.bond(), reader);
    while (true) {
      v1::SendResponse response;
      const grpc::Status status = sender.device.Send(request, response);
      if (status.ok()) {
        const auto leaf = sender.device.Check(request, response.receipt());
        if (!leaf.ok()) sender.failures.emplace_back(leaf.status().message());
        sender.stored.push_back(request);
        break;
      }
      ++sender.retries;
      if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
        sender.device.LogIn();  // the practice restarted
      } else if (status.error_code() != grpc::StatusCode::UNAVAILABLE &&
                 status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED) {
        sender.failures.push_back(status.error_message());
        return;
      }
      sender.device.wire().AwaitConnection();
    }
  }
}

EnvelopeId EnvelopeOf(const std::string& header) { return DecodeHeader(header).value().envelope; }

TEST_CASE("killed fifty times under load, every acknowledged envelope is delivered once",
          "[kill_server]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  WireDevice therapist;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  std::vector<std::unique_ptr<Sender>> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.push_back(std::make_unique<Sender>());
    REQUIRE(senders.back()->device.Join(therapist.Invite()).ok());
  }

  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& sender : senders) {
    threads.emplace_back([&] { SendUntil(stop, therapist.id(), *sender); });
  }
  for (int kill = 0; kill < kServerKills; ++kill) {
    std::this_thread::sleep_for(kServeBetweenKills);
    practice.Kill();
    practice.Start();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();

  // The reader logs in anew and reads everything, page by page.
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(therapist.Read(cursor, true, entries).ok());
  std::map<EnvelopeId, int> delivered;
  std::map<BondId, std::uint64_t> newest;
  std::uint64_t place = 0;
  for (const v1::Entry& entry : entries) {
    CHECK(entry.position() > place);
    place = entry.position();
    REQUIRE_FALSE(entry.has_gap());
    if (!entry.has_delivery()) continue;
    ++delivered[EnvelopeOf(entry.delivery().header())];
    const auto leaf = DecodeReceiptLeaf(entry.delivery().receipt().leaf());
    REQUIRE(leaf.ok());
    CHECK(leaf->position == ++newest[leaf->bond]);
  }

  std::size_t stored = 0, retries = 0;
  for (const auto& sender : senders) {
    CHECK(sender->failures.empty());
    retries += sender->retries;
    for (const v1::SendRequest& request : sender->stored) {
      ++stored;
      if (delivered[EnvelopeOf(request.header())] != 1) {
        FAIL("delivered " << delivered[EnvelopeOf(request.header())] << " times");
      }
    }
  }
  INFO(stored << " stored, " << retries << " retries");
  CHECK(stored >= kServerKills);
  CHECK(retries >= kServerKills / 2);  // the kills did hit
  CHECK(practice.Stop().exit_code == 0);
}

TEST_CASE("after a kill the same bytes get the same receipt, and other bytes are refused",
          "[kill_server]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  WireDevice therapist, client;
  REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
  REQUIRE(client.Join(therapist.Invite()).ok());
  const v1::SendRequest request = client.Message(client.bond(), therapist.id());
  v1::SendResponse first, second, third;
  REQUIRE(client.Send(request, first).ok());
  practice.Kill();
  practice.Start();
  REQUIRE(Eventually([&] { return client.LogIn().ok(); }));
  REQUIRE(client.Send(request, second).ok());
  CHECK(first.receipt().SerializeAsString() == second.receipt().SerializeAsString());

  v1::SendRequest other = request;
  (*other.mutable_body())[40] ^= 1;
  const grpc::Status refused = client.Send(other, third);
  CHECK(ReasonIn(refused) == "envelope_conflict");
  v1::Cursor cursor;
  std::vector<v1::Entry> entries;
  REQUIRE(Eventually([&] { return therapist.LogIn().ok(); }));
  REQUIRE(therapist.Read(cursor, false, entries).ok());
  REQUIRE(entries.back().has_delivery());
  CHECK(entries.back().delivery().body() == request.body());
}

}  // namespace
}  // namespace holdfast::test
