// A failed decryption changes no state: one test for every way to fail.
#include "crypto/public/hash.h"
#include "crypto/session_set.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kSessionAt = 1;
constexpr std::size_t kFlagsAt = 17;
constexpr std::size_t kPrekeyIdAt = 18;
constexpr std::size_t kEphemeralAt = 22;
constexpr std::size_t kRatchetKeyAt = 54;  // in a message with a preamble
constexpr std::size_t kNumberAt = 90;

// The therapist refuses `message` and is as before.
bool FailsWithoutTrace(Pair& pair, BytesView message) {
  const SecretBytes before = pair.at_therapist.Serialize();
  const bool refused = !pair.Open(kTherapistSide, message).ok();
  return refused && pair.at_therapist.Serialize() == before;
}

bool FailsWith(Pair& pair, BytesView message, Reason reason, std::string_view field) {
  const SecretBytes before = pair.at_therapist.Serialize();
  const bool refused = Refuses(pair.Open(kTherapistSide, message).status(), reason, field);
  return refused && pair.at_therapist.Serialize() == before;
}

Bytes With(Bytes message, std::size_t at, BytesView bytes) {
  message.replace(at, bytes.size(), bytes);
  return message;
}

TEST_CASE("cut, lengthened and flipped messages leave no trace", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  const auto spoil_all = [&](const Bytes& message) {
    for (std::size_t i = 0; i < message.size(); ++i) {
      INFO("byte " << i);
      CHECK(FailsWithoutTrace(pair, BytesView(message).substr(0, i)));
      for (const int bit : {0, 7}) {
        Bytes flipped = message;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
        CHECK(FailsWithoutTrace(pair, flipped));
      }
    }
    CHECK(FailsWithoutTrace(pair, message + 'x'));
  };
  spoil_all(first);
  CHECK(pair.Open(kTherapistSide, first).value() == "first");
  CHECK(pair.Open(kClientSide, pair.Seal(kTherapistSide, "answer")).ok());
  const Bytes later = pair.Seal(kClientSide, "later");
  spoil_all(later);
  CHECK(pair.Open(kTherapistSide, later).value() == "later");
}

TEST_CASE("a message that was opened is not opened again", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.number"));
  REQUIRE(pair.Open(kClientSide, pair.Seal(kTherapistSide, "answer")).ok());
  const Bytes second = pair.Seal(kClientSide, "second");
  REQUIRE(pair.Open(kTherapistSide, second).ok());
  CHECK(FailsWithoutTrace(pair, second));
  CHECK(FailsWithoutTrace(pair, first));
}

TEST_CASE("a replayed first message never makes or replaces a session", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  for (std::size_t i = 0; i < kSessionsPerPairMax; ++i) {  // push that session out
    REQUIRE(pair.Begin(kClientSide).ok());
    REQUIRE(pair.Open(kTherapistSide, pair.Seal(kClientSide, "more")).ok());
  }
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.ephemeral"));
}

TEST_CASE("beginnings are remembered as long as prekeys are kept", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  const auto begin = [&] {
    REQUIRE(pair.Begin(kClientSide).ok());
    REQUIRE(pair.Open(kTherapistSide, pair.Seal(kClientSide, "more")).ok());
  };
  for (std::size_t i = 0; i < kSessionsPerPairMax; ++i) begin();
  const std::uint32_t old = pair.therapist.published.id;
  pair.therapist.RotatePrekey();
  begin();
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.ephemeral"));
  const std::size_t size = pair.at_therapist.Serialize().size();
  pair.therapist.prekeys.erase(old);
  begin();
  CHECK(pair.at_therapist.Serialize().size() < size);  // the six old ones are forgotten
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.prekey_id"));
}

TEST_CASE("beginnings that an earlier version remembered by a time are remembered", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  Bytes state(pair.at_therapist.Serialize().Expose());
  state.replace(state.size() - 8, 8, Encoder().U64(kNowMs).Take());
  pair.at_therapist = SessionSet::Parse(pair.ContextOf(true), state).value();
  for (std::size_t i = 0; i <= kSessionsPerPairMax; ++i) {
    REQUIRE(pair.Begin(kClientSide).ok());
    REQUIRE(pair.Open(kTherapistSide, pair.Seal(kClientSide, "more")).ok());
  }
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.ephemeral"));
}

TEST_CASE("a peer that begins without end is refused, not remembered without end", "[failure]") {
  Pair pair;
  for (std::size_t i = 0; i < kRememberedEphemeralsMax; ++i) {
    REQUIRE(pair.Begin(kClientSide).ok());
    REQUIRE(pair.Open(kTherapistSide, pair.Seal(kClientSide, "again")).ok());
  }
  REQUIRE(pair.Begin(kClientSide).ok());
  const Bytes beyond = pair.Seal(kClientSide, "once more");
  CHECK(FailsWith(pair, beyond, Reason::kNotDecryptable, "capsule.ephemeral"));
  const std::uint32_t old = pair.therapist.published.id;
  pair.therapist.RotatePrekey();
  REQUIRE(pair.Begin(kClientSide).ok());
  const Bytes anew = pair.Seal(kClientSide, "with the next prekey");
  CHECK(FailsWith(pair, anew, Reason::kNotDecryptable, "capsule.ephemeral"));
  pair.therapist.prekeys.erase(old);
  CHECK(pair.Open(kTherapistSide, anew).ok());
}

