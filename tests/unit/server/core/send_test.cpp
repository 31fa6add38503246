// Stored means stored; once; in the bond's order.
#include <algorithm>

#include "crypto/public/receipt.h"
#include "rules/receipt.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

crypto::ReceiptProof ProofOf(const v1::Receipt& receipt) {
  crypto::ReceiptProof proof{receipt.leaf(), receipt.index(), {}, {}};
  for (const Bytes& hash : receipt.path()) proof.path.push_back(Hash::From(hash, "path").value());
  proof.batch = {receipt.batch().statement(), receipt.batch().signature()};
  return proof;
}

ReceiptLeaf Verified(const ServerWorld& world, const v1::Receipt& receipt) {
  const auto leaf = crypto::VerifyReceipt(ProofOf(receipt), world.practice);
  INFO(leaf.status());
  REQUIRE(leaf.ok());
  return *leaf;
}

Hash EnvelopeHashOf(const v1::SendRequest& request) {
  std::vector<Bytes> digests;
  for (const v1::Capsule& capsule : request.capsules()) {
    digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
  }
  return crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
}

}  // namespace

TEST_CASE("a send is answered with a receipt that proves what was stored, where and when") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client, Kind::kCheckIn);
  v1::SendResponse response;
  REQUIRE(world.Send(bond.client, request, response).ok());
  const ReceiptLeaf leaf = Verified(world, response.receipt());
  CHECK(leaf.bond == bond.id);
  CHECK(leaf.position == 1);
  CHECK(leaf.envelope == DecodeHeader(request.header()).value().envelope);
  CHECK(leaf.envelope_hash == EnvelopeHashOf(request));
  CHECK(leaf.stored_at_ms == world.clock.wall_ms);
  CHECK(world.wakes == std::vector<DeviceId>{bond.therapist.id});
}

TEST_CASE("what was sent is delivered whole, with the sender's receipt") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  v1::SendResponse sent;
  REQUIRE(world.Send(bond.client, request, sent).ok());
  const auto entries = world.ReadAll(bond.therapist);
  REQUIRE(entries.size() == 2);  // the bond, then the envelope
  const v1::Delivery& delivery = entries[1].delivery();
  CHECK(delivery.header() == request.header());
  CHECK(delivery.body() == request.body());
  CHECK(delivery.capsule() == request.capsules(0).sealed());
  REQUIRE(delivery.capsule_digests_size() == 1);
  CHECK(delivery.capsule_digests(0) ==
        crypto::CapsuleDigest(request.capsules(0).device(), request.capsules(0).sealed()));
  CHECK(delivery.receipt().SerializeAsString() == sent.receipt().SerializeAsString());
}

TEST_CASE("the same bytes under the same id get the same receipt, and are stored once") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  v1::SendResponse first, again, later;
  REQUIRE(world.Send(bond.client, request, first).ok());
  const MemoryStore::Rows rows = world.rows();
  REQUIRE(world.Send(bond.client, request, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.rows() == rows);

  world.Restart();
  TestDevice& client = const_cast<TestDevice&>(bond.client);
  world.LogIn(client);
  REQUIRE(world.Send(client, request, later).ok());
  CHECK(later.SerializeAsString() == first.SerializeAsString());
}

TEST_CASE("a retry in the very batch of its original gets the same receipt") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  const v1::SendRequest other = world.MakeSend(bond, bond.client);
  v1::SendResponse responses[3];
  const auto send = [&](const v1::SendRequest& what, v1::SendResponse& response) {
    return [&](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), what, response);
    };
  };
  const auto outcomes = world.RunBatch(
      {send(request, responses[0]), send(other, responses[1]), send(request, responses[2])});
  REQUIRE(std::ranges::all_of(outcomes, [](const absl::Status& status) { return status.ok(); }));
  CHECK(responses[2].SerializeAsString() == responses[0].SerializeAsString());
  CHECK(Verified(world, responses[0].receipt()).position == 1);
  CHECK(Verified(world, responses[1].receipt()).position == 2);
  CHECK(world.ReadAll(bond.therapist).size() == 3);
}

TEST_CASE("other bytes under a stored id are refused and change nothing") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::SendRequest request = world.MakeSend(bond, bond.client);
  v1::SendResponse response;
  REQUIRE(world.Send(bond.client, request, response).ok());
  const MemoryStore::Rows rows = world.rows();
  v1::SendRequest other_body = request, other_capsule = request;
  other_body.mutable_body()->back() ^= 1;
  other_capsule.mutable_capsules(0)->mutable_sealed()->back() ^= 1;
  CHECK(ReasonOf(world.Send(bond.client, other_body, response)) == Reason::kEnvelopeConflict);
  CHECK(ReasonOf(world.Send(bond.client, other_capsule, response)) == Reason::kEnvelopeConflict);
  CHECK(world.rows() == rows);
}

TEST_CASE("the same id in two bonds is two envelopes") {
  ServerWorld world;
  const TestBond first = world.FormBond();
  const TestBond second = world.FormBond();
  const Header header = world.MakeHeader(first, first.client);
  Header same_id = world.MakeHeader(second, second.client);
  same_id.envelope = header.envelope;
  v1::SendResponse response;
  CHECK(world.Send(first.client, world.MakeSend(first, first.client, header), response).ok());
  CHECK(world.Send(second.client, world.MakeSend(second, second.client, same_id), response).ok());
}

