// Zones read from compiled files, doctored ones and this machine's.
#include <fstream>

#include "client/host/own_zone.h"
#include "client/host/zone_file.h"
#include "client/host/zone_rule.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;
constexpr std::uint64_t k2026Ms = 1'767'225'600'000;  // 2026-01-01 00:00 UTC
constexpr std::uint64_t kUntilMs = k2026Ms + 5 * 366 * kDayMs;

struct Made {
  std::vector<std::pair<std::int64_t, std::uint8_t>> transitions;
  std::vector<std::int32_t> offsets = {0};
  std::string rule;
};

Bytes Block(const Made& made, bool wide) {
  Encoder encoder;
  encoder.Raw("TZif2").Raw(Bytes(15, '\0'));
  const auto times = static_cast<std::uint32_t>(wide ? made.transitions.size() : 0);
  const auto types = static_cast<std::uint32_t>(wide ? made.offsets.size() : 1);
  encoder.U32(0).U32(0).U32(0).U32(times).U32(types).U32(4);
  if (wide) {
    for (const auto& [at_s, type] : made.transitions) {
      encoder.U64(static_cast<std::uint64_t>(at_s));
    }
    for (const auto& [at_s, type] : made.transitions) encoder.U8(type);
  }
  for (std::uint32_t i = 0; i < types; ++i) {
    encoder.U32(static_cast<std::uint32_t>(made.offsets[i])).U8(0).U8(0);
  }
  encoder.Raw(BytesView("ABC\0", 4));
  return encoder.Take();
}

Bytes File(const Made& made) {
  return Block(made, false) + Block(made, true) + "\n" + made.rule + "\n";
}

absl::StatusOr<Zone> ZoneOf(const Made& made) {
  return ZoneFromFile(File(made), "Made/Up", k2026Ms, kUntilMs);
}

TEST_CASE("a file's rule is followed for the years that a statement covers", "[zone]") {
  const Zone zone = ZoneOf({{}, {3600}, "CET-1CEST,M3.5.0,M10.5.0/3"}).value();
  CHECK(zone.name == "Made/Up");
  CHECK(zone.first_offset_s == 3600);
  REQUIRE(zone.changes.size() == 10);
  CHECK(zone.changes[0] == ZoneChange{1'774'746'000'000, 7200});  // 2026-03-29 01:00 UTC
  CHECK(zone.changes[1] == ZoneChange{1'792'890'000'000, 3600});  // 2026-10-25 01:00 UTC
  CHECK(zone.covers_until_ms == kUntilMs);
  CHECK(CheckZone(zone, "availability").ok());
}

TEST_CASE("transitions in the file go before its rule", "[zone]") {
  const std::int64_t at_s = 1'780'000'000;  // in May 2026
  const Zone zone = ZoneOf({{{at_s, 1}}, {3600, 10800}, "<+03>-3"}).value();
  CHECK(zone.first_offset_s == 3600);
  REQUIRE(zone.changes.size() == 1);
  CHECK(zone.changes[0] == ZoneChange{1'780'000'000'000, 10800});
}

TEST_CASE("what is over when the statement begins is its first offset", "[zone]") {
  const Zone zone =
      ZoneOf({{{1'000'000'000, 1}, {1'700'000'000, 2}}, {0, 3600, -10800}, "<-03>3"}).value();
  CHECK(zone.first_offset_s == -10800);
  CHECK(zone.changes.empty());
}

