// Each device's chain of messages: what is missing, forked or in order.
#include "client/core/message/chains.h"

#include "support/catch.h"

namespace holdfast::client {
namespace {

// A sender's chain of messages, and what a receiver makes of it.
struct Sender {
  DeviceId id = DeviceId::From(Bytes(16, 'd'), "id").value();
  std::vector<Hash> messages;
  std::vector<Hash> heads = {Hash()};

  explicit Sender(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      messages.push_back(Hash::From(Bytes(32, static_cast<char>('A' + i)), "hash").value());
      heads.push_back(crypto::Extend({id, i, heads.back()}, messages.back()).head);
    }
  }
  ChainStep Give(vault::Chain& chain, std::uint64_t position) const {
    return Advance(chain, id, position, heads[position - 1], messages[position - 1]).step;
  }
};

TEST_CASE("A chain in order is whole up to its newest message") {
  const Sender sender(5);
  vault::Chain chain;
  for (std::uint64_t position = 1; position <= 5; ++position) {
    CHECK(sender.Give(chain, position) == ChainStep::kInOrder);
    CHECK(chain.whole_position() == position);
  }
  CHECK(chain.whole_head() == sender.heads[5].view());
}

TEST_CASE("A gap is counted, keeps the whole part back, and heals") {
  const Sender sender(6);
  vault::Chain chain;
  sender.Give(chain, 1);
  const ChainFinding finding = Advance(chain, sender.id, 5, sender.heads[4], sender.messages[4]);
  CHECK(finding.step == ChainStep::kGap);
  CHECK(finding.missing == 3);
  CHECK(chain.whole_position() == 1);
  CHECK(sender.Give(chain, 6) == ChainStep::kInOrder);
  CHECK(chain.whole_position() == 1);
  CHECK(sender.Give(chain, 3) == ChainStep::kFillsGap);
  CHECK(chain.whole_position() == 1);
  CHECK(sender.Give(chain, 3) == ChainStep::kRepeated);
  CHECK(sender.Give(chain, 2) == ChainStep::kFillsGap);
  CHECK(sender.Give(chain, 4) == ChainStep::kFillsGap);
  CHECK(chain.whole_position() == 6);
  CHECK(chain.whole_head() == sender.heads[6].view());
}

TEST_CASE("Another past is a fork, a taken place a repeat that changes nothing") {
  const Sender sender(3);
  vault::Chain chain;
  sender.Give(chain, 1);
  sender.Give(chain, 2);
  const std::string before = chain.SerializeAsString();
  CHECK(Advance(chain, sender.id, 2, sender.heads[1], sender.messages[0]).step ==
        ChainStep::kRepeated);
  CHECK(chain.SerializeAsString() == before);
  CHECK(Advance(chain, sender.id, 3, sender.heads[1], sender.messages[2]).step ==
        ChainStep::kForked);
}

TEST_CASE("Endless gaps stay bounded") {
  vault::Chain chain;
  const DeviceId id;
  for (std::uint64_t i = 1; i <= 1000; ++i) Advance(chain, id, i * 3, Hash(), Hash());
  CHECK(chain.missing_size() <= 64);
  CHECK(chain.whole_position() == 0);
}

TEST_CASE("What is given up holds the whole part back no more, and what is missing later does") {
  vault::Chain chain;
  const DeviceId id;
  for (const std::uint64_t position : {2U, 6U, 9U}) Advance(chain, id, position, Hash(), Hash());
  REQUIRE(chain.missing_size() == 3);
  GiveUpMissing(chain, 4);
  REQUIRE(chain.missing_size() == 2);
  CHECK(chain.missing(0).first() == 5);
  CHECK(chain.missing(0).last() == 5);
  CHECK(chain.missing(1).first() == 7);
  CHECK(chain.whole_position() == 0);
  GiveUpMissing(chain, 9);
  CHECK(chain.missing().empty());
  CHECK(chain.whole_position() == 9);
}

}  // namespace
}  // namespace holdfast::client
