// The vault over any storage.
#include "client/core/vault/vault.h"

#include <map>
#include <utility>
#include <vector>

#include "client/core/vault/names.h"
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

vault::Name<vault::Queued> Row(const Bytes& name) { return vault::Name<vault::Queued>(name); }

TEST_CASE("A change is seen by itself at once, by others after its commit") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put(Row("outbox/1"), Entry("a"));
  CHECK(change.Read(Row("outbox/1"))->bond() == "a");
  const VaultReader other(*vault);
  CHECK_FALSE(other.Find(Row("outbox/1"))->has_value());
  REQUIRE(change.Commit().ok());
  CHECK(other.Read(Row("outbox/1"))->bond() == "a");
  change.Erase(Row("outbox/1"));
  CHECK(change.Count(names::kOutbox).value() == 0);
  CHECK(other.Count(names::kOutbox).value() == 1);
}

TEST_CASE("Each commit makes the generation grow, a failed one does not") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put(Row("outbox/1"), Entry("a"));
  REQUIRE(change.Commit().ok());
  CHECK(vault->generation() == 1);
  storage.before_commit = [](std::size_t) { return false; };
  change.Put(Row("outbox/2"), Entry("b"));
  CHECK(ReasonOf(change.Commit()) == Reason::kStorageFailed);
  CHECK(vault->generation() == 1);
  storage.before_commit = nullptr;
  CHECK(Vault::Open(Key(), storage).value()->generation() == 1);
}

TEST_CASE("No value is stored in the clear or passes under another name") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  change.Put(Row("outbox/1"), Entry("a secret sentence"));
  change.Put(Row("outbox/2"), Entry("another"));
  REQUIRE(change.Commit().ok());
  for (const auto& [name, value] : storage.contents()) {
    CHECK(value.find("secret") == Bytes::npos);
  }
  std::swap(storage.contents()["outbox/1"], storage.contents()["outbox/2"]);
  CHECK(ReasonOf(change.Find(Row("outbox/1")).status()) == Reason::kVaultDamaged);
}

TEST_CASE("Damaged, foreign and newer vaults are told apart") {
  MemoryStorage storage;
  {
    auto vault = Vault::Open(Key(), storage).value();
    VaultChange change(*vault);
    change.Put(Row("outbox/1"), Entry("a"));
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

TEST_CASE("One value that does not open is found, of whatever table it is") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  const std::vector<Bytes> names = {"act/1", "identity", "ledger/1", "session/1", "unopened/1"};
  for (const Bytes& name : names) {
    change.PutBytes(vault::Name<Bytes>(name), crypto::SecretBytes::CopyOf("not a record"));
  }
  CHECK(change.CheckAll().ok());
  REQUIRE(change.Commit().ok());
  CHECK(VaultReader(*vault).CheckAll().ok());
  for (const Bytes& name : names) {
    Bytes& sealed = storage.contents().at(name);
    const Bytes whole = sealed;
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    CHECK(ReasonOf(VaultReader(*vault).CheckAll()) == Reason::kVaultDamaged);
    sealed = whole;
  }
}

TEST_CASE("A scan gives exactly the names of its table, in order, writes included") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  const Bytes high("sent/\xff\xff", 7);
  change.Put(Row(high), Entry("high"));
  change.Put(Row("sent/a"), Entry("a"));
  change.Put(Row("sentinel"), Entry("no"));
  REQUIRE(change.Commit().ok());
  change.Put(Row("sent/b"), Entry("b"));
  std::vector<std::string> seen;
  REQUIRE(change
              .Scan(vault::Table<vault::Queued>("sent/"),
                    [&](BytesView, const vault::Queued& entry) {
                      seen.push_back(entry.bond());
                      return true;
                    })
              .ok());
  CHECK(seen == std::vector<std::string>{"a", "b", "high"});
  REQUIRE(change
              .Scan(vault::Table<vault::Queued>(high),
                    [&](BytesView key, const vault::Queued&) {
                      CHECK(key.empty());
                      return true;
                    })
              .ok());
}

