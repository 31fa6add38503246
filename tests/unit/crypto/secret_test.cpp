// Secrets: wiped, never copied by accident, never printed.
#include "crypto/public/secret.h"

#include <algorithm>
#include <memory>
#include <new>
#include <sstream>
#include <type_traits>

#include "crypto/capsule.h"
#include "crypto/invitation.h"
#include "crypto/recovery_code.h"
#include "crypto/vault_key.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

template <class... Types>
constexpr bool kNoneCopies = ((!std::is_copy_constructible_v<Types> &&
                               !std::is_copy_assignable_v<Types>)&&...);
static_assert(
    kNoneCopies<SigningSeed, DhSecret, MacKey, ContentKey, PreSharedKey, WrapKey, CodeSecret,
                VaultKey, SharedSecret, SessionSecret, MessageKey, SecretBytes>);
static_assert(kNoneCopies<SigningKey, DhPair, Ratchet, SessionSet, Capsule, Invitation,
                          InvitationKeys, RecoveryKeys>);
static_assert(!std::is_convertible_v<DhSecret, BytesView>);
static_assert(!std::is_convertible_v<DhSecret, DhKey>);
static_assert(!std::is_convertible_v<PreSharedKey, MacKey>);
static_assert(!std::is_convertible_v<SecretBytes, BytesView>);
static_assert(!std::is_convertible_v<SecretBytes, Bytes>);
static_assert(!std::is_constructible_v<SecretBytes, const Bytes&>);  // CopyOf says so

// Runs `make` in memory of our own, destroys what it made, and gives that memory.
template <class Type, class Make>
Bytes MemoryAfter(Make make) {
  alignas(Type) static unsigned char memory[sizeof(Type)];
  std::fill(std::begin(memory), std::end(memory), static_cast<unsigned char>(0x5a));
  Type* const object = new (memory) Type(make());
  std::destroy_at(object);
  return Bytes(reinterpret_cast<const char*>(memory), sizeof memory);
}

template <class Type>
BytesView MemoryOf(const Type& object) {
  return {reinterpret_cast<const char*>(&object), sizeof object};
}

bool Contains(BytesView memory, BytesView bytes) { return memory.find(bytes) != BytesView::npos; }

TEST_CASE("a secret leaves zeros behind when it goes", "[secret]") {
  const Bytes value(32, 's');
  const Bytes memory = MemoryAfter<MacKey>([&] { return MacKey::From(value, "test").value(); });
  CHECK(memory == Bytes(32, '\0'));
}

TEST_CASE("a secret that moved leaves zeros behind", "[secret]") {
  MacKey first = FromText<MacKey>(std::string(64, 'a'));
  MacKey second = std::move(first);
  CHECK(first == MacKey());  // NOLINT(bugprone-use-after-move)
  MacKey third;
  third = std::move(second);
  CHECK(second == MacKey());  // NOLINT(bugprone-use-after-move)
  CHECK(third == FromText<MacKey>(std::string(64, 'a')));
}

TEST_CASE("keys that hold secrets leave none of their bytes behind", "[secret]") {
  const Bytes seed(32, 's');
  const Bytes signing =
      MemoryAfter<SigningKey>([&] { return SigningKey(SigningSeed::From(seed, "test").value()); });
  CHECK_FALSE(Contains(signing, BytesView(seed).substr(0, 8)));

  const Bytes root(32, 'r');
  const Bytes own(32, 'o');
  const Bytes ratchet = MemoryAfter<Ratchet>([&] {
    return Ratchet::Respond(SessionSecret::From(root, "test").value(),
                            DhPair{DhSecret::From(own, "test").value(), DhKey()});
  });
  CHECK_FALSE(Contains(ratchet, BytesView(root).substr(0, 8)));
  CHECK_FALSE(Contains(ratchet, BytesView(own).substr(0, 8)));
}

TEST_CASE("a secret prints as nothing but its name", "[secret]") {
  std::ostringstream out;
  out << FromText<PreSharedKey>(std::string(64, 'f')) << SecretBytes::CopyOf("words");
  CHECK(out.str() == "[secret][secret]");
}

TEST_CASE("wiping bytes clears all that the buffer ever held", "[secret]") {
  Bytes bytes(100, 'x');
  const char* const memory = bytes.data();
  bytes.resize(10);
  WipeBytes(bytes);
  CHECK(bytes.empty());
  CHECK(std::all_of(memory, memory + 100, [](char c) { return c == '\0'; }));
  CHECK(bytes.data() == memory);  // it was not merely given back
}

// Short ones lie in the object itself, longer ones on the heap.
TEST_CASE("short secret bytes leave nothing behind in what held them", "[secret]") {
  const Bytes value(15, 's');
  const Bytes memory = MemoryAfter<SecretBytes>([&] { return SecretBytes::CopyOf(value); });
  CHECK_FALSE(Contains(memory, BytesView(value).substr(0, 4)));
}

TEST_CASE("secret bytes that moved leave nothing behind", "[secret]") {
  for (const std::size_t size : {15U, 100U}) {
    const Bytes value(size, 's');
    Bytes given = value;
    SecretBytes first(std::move(given));
    CHECK_FALSE(Contains(MemoryOf(given), BytesView(value).substr(0, 4)));
    SecretBytes second = std::move(first);
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move)
    CHECK_FALSE(Contains(MemoryOf(first), BytesView(value).substr(0, 4)));
    SecretBytes third = SecretBytes::CopyOf("another, which is long enough for the heap");
    third = std::move(second);
    CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
    CHECK_FALSE(Contains(MemoryOf(second), BytesView(value).substr(0, 4)));
    CHECK(third.Expose() == value);
    CHECK(third.Clone() == third);
  }
}

TEST_CASE("two of the same secret bytes are equal, and every byte counts", "[secret]") {
  const Bytes value = Bytes(40, 'v');
  const SecretBytes secret = SecretBytes::CopyOf(value);
  CHECK(secret == SecretBytes::CopyOf(value));
  CHECK(SecretBytes() == SecretBytes());
  CHECK_FALSE(secret == SecretBytes());
  CHECK_FALSE(secret == SecretBytes::CopyOf(value + 'v'));
  for (std::size_t i = 0; i < value.size(); ++i) {
    Bytes other = value;
    other[i] = static_cast<char>(other[i] ^ 0x80);
    CHECK_FALSE(secret == SecretBytes::CopyOf(other));
  }
}

TEST_CASE("secrets of the wrong length are refused by name", "[secret]") {
  CHECK(Refuses(DhSecret::From(Bytes(31, 'x'), "identity").status(), Reason::kMalformedField,
                "identity"));
  CHECK_FALSE(DhSecret::From(Bytes(33, 'x'), "identity").ok());
  CHECK_FALSE(DhSecret::From({}, "identity").ok());
}

TEST_CASE("two random secrets differ, and equality sees every byte", "[secret]") {
  CHECK_FALSE(MacKey::Random() == MacKey::Random());
  const MacKey key = MacKey::Random();
  for (std::size_t i = 0; i < MacKey::size; ++i) {
    MacKey other = key.Clone();
    CHECK(other == key);
    other.data()[i] ^= 0x80;
    CHECK_FALSE(other == key);
  }
}

}  // namespace
}  // namespace holdfast::crypto
