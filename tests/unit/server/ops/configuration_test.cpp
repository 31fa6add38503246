// The configuration file and what wins over it.
#include "server/ops/configuration.h"

#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

TEST_CASE("a configuration that was written is read back the same") {
  Configuration written;
  written.listen = "[::]:9000";
  written.name = "practice.example:443";
  written.disk_floor_mib = 17;
  written.token_seconds = 60;
  written.envelopes_per_day = 7;
  written.mib_per_day = 9;
  written.metrics = "127.0.0.1:9464";
  written.log_level = LogLevel::kWarning;
  const auto read = ParseConfiguration(WriteConfiguration(written));
  REQUIRE(read.ok());
  CHECK(read->listen == written.listen);
  CHECK(read->name == written.name);
  CHECK(read->disk_floor_mib == 17);
  CHECK(read->token_ms() == 60'000);
  CHECK(read->metrics == written.metrics);
  CHECK(read->log_level == LogLevel::kWarning);
}

TEST_CASE("an empty file means the defaults") {
  const auto read = ParseConfiguration("# nothing\n");
  REQUIRE(read.ok());
  CHECK(read->listen == "127.0.0.1:7443");
  CHECK(read->disk_floor_mib == 256);
  CHECK(read->metrics.empty());
}

TEST_CASE("a wrong key or value is refused by name") {
  const auto field_of = [](const char* text) {
    const auto read = ParseConfiguration(text);
    INFO(text);
    CHECK_FALSE(read.ok());
    return FieldOf(read.status());
  };
  CHECK(field_of("lisen = \"127.0.0.1:1\"") == "lisen");
  CHECK(field_of("listen = \"127.0.0.1\"") == "listen");
  CHECK(field_of("listen = \"127.0.0.1:70000\"") == "listen");
  CHECK(field_of("listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]") == "listen");
  CHECK(field_of("name = \"a b\"") == "name");
  CHECK(field_of("name = \"host:0\"") == "name");
  CHECK(field_of("disk_floor_mib = -1") == "disk_floor_mib");
  CHECK(field_of("disk_floor_mib = 99999999999999999999") == "disk_floor_mib");
  CHECK(field_of("token_seconds = 0") == "token_seconds");
  CHECK(field_of("token_seconds = 901") == "token_seconds");
  CHECK(field_of("envelopes_per_day = 0") == "envelopes_per_day");
  CHECK(field_of("mib_per_day = 1000000001") == "mib_per_day");
  CHECK(field_of("log_level = \"loud\"") == "log_level");
  CHECK(field_of("[listen]\nport = 3") == "listen.port");
}

TEST_CASE("codes carry the port that was bound unless the name has its own") {
  CHECK(AdvertisedAddress("practice.example", 7443) == "practice.example:7443");
  CHECK(AdvertisedAddress("practice.example:443", 7443) == "practice.example:443");
  CHECK(AdvertisedAddress("::1", 7443) == "[::1]:7443");
  CHECK(AdvertisedAddress("[::1]", 7443) == "[::1]:7443");
  CHECK(AdvertisedAddress("[::1]:443", 7443) == "[::1]:443");
}

TEST_CASE("listen is host and port") {
  for (const char* good : {"127.0.0.1:0", "localhost:7443", "[::]:7443", "0.0.0.0:65535"}) {
    INFO(good);
    CHECK(CheckListen(good, "listen").ok());
  }
  for (const char* bad : {"", ":7443", "localhost", "localhost:", "localhost:x", "::1", "[::1]",
                          "[::1:1", "a,b:1", "localhost:65536", "local host:1"}) {
    INFO(bad);
    CHECK(FieldOf(CheckListen(bad, "listen")) == "listen");
  }
}

}  // namespace
}  // namespace holdfast::server