TEST_CASE("A scan of a long table gives each row once, as it is when its turn comes") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  constexpr std::uint64_t kStored = 300;
  {
    VaultChange change(*vault);
    for (std::uint64_t i = 0; i < kStored; ++i) change.Put(names::Outbox(2 * i), Entry("stored"));
    change.Put(names::Message(EnvelopeId()), vault::Message());
    REQUIRE(change.Commit().ok());
  }
  VaultChange change(*vault);
  std::map<Bytes, std::string> expected;
  for (std::uint64_t i = 0; i < kStored; ++i) expected[names::Outbox(2 * i).str()] = "stored";
  const auto put = [&](std::uint64_t number) {
    change.Put(names::Outbox(number), Entry("own"));
    expected[names::Outbox(number).str()] = "own";
  };
  const auto erase = [&](std::uint64_t number) {
    change.Erase(names::Outbox(number));
    expected.erase(names::Outbox(number).str());
  };
  for (const std::uint64_t number : {1U, 2U, 127U, 128U, 129U, 597U, 598U, 599U, 700U}) put(number);
  for (const std::uint64_t number : {0U, 126U, 130U, 596U}) erase(number);
  CHECK(change.Count(names::kOutbox).value() == expected.size());

  std::vector<std::pair<Bytes, std::string>> seen;
  const auto take = [&](BytesView key, const vault::Queued& record) {
    if (seen.empty()) {
      erase(40);
      put(400);
      change.Put(names::Outbox(900), Entry("written meanwhile"));
    }
    seen.emplace_back(names::kOutbox.At(key).str(), record.bond());
    return true;
  };
  REQUIRE(change.Scan(names::kOutbox, take).ok());
  CHECK(seen == std::vector<std::pair<Bytes, std::string>>(expected.begin(), expected.end()));
}

TEST_CASE("What was made of a value is remembered until a commit writes the value") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  const auto remembered = [&] {
    const auto made = VaultReader(*vault).Remembered<std::string>(Row("outbox/1"));
    return made == nullptr ? std::string() : *made;
  };
  VaultChange change(*vault);
  change.Remember(Row("outbox/1"), std::make_shared<const std::string>("first"));
  CHECK(remembered() == "first");
  change.Put(Row("outbox/2"), Entry("another"));
  REQUIRE(change.Commit().ok());
  CHECK(remembered() == "first");

  change.Put(Row("outbox/1"), Entry("b"));
  CHECK(change.Remembered<std::string>(Row("outbox/1")) == nullptr);
  change.Remember(Row("outbox/1"), std::make_shared<const std::string>("of what is not committed"));
  CHECK(remembered() == "first");
  REQUIRE(change.Commit().ok());
  CHECK(remembered().empty());

  change.Remember(Row("outbox/1"), std::make_shared<const std::string>("second"));
  storage.before_commit = [](std::size_t) { return false; };
  change.Erase(Row("outbox/1"));
  CHECK_FALSE(change.Commit().ok());
  CHECK(remembered().empty());
}

TEST_CASE("A reader sees what is committed, whenever it reads") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  const VaultReader reader(*vault);
  CHECK_FALSE(reader.Has(names::Outbox(1)).value());
  {
    VaultChange change(*vault);
    change.Put(names::Outbox(1), Entry("a"));
    CHECK(change.Has(names::Outbox(1)).value());
    CHECK_FALSE(reader.Has(names::Outbox(1)).value());
    CHECK(reader.Count(names::kOutbox).value() == 0);
    REQUIRE(change.Commit().ok());
  }
  CHECK(reader.Has(names::Outbox(1)).value());
  CHECK(reader.Read(names::Outbox(1))->bond() == "a");
  CHECK(reader.Count(names::kOutbox).value() == 1);
  VaultChange change(*vault);
  change.Put(names::Outbox(1), Entry("b"));
  const VaultReader& as_reader = change;
  CHECK(as_reader.Read(names::Outbox(1))->bond() == "b");
  CHECK(reader.Read(names::Outbox(1))->bond() == "a");
}

