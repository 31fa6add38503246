// Bytes from the wire never open and never change anything: raw, and laid over
// messages that would have opened.
#include "crypto/session_set.h"
#include "fuzz.h"

namespace {

using namespace holdfast;
using namespace holdfast::crypto;

DhPair PairOf(char byte) {
  DhSecret secret = DhSecret::From(Bytes(32, byte), "secret").value();
  const DhKey key = DhPublic(secret);
  return {std::move(secret), key};
}

template <class Id>
Id Filled(char byte) {
  return Id::From(Bytes(Id::size, byte), "id").value();
}

PairContext Context(bool initiator) {
  const auto own = Filled<Hash>(initiator ? '4' : '5');
  const auto peer = Filled<Hash>(initiator ? '5' : '4');
  return {Filled<BondId>('1'), Filled<AccountKey>('2'), Filled<AccountKey>('3'), own, peer};
}

// A responder that knows one session, a later message of it, and a first message
// of another.
struct World {
  DhPair initiator = PairOf('a');
  DhPair responder = PairOf('b');
  DhPair prekey = PairOf('c');
  PreSharedKey psk = PreSharedKey::From(Bytes(32, 'p'), "psk").value();
  SessionSet sending{Context(true)};
  SessionSet receiving{Context(false)};
  Bytes known;
  Bytes first;

  OwnKeys Own(const DhPair& identity) const {
    return {&identity.secret, &psk,
            [this](std::uint32_t id) { return id == 7 ? &prekey.secret : nullptr; }};
  }

  World() {
    fuzz::Require(Initialise().ok());
    Begin();
    const Bytes opening = sending.Encrypt("one").value();
    fuzz::Require(receiving.Decrypt(opening, Own(responder), initiator.key).ok());
    known = sending.Encrypt("two").value();
    Begin();
    first = sending.Encrypt("three").value();
  }

  void Begin() {
    Prekey published;
    published.id = 7;
    published.key = prekey.key;
    fuzz::Require(sending.Initiate(Own(initiator), responder.key, published).ok());
  }

  void CheckRefused(BytesView message) {
    const SecretBytes before = receiving.Serialize();
    fuzz::Require(!receiving.Decrypt(message, Own(responder), initiator.key).ok());
    fuzz::Require(receiving.Serialize() == before);
  }
};

void CheckLaidOver(World& world, const Bytes& good, BytesView input) {
  Bytes changed = good;
  for (std::size_t i = 0; i < input.size() && i < changed.size(); ++i) {
    changed[i] = static_cast<char>(changed[i] ^ input[i]);
  }
  if (changed != good) world.CheckRefused(changed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const BytesView input = fuzz::View(data, size);
  world.CheckRefused(input);
  CheckLaidOver(world, world.known, input);
  CheckLaidOver(world, world.first, input);
  return 0;
}