TEST_CASE("unknown sessions and inconsistent beginnings are refused", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  CHECK(FailsWith(pair, With(first, kSessionAt, Bytes(16, 'x')), Reason::kNotDecryptable,
                  "capsule.session"));
  CHECK(FailsWith(pair, With(first, kPrekeyIdAt, Bytes(4, '\x7f')), Reason::kNotDecryptable,
                  "capsule.prekey_id"));
  Bytes bare = With(first, kFlagsAt, Bytes(1, '\0'));
  bare.erase(kPrekeyIdAt, 36);
  CHECK(FailsWith(pair, bare, Reason::kNotDecryptable, "capsule.session"));
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  const Bytes second = pair.Seal(kClientSide, "second");
  CHECK(FailsWith(pair, With(second, kEphemeralAt, Bytes(32, 'e')), Reason::kNotDecryptable,
                  "capsule.ephemeral"));
  CHECK(FailsWith(pair, With(second, 0, Bytes(1, '\2')), Reason::kUnsupportedVersion,
                  "capsule.version"));
  CHECK(FailsWith(pair, With(second, kFlagsAt, Bytes(1, '\2')), Reason::kMalformedField,
                  "capsule.flags"));
  CHECK(FailsWith(pair, Bytes(limits::kCapsuleBytesMax + 1, '\1'), Reason::kMalformedField,
                  "capsule.sealed"));
  CHECK(pair.Open(kTherapistSide, second).ok());
}

TEST_CASE("keys of low order are refused from the wire", "[failure]") {
  Pair pair;
  Bytes first = With(pair.Seal(kClientSide, "first"), kEphemeralAt, Bytes(32, '\0'));
  CHECK(FailsWithoutTrace(pair, first));
  const PairContext context = pair.ContextOf(kTherapistSide);
  const Hash id = DomainHash(Purpose::kSessionId, {Bytes(32, '\0'), context.peer_certificate.view(),
                                                   context.own_certificate.view()});
  first = With(first, kSessionAt, id.view().substr(0, 16));
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule.ephemeral"));
  const Bytes other = With(pair.Seal(kClientSide, "second"), kRatchetKeyAt, Bytes(32, '\0'));
  CHECK(FailsWith(pair, other, Reason::kNotDecryptable, "capsule.ratchet_key"));
}

TEST_CASE("a message too far ahead is refused, and the ones before it still open", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  REQUIRE(pair.Open(kTherapistSide, first).ok());
  const Bytes second = pair.Seal(kClientSide, "second");
  for (std::size_t i = 0; i < kSkippedPerStepMax; ++i) pair.Seal(kClientSide, "lost");
  const Bytes far = pair.Seal(kClientSide, "far");
  CHECK(FailsWith(pair, far, Reason::kNotDecryptable, "capsule.number"));
  CHECK(FailsWith(pair, With(second, kNumberAt, Bytes(4, '\xff')), Reason::kNotDecryptable,
                  "capsule.number"));
  CHECK(pair.Open(kTherapistSide, second).value() == "second");
  CHECK(pair.Open(kTherapistSide, far).value() == "far");
}

TEST_CASE("every part of the context is authenticated", "[failure]") {
  const auto refused = [](void (*change)(PairContext&)) {
    Pair pair;
    PairContext context = pair.ContextOf(kTherapistSide);
    change(context);
    pair.at_therapist = SessionSet(context);
    return FailsWithoutTrace(pair, pair.Seal(kClientSide, "first"));
  };
  CHECK_FALSE(refused([](PairContext&) {}));
  CHECK(refused([](PairContext& c) { c.bond = Filled<BondId>('x'); }));
  CHECK(refused([](PairContext& c) { c.therapist = Filled<AccountKey>('x'); }));
  CHECK(refused([](PairContext& c) { c.client = Filled<AccountKey>('x'); }));
  CHECK(refused([](PairContext& c) { std::swap(c.therapist, c.client); }));
  CHECK(refused([](PairContext& c) { c.own_certificate = Filled<Hash>('x'); }));
  CHECK(refused([](PairContext& c) { c.peer_certificate = Filled<Hash>('x'); }));
}

TEST_CASE("without the bond's pre-shared key no session begins", "[failure]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "first");
  const PreSharedKey right = pair.psk.Clone();
  pair.psk = PreSharedKey::Random();
  CHECK(FailsWith(pair, first, Reason::kNotDecryptable, "capsule"));
  pair.psk = right.Clone();
  CHECK(pair.Open(kTherapistSide, first).ok());
}

TEST_CASE("a device does not open what it sent itself", "[failure]") {
  Pair pair;
  const Bytes sent = pair.Seal(kTherapistSide, "to the client");
  CHECK(FailsWithoutTrace(pair, sent));
}

}  // namespace
}  // namespace holdfast::crypto
