// The double ratchet: order, loss, repetition.
#include "crypto/ratchet.h"

#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

struct Ends {
  Ratchet a;
  Ratchet b;
};

Ends Start() {
  const SessionSecret secret = SessionSecret::Random();
  DhPair prekey = GenerateDhPair();
  Ratchet a = Ratchet::Initiate(secret.Clone(), prekey.key).value();
  return {std::move(a), Ratchet::Respond(secret.Clone(), std::move(prekey))};
}

// One message from `from` arrives at `to` with the same key on both sides.
bool Crosses(Ratchet& from, Ratchet& to) {
  const auto sent = from.NextSending();
  if (!sent.ok()) return false;
  const auto received = to.KeyFor(sent->first);
  return received.ok() && *received == sent->second;
}

TEST_CASE("the responder can send only after it has received", "[ratchet]") {
  Ends ends = Start();
  CHECK(ends.a.can_send());
  CHECK_FALSE(ends.b.can_send());
  CHECK_FALSE(ends.b.NextSending().ok());
  CHECK(Crosses(ends.a, ends.b));
  CHECK(ends.b.can_send());
  CHECK(Crosses(ends.b, ends.a));
}

TEST_CASE("keys change with every message and ratchet keys with every turn", "[ratchet]") {
  Ends ends = Start();
  std::vector<Bytes> keys;
  std::vector<DhKey> ratchet_keys;
  for (int turn = 0; turn < 4; ++turn) {
    Ratchet& from = turn % 2 == 0 ? ends.a : ends.b;
    Ratchet& to = turn % 2 == 0 ? ends.b : ends.a;
    for (std::uint32_t number = 0; number < 3; ++number) {
      auto sent = from.NextSending().value();
      CHECK(sent.first.number == number);
      CHECK(sent.first.previous == (turn < 2 ? 0 : 3));
      CHECK(to.KeyFor(sent.first).value() == sent.second);
      for (const Bytes& earlier : keys) CHECK(earlier != sent.second.Expose());
      keys.emplace_back(sent.second.Expose());
      if (number == 0) ratchet_keys.push_back(sent.first.key);
      CHECK(sent.first.key == ratchet_keys.back());
    }
    for (int earlier = 0; earlier < turn; ++earlier) {
      CHECK(ratchet_keys[static_cast<std::size_t>(earlier)] != ratchet_keys.back());
    }
  }
}

TEST_CASE("messages out of order are opened once each", "[ratchet]") {
  Ends ends = Start();
  std::vector<std::pair<RatchetHeader, MessageKey>> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(ends.a.NextSending().value());
  for (const std::size_t i : {3U, 0U, 4U, 2U, 1U}) {
    CHECK(ends.b.KeyFor(sent[i].first).value() == sent[i].second);
    CHECK(
        Refuses(ends.b.KeyFor(sent[i].first).status(), Reason::kNotDecryptable, "capsule.number"));
  }
}

TEST_CASE("messages of an earlier turn still open after the next", "[ratchet]") {
  Ends ends = Start();
  CHECK(Crosses(ends.a, ends.b));
  const auto late = ends.a.NextSending().value();
  CHECK(Crosses(ends.b, ends.a));
  CHECK(Crosses(ends.a, ends.b));
  CHECK(ends.b.KeyFor(late.first).value() == late.second);
}

TEST_CASE("at most 256 keys are skipped in a step", "[ratchet]") {
  Ends ends = Start();
  for (std::size_t i = 0; i < kSkippedPerStepMax; ++i) REQUIRE(ends.a.NextSending().ok());
  const auto just = ends.a.NextSending().value();
  const auto beyond = ends.a.NextSending().value();
  Ratchet fresh = ends.b.Clone();
  CHECK(Refuses(fresh.KeyFor(beyond.first).status(), Reason::kNotDecryptable, "capsule.number"));
  CHECK(ends.b.KeyFor(just.first).value() == just.second);
  CHECK(ends.b.KeyFor(beyond.first).value() == beyond.second);
}

TEST_CASE("a header that claims to be far ahead costs next to nothing", "[ratchet]") {
  Ends ends = Start();
  auto header = ends.a.NextSending().value().first;
  header.number = 0xffffffff;
  CHECK_FALSE(ends.b.Clone().KeyFor(header).ok());
  header.number = 0xfffffffe;
  CHECK_FALSE(ends.b.Clone().KeyFor(header).ok());
  CHECK(Crosses(ends.a, ends.b));
  header = {GenerateDhPair().key, 0xffffffff, 0};
  CHECK_FALSE(ends.b.Clone().KeyFor(header).ok());
}

TEST_CASE("at most 512 skipped keys are stored, and the oldest goes", "[ratchet]") {
  Ends ends = Start();
  std::vector<std::pair<RatchetHeader, MessageKey>> waiting;
  for (int step = 0; step < 3; ++step) {
    for (std::size_t i = 0; i < kSkippedPerStepMax; ++i) {
      waiting.push_back(ends.a.NextSending().value());
    }
    REQUIRE(Crosses(ends.a, ends.b));
  }
  REQUIRE(waiting.size() == 768);
  const std::size_t lost = waiting.size() - kSkippedStoredMax;
  CHECK_FALSE(ends.b.KeyFor(waiting[0].first).ok());
  CHECK_FALSE(ends.b.KeyFor(waiting[lost - 1].first).ok());
  CHECK(ends.b.KeyFor(waiting[lost].first).value() == waiting[lost].second);
  CHECK(ends.b.KeyFor(waiting.back().first).value() == waiting.back().second);
  CHECK(ends.b.Serialize().size() < 40'000);
}

TEST_CASE("a stored ratchet goes on where it was", "[ratchet]") {
  Ends ends = Start();
  CHECK(Ratchet::Parse(ends.a.Serialize().Expose()).value().Serialize() == ends.a.Serialize());
  CHECK(Ratchet::Parse(ends.b.Serialize().Expose()).value().Serialize() == ends.b.Serialize());
  const auto late = ends.a.NextSending().value();
  CHECK(Crosses(ends.a, ends.b));
  CHECK(Crosses(ends.b, ends.a));
  Ratchet a = Ratchet::Parse(ends.a.Serialize().Expose()).value();
  Ratchet b = Ratchet::Parse(ends.b.Serialize().Expose()).value();
  CHECK(b.Serialize() == ends.b.Clone().Serialize());
  CHECK(Crosses(a, b));
  CHECK(b.KeyFor(late.first).value() == late.second);
  CHECK(Crosses(b, a));
}

TEST_CASE("a damaged ratchet state is refused or is one state", "[ratchet]") {
  Ends ends = Start();
  REQUIRE(ends.a.NextSending().ok());
  CHECK(Crosses(ends.a, ends.b));
  CheckDecoder(Bytes(ends.b.Serialize().Expose()), [](BytesView bytes) -> absl::StatusOr<Bytes> {
    HOLDFAST_ASSIGN_OR_RETURN(const Ratchet ratchet, Ratchet::Parse(bytes));
    return Bytes(ratchet.Serialize().Expose());
  });
}

}  // namespace
}  // namespace holdfast::crypto
