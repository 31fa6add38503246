// The vault over any storage.
#include "client/core/names.h"
#include "client/core/vault.h"
#include "client/storage/memory_storage.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

crypto::VaultKey Key() {
  REQUIRE(crypto::Initialise().ok());
  return crypto::VaultKey::From(Bytes(32, 'k'), "key").value();
}

vault::Queued Entry(const std::string& bond) {
  vault::Queued entry;
  entry.set_bond(bond);
  return entry;
}

TEST_CASE("A change is seen by itself at once, by others after its commit") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put("outbox/1", Entry("a"));
  CHECK(change.Read<vault::Queued>("outbox/1")->bond() == "a");
  VaultChange other(*vault);
  CHECK_FALSE(other.Find<vault::Queued>("outbox/1")->has_value());
  REQUIRE(change.Commit().ok());
  CHECK(other.Read<vault::Queued>("outbox/1")->bond() == "a");
  change.Erase("outbox/1");
  CHECK(change.Count("outbox/").value() == 0);
  CHECK(other.Count("outbox/").value() == 1);
}

TEST_CASE("Each commit makes the generation grow, a failed one does not") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put("outbox/1", Entry("a"));
  REQUIRE(change.Commit().ok());
  CHECK(vault->generation() == 1);
  storage.before_commit = [](std::size_t) { return false; };
  change.Put("outbox/2", Entry("b"));
  CHECK(ReasonOf(change.Commit()) == Reason::kStorageFailed);
  CHECK(vault->generation() == 1);
  storage.before_commit = nullptr;
  CHECK(Vault::Open(Key(), storage).value()->generation() == 1);
}

TEST_CASE("No value is stored in the clear or passes under another name") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put("outbox/1", Entry("a secret sentence"));
  change.Put("outbox/2", Entry("another"));
  REQUIRE(change.Commit().ok());
  for (const auto& [name, value] : storage.contents()) {
    CHECK(value.find("secret") == Bytes::npos);
  }
  std::swap(storage.contents()["outbox/1"], storage.contents()["outbox/2"]);
  CHECK(ReasonOf(change.Find<vault::Queued>("outbox/1").status()) == Reason::kVaultDamaged);
}

TEST_CASE("Damaged, foreign and newer vaults are told apart") {
  MemoryStorage storage;
  {
    auto vault = Vault::Open(Key(), storage).value();
    VaultChange change(*vault);
    change.Put("outbox/1", Entry("a"));
    REQUIRE(change.Commit().ok());
  }
  const MemoryContents good = storage.contents();
  CHECK(ReasonOf(Vault::Open(crypto::VaultKey::Random(), storage).status()) ==
        Reason::kVaultDamaged);
  for (std::size_t at = 0; at < good.at("meta").size(); ++at) {
    storage.contents() = good;
    Bytes& meta = storage.contents()["meta"];
    meta[at] = static_cast<char>(meta[at] ^ 1);
    CHECK(ReasonOf(Vault::Open(Key(), storage).status()) == Reason::kVaultDamaged);
  }
  storage.contents() = good;
  storage.contents().erase("meta");
  CHECK(ReasonOf(Vault::Open(Key(), storage).status()) == Reason::kVaultDamaged);
  vault::Meta newer;
  newer.set_format(kVaultFormat + 1);
  storage.contents()["meta"] = crypto::SealVaultValue(Key(), "meta", newer.SerializeAsString());
  CHECK(ReasonOf(Vault::Open(Key(), storage).status()) == Reason::kNewerFormat);
}

TEST_CASE("A scan gives exactly the names of its table, in order, writes included") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  const Bytes high("sent/\xff\xff", 7);
  change.Put(high, Entry("high"));
  change.Put("sent/a", Entry("a"));
  change.Put("sentinel", Entry("no"));
  REQUIRE(change.Commit().ok());
  change.Put("sent/b", Entry("b"));
  std::vector<std::string> seen;
  REQUIRE(change
              .Scan<vault::Queued>("sent/",
                                   [&](BytesView, const vault::Queued& entry) {
                                     seen.push_back(entry.bond());
                                     return true;
                                   })
              .ok());
  CHECK(seen == std::vector<std::string>{"a", "b", "high"});
  REQUIRE(change
              .Scan<vault::Queued>(high,
                                   [&](BytesView key, const vault::Queued&) {
                                     CHECK(key.empty());
                                     return true;
                                   })
              .ok());
}

}  // namespace
}  // namespace holdfast::client