TEST_CASE("many sends of one batch share one signature, and each receipt holds by itself") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  std::vector<v1::SendRequest> requests;
  for (int i = 0; i < 37; ++i) requests.push_back(world.MakeSend(bond, bond.client));
  std::vector<v1::SendResponse> responses(requests.size());
  std::vector<ServerWorld::Ask> asks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    asks.push_back([&, i](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), requests[i], responses[i]);
    });
  }
  for (const absl::Status& outcome : world.RunBatch(asks)) REQUIRE(outcome.ok());
  for (std::size_t i = 0; i < responses.size(); ++i) {
    CHECK(Verified(world, responses[i].receipt()).position == i + 1);
    CHECK(responses[i].receipt().batch().signature() == responses[0].receipt().batch().signature());
  }
}

TEST_CASE("a refusal in a batch leaves no trace in it") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest good = world.MakeSend(bond, bond.client);
  v1::SendRequest bad = world.MakeSend(bond, bond.client);
  bad.mutable_capsules(0)->set_device(Bytes(DeviceId::size, 'z'));
  v1::SendResponse refused, stored;
  const auto outcomes =
      world.RunBatch({[&](Core& core, Transaction& transaction) {
                        return core.Send(transaction, bond.client.caller(), bad, refused);
                      },
                      [&](Core& core, Transaction& transaction) {
                        return core.Send(transaction, bond.client.caller(), good, stored);
                      }});
  CHECK_FALSE(outcomes[0].ok());
  REQUIRE(outcomes[1].ok());
  CHECK(Verified(world, stored.receipt()).position == 1);
}

TEST_CASE("stored times never decrease within a bond, even when the clock is set back") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::SendResponse first, second;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), first).ok());
  world.clock.wall_ms -= limits::kHourMs;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), second).ok());
  CHECK(Verified(world, second.receipt()).stored_at_ms ==
        Verified(world, first.receipt()).stored_at_ms);
}

TEST_CASE("a send covers exactly the newest device lists") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::SendResponse response;
  Header header = world.MakeHeader(bond, bond.client);
  header.receiver_list_version = 2;
  absl::Status status =
      world.Send(bond.client, world.MakeSend(bond, bond.client, header), response);
  CHECK(ReasonOf(status) == Reason::kStaleDeviceList);
  CHECK(FieldOf(status) == "header.receiver_list_version");
  header.receiver_list_version = 1;
  header.sender_list_version = 2;
  status = world.Send(bond.client, world.MakeSend(bond, bond.client, header), response);
  CHECK(ReasonOf(status) == Reason::kStaleDeviceList);
  CHECK(FieldOf(status) == "header.sender_list_version");
}

TEST_CASE("only the client sends check-ins") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::SendResponse response;
  const absl::Status status =
      world.Send(bond.therapist, world.MakeSend(bond, bond.therapist, Kind::kCheckIn), response);
  CHECK(ReasonOf(status) == Reason::kNotPermitted);
  CHECK(FieldOf(status) == "header.kind");
}

TEST_CASE("history gives both directions in order, with receipts, in pages") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  std::vector<Bytes> headers;
  for (int i = 0; i < 5; ++i) {
    const TestDevice& sender = i % 2 == 0 ? bond.client : bond.therapist;
    const v1::SendRequest request = world.MakeSend(bond, sender);
    v1::SendResponse response;
    REQUIRE(world.Send(sender, request, response).ok());
    headers.push_back(request.header());
  }
  std::vector<Bytes> seen;
  v1::HistoryRequest request;
  request.set_bond(bond.id.str());
  request.set_limit(2);
  bool more = true;
  for (int page = 0; page < 3; ++page) {
    REQUIRE(more);
    v1::HistoryResponse response;
    REQUIRE(world
                .Run([&](Core& core, Transaction& transaction) {
                  return core.History(transaction, bond.client.caller(), request, response);
                })
                .ok());
    for (const v1::StoredEnvelope& envelope : response.envelopes()) {
      seen.push_back(envelope.header());
      const ReceiptLeaf leaf = Verified(world, envelope.receipt());
      CHECK(leaf.position == seen.size());
      // Its own sends carry no capsule for it.
      CHECK(envelope.capsule().empty() == (seen.size() % 2 == 1));
    }
    request.set_after_position(seen.size());
    more = response.more();
  }
  CHECK_FALSE(more);
  CHECK(seen == headers);
}

TEST_CASE("readers see nothing of a batch that is not committed") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  v1::SendResponse sent;
  v1::SubscribeResponse page;
  v1::HistoryResponse history;
  v1::HistoryRequest asked;
  asked.set_bond(bond.id.str());
  DeviceId device;
  const auto outcomes = world.RunBatch(
      {[&](Core& core, Transaction& transaction) {
         return core.Send(transaction, bond.client.caller(), request, sent);
       },
       [&](Core& core, Transaction& transaction) {
         return core.ReadMailbox(transaction, bond.therapist.caller(), {}, device, page);
       },
       [&](Core& core, Transaction& transaction) {
         return core.History(transaction, bond.client.caller(), asked, history);
       }});
  for (const absl::Status& outcome : outcomes) REQUIRE(outcome.ok());
  CHECK(page.entries_size() == 1);  // the bond
  CHECK(page.caught_up());
  CHECK(history.envelopes_size() == 0);
  CHECK(world.ReadAll(bond.therapist, page.cursor()).size() == 1);
}

}  // namespace holdfast::server
