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
    CHECK(Crosses(pair, kClient, "check-in " + std::to_string(i)));
    CHECK(Crosses(pair, kTherapist, "reply " + std::to_string(i)));
  }
  CHECK(pair.at_client.session_count() == 1);
  CHECK(pair.at_therapist.session_count() == 1);
}

TEST_CASE("the initiator says how it began until it was answered, and no longer", "[session]") {
  Pair pair;
  const Bytes first = pair.Seal(kClient, "one");
  const Bytes second = pair.Seal(kClient, "two");
  CHECK(HasPreamble(first));
  CHECK(HasPreamble(second));
  CHECK(pair.Open(kTherapist, second).value() == "two");
  CHECK(pair.Open(kTherapist, first).value() == "one");
  CHECK(pair.at_therapist.session_count() == 1);
  const Bytes answer = pair.Seal(kTherapist, "three");
  CHECK_FALSE(HasPreamble(answer));
  CHECK(pair.Open(kClient, answer).value() == "three");
  CHECK_FALSE(HasPreamble(pair.Seal(kClient, "four")));
}

TEST_CASE("two devices that begin at the same time end up in one session", "[session]") {
  Pair pair;
  const Bytes from_client = pair.Seal(kClient, "from the client");
  const Bytes from_therapist = pair.Seal(kTherapist, "from the therapist");
  CHECK(pair.Open(kTherapist, from_client).value() == "from the client");
  CHECK(pair.Open(kClient, from_therapist).value() == "from the therapist");
  CHECK(Crosses(pair, kClient, "next"));
  CHECK(Crosses(pair, kTherapist, "next"));
  CHECK(Crosses(pair, kClient, "next"));
  const Bytes one = pair.Seal(kClient, "same session");
  const Bytes other = pair.Seal(kTherapist, "same session");
  CHECK(one.substr(1, SessionId::size) == other.substr(1, SessionId::size));
  CHECK(pair.at_client.session_count() == 2);
  CHECK(pair.at_therapist.session_count() == 2);
}

TEST_CASE("the session that last received is the one that sends", "[session]") {
  Pair pair;
  CHECK(Crosses(pair, kClient, "old"));
  const Bytes late = pair.Seal(kClient, "late, in the old session");
  REQUIRE(pair.Begin(kClient).ok());
  const Bytes fresh = pair.Seal(kClient, "in the new session");
  CHECK(late.substr(1, 16) != fresh.substr(1, 16));
  CHECK(pair.Open(kTherapist, fresh).ok());
  CHECK(pair.Seal(kTherapist, "x").substr(1, 16) == fresh.substr(1, 16));
  CHECK(pair.Open(kTherapist, late).value() == "late, in the old session");
  CHECK(pair.Seal(kTherapist, "y").substr(1, 16) == late.substr(1, 16));
}

TEST_CASE("a pair keeps five sessions, and the oldest goes", "[session]") {
  Pair pair;
  std::vector<Bytes> waiting;
  for (int i = 0; i < 7; ++i) {
    REQUIRE(pair.Begin(kClient).ok());
    CHECK(Crosses(pair, kClient, "opens a session"));
    waiting.push_back(pair.Seal(kClient, "waiting"));
    CHECK(pair.at_therapist.session_count() <= kSessionsPerPairMax);
    CHECK(pair.at_client.session_count() <= kSessionsPerPairMax);
  }
  CHECK(pair.at_therapist.session_count() == kSessionsPerPairMax);
  CHECK_FALSE(pair.Open(kTherapist, waiting[0]).ok());
  CHECK_FALSE(pair.Open(kTherapist, waiting[1]).ok());
  for (std::size_t i = 2; i < 7; ++i) CHECK(pair.Open(kTherapist, waiting[i]).ok());
}

TEST_CASE("a message that names an older prekey opens while that is kept", "[session]") {
  Pair pair;
  const Bytes early = pair.Seal(kClient, "with the first prekey");
  pair.therapist.RotatePrekey();
  CHECK(pair.Open(kTherapist, early).value() == "with the first prekey");

  Pair other;
  const Bytes late = other.Seal(kClient, "with the first prekey");
  other.therapist.RotatePrekey();
  other.therapist.prekeys.erase(1);
  CHECK(
      Refuses(other.Open(kTherapist, late).status(), Reason::kNotDecryptable, "capsule.prekey_id"));
}

TEST_CASE("stored sessions go on where they were", "[session]") {
  Pair pair;
  const auto reload = [&] {
    pair.at_client =
        SessionSet::Parse(pair.ContextOf(kClient), pair.at_client.Serialize().Expose()).value();
    pair.at_therapist =
        SessionSet::Parse(pair.ContextOf(kTherapist), pair.at_therapist.Serialize().Expose())
            .value();
  };
  for (int i = 0; i < 3; ++i) {
    CHECK(Crosses(pair, kClient, "check-in"));
    reload();
    CHECK(Crosses(pair, kTherapist, "reply"));
    reload();
  }
  const SecretBytes state = pair.at_client.Serialize();
  CHECK(pair.at_client.Clone().Serialize() == state);
  CHECK(SessionSet::Parse(pair.ContextOf(kClient), state.Expose())->Serialize() == state);
}

TEST_CASE("a damaged store of sessions is refused or is one state", "[session]") {
  Pair pair;
  CHECK(Crosses(pair, kClient, "one"));
  REQUIRE(pair.Begin(kTherapist).ok());
  CheckDecoder(Bytes(pair.at_therapist.Serialize().Expose()),
               [&](BytesView bytes) -> absl::StatusOr<Bytes> {
                 HOLDFAST_ASSIGN_OR_RETURN(const SessionSet set,
                                           SessionSet::Parse(pair.ContextOf(kTherapist), bytes));
                 return Bytes(set.Serialize().Expose());
               });
}

TEST_CASE("what is too large for a capsule is refused before anything moves", "[session]") {
  Pair pair;
  REQUIRE(pair.Begin(kClient).ok());
  const SecretBytes before = pair.at_client.Serialize();
  CHECK(Refuses(pair.at_client.Encrypt(Bytes(kSessionPlaintextBytesMax + 1, 'x')).status(),
                Reason::kTooLarge, "capsule"));
  CHECK(pair.at_client.Serialize() == before);
  const Bytes largest = pair.at_client.Encrypt(Bytes(kSessionPlaintextBytesMax, 'x')).value();
  CHECK(largest.size() == limits::kCapsuleBytesMax);
  CHECK(pair.Open(kTherapist, largest).ok());
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