TEST_CASE("damaged files are refused and never followed", "[zone]") {
  const Bytes good = File({{{1'780'000'000, 0}}, {3600}, "CET-1CEST,M3.5.0,M10.5.0/3"});
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(ZoneFromFile(good.substr(0, size), "X", k2026Ms, kUntilMs).ok());
  }
  CHECK_FALSE(ZoneOf({{{5, 9}}, {0}, ""}).ok());          // a type that is none
  CHECK_FALSE(ZoneOf({{{5, 0}, {5, 0}}, {0}, ""}).ok());  // out of order
  for (const char* rule : {"C", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,M3.5.0",
                           "CET-1x", "<+03-3", "CET-200"}) {
    INFO(rule);
    CHECK_FALSE(ParseZoneRule(rule).ok());
  }
}

TEST_CASE("a zone that is none is refused, naming the field", "[zone]") {
  test::TempDir folder;
  std::ofstream(folder.path() / "Good") << File({{}, {3600}, "CET-1"});
  std::ofstream(folder.path() / "text") << "not a zone";
  ZoneFolder zones(folder.path().string());
  CHECK(zones.Read("Good", k2026Ms, kUntilMs).ok());
  for (const char* name : {"", "Bad", "text", "../Good", "/etc/passwd", "Good/", "a b"}) {
    INFO(name);
    CHECK(FieldOf(zones.Read(name, k2026Ms, kUntilMs).status()) == "zone");
  }
}

TEST_CASE("the machine's own zones can be read, and agree with what is known", "[zone]") {
  ZoneFolder zones(kZoneFolder);
  const Zone zurich = zones.Read("Europe/Zurich", k2026Ms, kUntilMs).value();
  CHECK(zurich.first_offset_s == 3600);
  REQUIRE(zurich.changes.size() == 10);
  CHECK(zurich.changes[0] == ZoneChange{1'774'746'000'000, 7200});
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
                           "Asia/Kolkata", "Europe/Dublin", "Pacific/Chatham", "UTC"}) {
    INFO(name);
    const auto zone = zones.Read(name, k2026Ms, kUntilMs);
    REQUIRE(zone.ok());
    CHECK(CheckZone(*zone, "availability").ok());
  }
  CHECK(zones.Read("Asia/Kolkata", k2026Ms, kUntilMs)->first_offset_s == 19800);
}

// A system's files, made up beside the real zones.
struct System {
  test::TempDir folder;
  ZoneSurroundings around;

  System() {
    around.localtime = folder / "localtime";
    around.timezone = folder / "timezone";
  }
  System& Tz(const std::string& tz) {
    around.tz = tz;
    return *this;
  }
  System& Timezone(const std::string& text) {
    std::ofstream(around.timezone) << text;
    return *this;
  }
  System& Link(const std::filesystem::path& target) {
    std::filesystem::create_symlink(target, around.localtime);
    return *this;
  }
  System& Copy(const std::string& zone) {
    std::filesystem::copy_file(std::string(kZoneFolder) + "/" + zone, around.localtime);
    return *this;
  }
  std::string Found() const {
    const auto name = ZoneNameFrom(around, k2026Ms);
    if (!name.ok()) CHECK(FieldOf(name.status()) == "zone");
    return name.ok() ? *name : "? " + MessageOf(name.status());
  }
};

TEST_CASE("a device's zone is found by name, by link and by content", "[zone]") {
  CHECK(System().Found() == "UTC");
  CHECK(System().Timezone("Etc/UTC\n").Found() == "Etc/UTC");
  CHECK(System().Link("/usr/share/zoneinfo/Europe/Zurich").Found() == "Europe/Zurich");
  CHECK(System().Link("../usr/share/zoneinfo/Asia/Kolkata").Found() == "Asia/Kolkata");
  CHECK(System().Copy("Europe/Zurich").Found() == "Europe/Zurich");
  CHECK(System().Copy("America/New_York").Found() == "America/New_York");
  CHECK(System().Tz("Asia/Tokyo").Link("/usr/share/zoneinfo/Europe/Zurich").Found() ==
        "Asia/Tokyo");
  CHECK(System().Tz(":America/Lima").Found() == "America/Lima");
  CHECK(System().Tz("/usr/share/zoneinfo/Europe/Zurich").Found() == "Europe/Zurich");
  CHECK(System().Tz(":/usr/share/zoneinfo/posix/Europe/Zurich").Found() == "Europe/Zurich");
  CHECK(System().Tz("UTC0").Found() == "UTC");
  {
    System system;
    system.Copy("Australia/Lord_Howe");
    CHECK(system.Tz(system.around.localtime.string()).Found() == "Australia/Lord_Howe");
  }
  // By its rule alone, and by what else the system says.
  CHECK(System().Tz("CET-1CEST,M3.5.0,M10.5.0/3").Timezone("Europe/Zurich").Found() ==
        "Europe/Zurich");
  CHECK(System().Tz("<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45").Timezone("").Found() ==
        "Pacific/Chatham");
}

TEST_CASE("a zone that is not certain is asked for, and never taken for UTC", "[zone]") {
  const auto unsure = [](const System& system, const std::string& words) {
    const std::string found = system.Found();
    INFO(found);
    CHECK(found.starts_with("? "));
    CHECK(found.find(words) != std::string::npos);
  };
  unsure(System().Tz(""), "TZ is set to nothing");
  unsure(System().Tz("").Link("/usr/share/zoneinfo/Europe/Zurich"), "TZ is set to nothing");
  unsure(System().Tz("Europe/Zurch"), "Europe/Zurch");
  unsure(System().Tz("CET-1CEST,M3.5.0,M10.5.0/3"), "Europe/");
  unsure(System().Tz("CET-1CEST,M3.5.0,M10.5.0/3").Timezone("Asia/Tokyo"), "Europe/");
  unsure(System().Tz("/nowhere/at/all"), "/nowhere/at/all");
  unsure(System().Timezone("Europe/Zurich"), "Europe/Zurich");
  unsure(System().Link("/usr/share/zoneinfo/Europe/Nowhere"), "Europe/Nowhere");
  System text;
  std::ofstream(text.around.localtime) << "no zone";
  unsure(text, "localtime");
  System made;
  std::ofstream(made.around.localtime) << File({{}, {3600}, "CET-1CEST,M3.5.0,M10.5.0/3"});
  unsure(made, "Europe/");
  made.Timezone("Europe/Berlin");
  CHECK(made.Found() == "Europe/Berlin");
}

}  // namespace
}  // namespace holdfast::client
