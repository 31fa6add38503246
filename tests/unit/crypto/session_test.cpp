// Sessions from the first message on.
#include <type_traits>

#include "crypto/session_set.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kFlagsOffset = 17;

bool HasPreamble(BytesView message) { return message[kFlagsOffset] == 1; }

// One message crosses, and its text arrives.
bool Crosses(Pair& pair, bool from, std::string_view text) {
  const auto opened = pair.Open(!from, pair.Seal(from, text));
  return opened.ok() && *opened == text;
}

TEST_CASE("two devices talk in turns", "[session]") {
  Pair pair;
  CHECK_FALSE(pair.at_client.can_encrypt());
  CHECK_FALSE(pair.at_client.Encrypt("too early").ok());
  for (int i = 0; i < 10; ++i) {
    CHECK(Crosses(pair, kClientSide, "check-in " + std::to_string(i)));
    CHECK(Crosses(pair, kTherapistSide, "reply " + std::to_string(i)));
  }
  CHECK(pair.at_client.session_count() == 1);
  CHECK(pair.at_therapist.session_count() == 1);
}

TEST_CASE("the initiator says how it began until it was answered, and no longer", "[session]") {
  Pair pair;
  const Bytes first = pair.Seal(kClientSide, "one");
  const Bytes second = pair.Seal(kClientSide, "two");
  CHECK(HasPreamble(first));
  CHECK(HasPreamble(second));
  CHECK(pair.Open(kTherapistSide, second).value() == "two");
  CHECK(pair.Open(kTherapistSide, first).value() == "one");
  CHECK(pair.at_therapist.session_count() == 1);
  const Bytes answer = pair.Seal(kTherapistSide, "three");
  CHECK_FALSE(HasPreamble(answer));
  CHECK(pair.Open(kClientSide, answer).value() == "three");
  CHECK_FALSE(HasPreamble(pair.Seal(kClientSide, "four")));
}

TEST_CASE("two devices that begin at the same time end up in one session", "[session]") {
  Pair pair;
  const Bytes from_client = pair.Seal(kClientSide, "from the client");
  const Bytes from_therapist = pair.Seal(kTherapistSide, "from the therapist");
  CHECK(pair.Open(kTherapistSide, from_client).value() == "from the client");
  CHECK(pair.Open(kClientSide, from_therapist).value() == "from the therapist");
  CHECK(Crosses(pair, kClientSide, "next"));
  CHECK(Crosses(pair, kTherapistSide, "next"));
  CHECK(Crosses(pair, kClientSide, "next"));
  const Bytes one = pair.Seal(kClientSide, "same session");
  const Bytes other = pair.Seal(kTherapistSide, "same session");
  CHECK(one.substr(1, SessionId::size) == other.substr(1, SessionId::size));
  CHECK(pair.at_client.session_count() == 2);
  CHECK(pair.at_therapist.session_count() == 2);
}

TEST_CASE("the session that last received is the one that sends", "[session]") {
  Pair pair;
  CHECK(Crosses(pair, kClientSide, "old"));
  const Bytes late = pair.Seal(kClientSide, "late, in the old session");
  REQUIRE(pair.Begin(kClientSide).ok());
  const Bytes fresh = pair.Seal(kClientSide, "in the new session");
  CHECK(late.substr(1, 16) != fresh.substr(1, 16));
  CHECK(pair.Open(kTherapistSide, fresh).ok());
  CHECK(pair.Seal(kTherapistSide, "x").substr(1, 16) == fresh.substr(1, 16));
  CHECK(pair.Open(kTherapistSide, late).value() == "late, in the old session");
  CHECK(pair.Seal(kTherapistSide, "y").substr(1, 16) == late.substr(1, 16));
}

