// Capsules: what they carry, and what is refused.
#include "crypto/capsule.h"

#include <functional>

#include "crypto/session_set.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

Capsule Sample(std::size_t heads) {
  Capsule capsule;
  capsule.content_key = ContentKey::From(Bytes(32, 'k'), "test").value();
  capsule.message_hash = Filled<Hash>('m');
  capsule.position = 5;
  capsule.previous = Filled<Hash>('p');
  for (std::size_t i = 0; i < heads; ++i) {
    const char name = static_cast<char>('A' + i);
    capsule.heads.push_back({Filled<DeviceId>(name), i + 1, Filled<Hash>(name)});
  }
  capsule.sender_list = {2, Filled<Hash>('s')};
  capsule.receiver_list = {3, Filled<Hash>('r')};
  capsule.ledger = {9, Filled<Hash>('l')};
  return capsule;
}

absl::StatusOr<Bytes> Again(BytesView bytes) {
  HOLDFAST_ASSIGN_OR_RETURN(const Capsule capsule, DecodeCapsule(bytes));
  return Bytes(EncodeCapsule(capsule).Expose());
}

TEST_CASE("a capsule survives being written and read", "[capsule]") {
  for (const std::size_t heads : {0U, 1U, 7U, 15U}) {
    const Capsule capsule = Sample(heads);
    const auto read = DecodeCapsule(EncodeCapsule(capsule).Expose());
    REQUIRE(read.ok());
    CHECK(read->content_key == capsule.content_key);
    CHECK(read->message_hash == capsule.message_hash);
    CHECK(read->position == capsule.position);
    CHECK(read->previous == capsule.previous);
    CHECK(read->heads == capsule.heads);
    CHECK(read->sender_list == capsule.sender_list);
    CHECK(read->receiver_list == capsule.receiver_list);
    CHECK(read->ledger == capsule.ledger);
  }
}

TEST_CASE("a capsule has one encoding, and nothing else decodes", "[capsule]") {
  CheckDecoder(Bytes(EncodeCapsule(Sample(2)).Expose()), Again);
}

TEST_CASE("a capsule's size tells little, and the largest can be sealed", "[capsule]") {
  CHECK(EncodeCapsule(Sample(0)).size() == 256);
  CHECK(EncodeCapsule(Sample(1)).size() == EncodeCapsule(Sample(4)).size());
  CHECK(EncodeCapsule(Sample(15)).size() <= kSessionPlaintextBytesMax);
}

TEST_CASE("a capsule that no honest device writes is refused by field", "[capsule]") {
  const auto refused = [](const std::function<void(Capsule&)>& spoil, std::string_view field) {
    Capsule capsule = Sample(3);
    spoil(capsule);
    return Refuses(DecodeCapsule(EncodeCapsule(capsule).Expose()).status(), Reason::kMalformedField,
                   field);
  };
  CHECK(refused([](Capsule& c) { c.position = 0; }, "capsule.position"));
  CHECK(refused([](Capsule& c) { c.position = 1; }, "capsule.previous"));
  CHECK(refused([](Capsule& c) { c.previous = Hash(); }, "capsule.previous"));
  CHECK(refused([](Capsule& c) { c.heads[1].device = c.heads[0].device; }, "capsule.heads.device"));
  CHECK(refused([](Capsule& c) { c.heads[1].position = 0; }, "capsule.heads.head"));
  CHECK(refused([](Capsule& c) { c.heads[1].head = Hash(); }, "capsule.heads.head"));
  CHECK(refused([](Capsule& c) { c.sender_list.version = 0; }, "capsule.sender_list"));
  CHECK(refused([](Capsule& c) { c.receiver_list.version = 0; }, "capsule.receiver_list"));
  CHECK(refused([](Capsule& c) { c.ledger.entry = 0; }, "capsule.ledger.hash"));
  CHECK(Refuses(DecodeCapsule(Bytes(256, '\0')).status(), Reason::kMalformedField,
                "capsule.padding"));
  CHECK_FALSE(DecodeCapsule(Bytes(EncodeCapsule(Sample(3)).Expose()) + Bytes(256, '\0')).ok());
}

TEST_CASE("a chain notices a dropped, reordered or replaced message", "[chain]") {
  const ChainHead start{Filled<DeviceId>('d'), 0, Hash()};
  const Hash one = Filled<Hash>('1'), two = Filled<Hash>('2'), three = Filled<Hash>('3');
  const ChainHead end = Extend(Extend(Extend(start, one), two), three);
  CHECK(end.position == 3);
  CHECK(end.device == start.device);
  CHECK_FALSE(end == Extend(Extend(start, one), three));
  CHECK_FALSE(end == Extend(Extend(Extend(start, two), one), three));
  CHECK_FALSE(end == Extend(Extend(Extend(start, one), three), three));
  const ChainHead other{Filled<DeviceId>('e'), 0, Hash()};
  CHECK(Extend(start, one).head != Extend(other, one).head);
}

}  // namespace
}  // namespace holdfast::crypto
