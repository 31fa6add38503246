// The TLS keys that the practice endorses are those that it shows, also while the core has
// no time for it.
#include "server/ops/tls_in_use.h"

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/files.h"
#include "server/ops/init.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

DataDirectory NewPractice(const std::filesystem::path& path) {
  REQUIRE(crypto::Initialise().ok());
  REQUIRE(InitPractice(path, "practice.example").ok());
  return DataDirectory::Open(path).value();
}

struct Serving {
  test::TempDir temp;
  DataDirectory data = NewPractice(temp / "practice");
  bool is_busy = false;
  TlsInUse::Steady::time_point now{};
  std::vector<TlsKeyHash> endorsed;
  TlsInUse tls{data, "practice.example",
               [this](const std::vector<TlsKeyInUse>& keys) {
                 if (is_busy) return Refuse(Reason::kServerBusy, "", "busy");
                 endorsed.clear();
                 for (const TlsKeyInUse& key : keys) endorsed.push_back(key.key);
                 return absl::OkStatus();
               },
               [this] { return now; }};

  Serving() { REQUIRE(tls.Begin(ReadTlsIdentity(data).value()).ok()); }
  TlsKeyHash Key() const {
    return InspectTlsIdentity(ReadTlsIdentity(data).value()).value().key_hash;
  }
  void ExchangeKey() const {
    const auto made = MakeTlsIdentity("practice.example");
    REQUIRE(made.ok());
    REQUIRE(WriteSmallFile(data.tls_key(), made->key.Expose()).ok());
    REQUIRE(WriteSmallFile(data.tls_certificate(), made->certificate).ok());
  }
};

TEST_CASE("a key that was exchanged is endorsed beside the one before") {
  Serving serving;
  const TlsKeyHash before = serving.Key();
  serving.ExchangeKey();
  serving.tls.Take();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{serving.Key(), before});
  serving.now += kTlsShownMax;
  serving.tls.Take();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{serving.Key()});
}

TEST_CASE("a key that is still shown counts, however often the files are looked at") {
  Serving serving;
  const TlsKeyHash first = serving.Key();
  serving.ExchangeKey();
  const TlsKeyHash second = serving.Key();
  serving.tls.Take();
  serving.tls.Take();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{second, first});
  serving.now += kTlsShownMax / 2;
  serving.ExchangeKey();
  serving.tls.Take();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{serving.Key(), second, first});
  serving.now += kTlsShownMax / 2;
  serving.tls.Take();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{serving.Key(), second});
}

TEST_CASE("what the core was too busy for is taken once the files can be read again") {
  Serving serving;
  serving.ExchangeKey();
  const TlsKeyHash newer = serving.Key();
  serving.is_busy = true;
  serving.tls.Take();
  serving.is_busy = false;
  const auto aside = serving.temp / "aside";
  std::filesystem::rename(serving.data.tls_certificate(), aside);
  serving.tls.TakeAgain();
  CHECK(serving.endorsed.empty());
  std::filesystem::rename(aside, serving.data.tls_certificate());
  serving.tls.TakeAgain();
  REQUIRE(serving.endorsed.size() == 2);
  CHECK(serving.endorsed.front() == newer);
}

TEST_CASE("a reload while certificate and key are being exchanged is made up for") {
  Serving serving;
  const auto aside = serving.temp / "aside";
  std::filesystem::rename(serving.data.tls_certificate(), aside);
  serving.tls.Take();
  CHECK(serving.endorsed.empty());
  std::filesystem::rename(aside, serving.data.tls_certificate());
  serving.ExchangeKey();
  serving.tls.TakeAgain();
  REQUIRE_FALSE(serving.endorsed.empty());
  CHECK(serving.endorsed.front() == serving.Key());
}

TEST_CASE("where the core is busy it is asked again, and the key before still counts") {
  Serving serving;
  const TlsKeyHash before = serving.Key();
  serving.tls.TakeAgain();
  CHECK(serving.endorsed.empty());
  serving.ExchangeKey();
  serving.is_busy = true;
  serving.tls.Take();
  serving.tls.TakeAgain();
  CHECK(serving.endorsed.empty());
  serving.is_busy = false;
  serving.tls.TakeAgain();
  CHECK(serving.endorsed == std::vector<TlsKeyHash>{serving.Key(), before});
  serving.endorsed.clear();
  serving.tls.TakeAgain();
  CHECK(serving.endorsed.empty());
}

}  // namespace
}  // namespace holdfast::server