TEST_CASE("A change that another's commit overtook is refused and writes nothing") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange late(*vault);
  late.Put(Row("outbox/1"), Entry("late"));
  {
    VaultChange quick(*vault);
    quick.Put(Row("outbox/1"), Entry("quick"));
    REQUIRE(quick.Commit().ok());
    quick.Put(Row("outbox/2"), Entry("again"));  // its own commit does not overtake it
    REQUIRE(quick.Commit().ok());
  }
  const MemoryContents before = storage.contents();
  CHECK(ReasonOf(late.Commit()) == Reason::kInternal);
  CHECK(storage.contents() == before);
  CHECK(VaultReader(*vault).Read(Row("outbox/1"))->bond() == "quick");
  CHECK(VaultChange(*vault).Commit().ok());
}

TEST_CASE("An error in a scan's row is the scan's, and ends it") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  VaultChange change(*vault);
  for (std::uint64_t number = 0; number < 5; ++number) {
    change.Put(names::Outbox(number), Entry(number == 3 ? "bad" : "good"));
  }
  int seen = 0;
  const auto check = [&](BytesView, const vault::Queued& entry) -> absl::Status {
    ++seen;
    if (entry.bond() != "bad") return absl::OkStatus();
    return Refuse(Reason::kVaultDamaged, "vault.outbox", "is bad");
  };
  CHECK(FieldOf(change.Scan(names::kOutbox, check)) == "vault.outbox");
  CHECK(seen == 4);
  const auto stop = [&](BytesView, const vault::Queued& entry) -> absl::StatusOr<bool> {
    ++seen;
    return entry.bond() != "bad";
  };
  CHECK(change.Scan(names::kOutbox, stop).ok());
  CHECK(seen == 8);
}

TEST_CASE("A record is judged as it was last put: one mended or erased holds up nothing") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  const auto labelled = [](const std::string& label) {
    vault::Bond bond;
    bond.set_label(label);
    return bond;
  };
  const vault::Name<vault::Bond> first("bond/1");
  const vault::Name<vault::Bond> second("bond/2");
  VaultChange change(*vault);
  change.Put(first, labelled("\xff"));
  change.Put(second, labelled("\xff"));
  CHECK(ReasonOf(change.Commit()) == Reason::kInternal);
  change.Put(first, labelled("Anna"));
  CHECK(ReasonOf(change.Commit()) == Reason::kInternal);
  change.Erase(second);
  REQUIRE(change.Commit().ok());
  CHECK(VaultReader(*vault).Read(first).value().label() == "Anna");
  CHECK_FALSE(VaultReader(*vault).Has(second).value());
}

TEST_CASE("What was noted beside a change is undone unless it is committed, the newest first") {
  MemoryStorage storage;
  auto vault = Vault::Open(Key(), storage).value();
  std::string undone;
  const auto note = [&](VaultChange& change) {
    change.Put(Row("outbox/1"), Entry("a"));
    change.OnDiscard([&] { undone += "1"; });
    change.OnDiscard([&] { undone += "2"; });
  };
  {
    VaultChange change(*vault);
    note(change);
  }
  CHECK(undone == "21");
  {
    VaultChange change(*vault);
    note(change);
    REQUIRE(change.Commit().ok());
  }
  CHECK(undone == "21");
  {
    VaultChange change(*vault);
    note(change);
    storage.before_commit = [](std::size_t) { return false; };
    REQUIRE_FALSE(change.Commit().ok());
    CHECK(undone == "21");  // it can be committed again
  }
  CHECK(undone == "2121");
}

}  // namespace
}  // namespace holdfast::client
