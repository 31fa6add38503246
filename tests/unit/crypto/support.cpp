#include "unit/crypto/support.h"

#include <sodium.h>

#include <algorithm>

namespace holdfast::crypto {
namespace {

std::mt19937_64 fixed_sequence;

const char* FixedName() { return "fixed"; }
std::uint32_t FixedNumber() { return static_cast<std::uint32_t>(fixed_sequence()); }
void FixedBuffer(void* const buffer, const std::size_t size) {
  auto* const bytes = static_cast<unsigned char*>(buffer);
  std::generate_n(bytes, size, [] { return static_cast<unsigned char>(fixed_sequence()); });
}

randombytes_implementation fixed_implementation = {FixedName, FixedNumber, nullptr,
                                                   nullptr,   FixedBuffer, nullptr};

Bytes RandomBytes(std::mt19937_64& random, std::size_t size) {
  Bytes bytes(size, '\0');
  std::ranges::generate(bytes, [&] { return static_cast<char>(random() & 0xff); });
  return bytes;
}

}  // namespace

bool Refuses(const absl::Status& status, Reason reason, std::string_view field) {
  INFO(std::string(status.message()));
  CHECK(ReasonOf(status) == reason);
  CHECK(FieldOf(status) == field);
  return !status.ok() && ReasonOf(status) == reason && FieldOf(status) == field;
}

FixedRandomness::FixedRandomness(std::uint64_t seed) {
  fixed_sequence.seed(seed);
  randombytes_set_implementation(&fixed_implementation);
}
FixedRandomness::~FixedRandomness() {
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

Person::Person() {
  certificate.account = account.public_key<AccountKey>();
  certificate.signing = signing.public_key<DeviceKey>();
  certificate.identity = identity.key;
  certificate.created_at_ms = kNowMs;
  signed_certificate = SignCertificate(account, certificate);
  certificate_hash = CertificateHash(signed_certificate.statement);
  device = DeviceIdOf(certificate);
  RotatePrekey();
}

std::uint32_t Person::RotatePrekey() {
  DhPair pair = GenerateDhPair();
  published.device = device;
  ++published.id;
  published.key = pair.key;
  published.created_at_ms = kNowMs;
  published.list_version = 1;
  published.list_hash = Filled<Hash>('l');
  prekeys.emplace(published.id, std::move(pair.secret));
  return published.id;
}

OwnKeys Person::Own(const PreSharedKey& psk) const {
  return {&identity.secret, &psk, [this](std::uint32_t id) -> const DhSecret* {
            const auto found = prekeys.find(id);
            return found == prekeys.end() ? nullptr : &found->second;
          }};
}

Pair::Pair() : at_therapist(ContextOf(true)), at_client(ContextOf(false)) {}

PairContext Pair::ContextOf(bool of_therapist) const {
  const Person& own = of_therapist ? therapist : client;
  const Person& peer = of_therapist ? client : therapist;
  return {Filled<BondId>('b'), therapist.account.public_key<AccountKey>(),
          client.account.public_key<AccountKey>(), own.certificate_hash, peer.certificate_hash};
}

absl::Status Pair::Begin(bool from_therapist) {
  SessionSet& set = from_therapist ? at_therapist : at_client;
  const Person& own = from_therapist ? therapist : client;
  const Person& peer = from_therapist ? client : therapist;
  return set.Initiate(own.Own(psk), peer.identity.key, peer.prekey());
}

Bytes Pair::Seal(bool from_therapist, std::string_view text) {
  SessionSet& set = from_therapist ? at_therapist : at_client;
  if (!set.can_encrypt()) REQUIRE(Begin(from_therapist).ok());
  return set.Encrypt(text).value();
}

absl::StatusOr<Bytes> Pair::Open(bool at_the_therapist, BytesView sealed) {
  SessionSet& set = at_the_therapist ? at_therapist : at_client;
  const Person& own = at_the_therapist ? therapist : client;
  const Person& peer = at_the_therapist ? client : therapist;
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes opened,
                            set.Decrypt(sealed, own.Own(psk), peer.identity.key));
  return Bytes(opened.Expose());
}

void CheckDecoder(const Bytes& good, const std::function<absl::StatusOr<Bytes>(BytesView)>& again) {
  REQUIRE(again(good).value() == good);
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO("cut to " << size << " bytes");
    CHECK_FALSE(again(BytesView(good).substr(0, size)).ok());
  }
  CHECK_FALSE(again(good + '\0').ok());
  const auto is_canonical = [&](const Bytes& bytes) {
    const auto result = again(bytes);
    return !result.ok() || *result == bytes;
  };
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    INFO("bit " << bit << " flipped");
    CHECK(is_canonical(flipped));
  }
  std::mt19937_64 random(good.size());
  for (int i = 0; i < 500; ++i) {
    CHECK(is_canonical(RandomBytes(random, random() % (good.size() * 2 + 1))));
    Bytes mixed = RandomBytes(random, good.size());
    mixed.replace(0, 1, good, 0, 1);
    CHECK(is_canonical(mixed));
  }
}

}  // namespace holdfast::crypto