TEST_CASE("a pair keeps five sessions, and the oldest goes", "[session]") {
  Pair pair;
  std::vector<Bytes> waiting;
  for (int i = 0; i < 7; ++i) {
    REQUIRE(pair.Begin(kClientSide).ok());
    CHECK(Crosses(pair, kClientSide, "opens a session"));
    waiting.push_back(pair.Seal(kClientSide, "waiting"));
    CHECK(pair.at_therapist.session_count() <= kSessionsPerPairMax);
    CHECK(pair.at_client.session_count() <= kSessionsPerPairMax);
  }
  CHECK(pair.at_therapist.session_count() == kSessionsPerPairMax);
  CHECK_FALSE(pair.Open(kTherapistSide, waiting[0]).ok());
  CHECK_FALSE(pair.Open(kTherapistSide, waiting[1]).ok());
  for (std::size_t i = 2; i < 7; ++i) CHECK(pair.Open(kTherapistSide, waiting[i]).ok());
}

TEST_CASE("a message that names an older prekey opens while that is kept", "[session]") {
  Pair pair;
  const Bytes early = pair.Seal(kClientSide, "with the first prekey");
  pair.therapist.RotatePrekey();
  CHECK(pair.Open(kTherapistSide, early).value() == "with the first prekey");

  Pair other;
  const Bytes late = other.Seal(kClientSide, "with the first prekey");
  other.therapist.RotatePrekey();
  other.therapist.prekeys.erase(1);
  CHECK(Refuses(other.Open(kTherapistSide, late).status(), Reason::kNotDecryptable,
                "capsule.prekey_id"));
}

TEST_CASE("stored sessions go on where they were", "[session]") {
  Pair pair;
  const auto reload = [&] {
    pair.at_client =
        SessionSet::Parse(pair.ContextOf(kClientSide), pair.at_client.Serialize().Expose()).value();
    pair.at_therapist =
        SessionSet::Parse(pair.ContextOf(kTherapistSide), pair.at_therapist.Serialize().Expose())
            .value();
  };
  for (int i = 0; i < 3; ++i) {
    CHECK(Crosses(pair, kClientSide, "check-in"));
    reload();
    CHECK(Crosses(pair, kTherapistSide, "reply"));
    reload();
  }
  const SecretBytes state = pair.at_client.Serialize();
  CHECK(pair.at_client.Clone().Serialize() == state);
  CHECK(SessionSet::Parse(pair.ContextOf(kClientSide), state.Expose())->Serialize() == state);
}

TEST_CASE("a damaged store of sessions is refused or is one state", "[session]") {
  Pair pair;
  CHECK(Crosses(pair, kClientSide, "one"));
  REQUIRE(pair.Begin(kTherapistSide).ok());
  CheckDecoder(
      Bytes(pair.at_therapist.Serialize().Expose()), [&](BytesView bytes) -> absl::StatusOr<Bytes> {
        HOLDFAST_ASSIGN_OR_RETURN(const SessionSet set,
                                  SessionSet::Parse(pair.ContextOf(kTherapistSide), bytes));
        return Bytes(set.Serialize().Expose());
      });
}

TEST_CASE("what is too large for a capsule is refused before anything moves", "[session]") {
  Pair pair;
  REQUIRE(pair.Begin(kClientSide).ok());
  const SecretBytes before = pair.at_client.Serialize();
  CHECK(Refuses(pair.at_client.Encrypt(Bytes(kSessionPlaintextBytesMax + 1, 'x')).status(),
                Reason::kTooLarge, "capsule"));
  CHECK(pair.at_client.Serialize() == before);
  const Bytes largest = pair.at_client.Encrypt(Bytes(kSessionPlaintextBytesMax, 'x')).value();
  CHECK(largest.size() == limits::kCapsuleBytesMax);
  CHECK(pair.Open(kTherapistSide, largest).ok());
}

TEST_CASE("a session towards a dishonest prekey is not begun", "[session]") {
  Pair pair;
  Prekey prekey = pair.therapist.prekey();
  prekey.key = DhKey();
  const SecretBytes before = pair.at_client.Serialize();
  CHECK_FALSE(
      pair.at_client.Initiate(pair.client.Own(pair.psk), pair.therapist.identity.key, prekey).ok());
  CHECK(pair.at_client.Serialize() == before);
}

}  // namespace
}  // namespace holdfast::crypto
