#include "client/host/own_zone.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <set>

#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 8;
// Some 600 are known, with their links about as many again.
constexpr std::size_t kZonesMax = 4096;
constexpr std::size_t kNamedMax = 4;
// How a clock goes is looked at in steps of a week for a year and a bit.
constexpr std::uint64_t kStepMs = 7 * limits::kDayMs;
constexpr int kSteps = 60;

absl::Status Unsure(const std::string& why) {
  return Refuse(Reason::kUsage, "zone",
                "has to be said: " + why + ". Add it, like --zone Europe/Zurich");
}

Bytes ContentOf(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(kZoneFileBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes.size() <= kZoneFileBytesMax && bytes.starts_with("TZif") ? bytes : Bytes();
}

bool GoAlike(const Zone& one, const Zone& other) {
  return one.first_offset_s == other.first_offset_s && one.changes == other.changes;
}

// Looks things up in one system's files.
class ZoneFinder {
 public:
  ZoneFinder(const ZoneSurroundings& surroundings, std::uint64_t now_ms)
      : around_(surroundings), now_ms_(now_ms), until_ms_(now_ms + limits::kZoneCoverMs) {
    std::ifstream file(around_.timezone);
    std::getline(file, written_);
    while (!written_.empty() && (written_.back() == ' ' || written_.back() == '\r')) {
      written_.pop_back();
    }
  }

  absl::StatusOr<std::string> Find() {
    if (around_.tz) return FromTz(*around_.tz);
    std::error_code error;
    if (fs::exists(fs::symlink_status(around_.localtime, error))) {
      return FromPath(around_.localtime);
    }
    if (written_.empty() || IsUtc(written_)) return written_.empty() ? "UTC" : written_;
    return Unsure("this device's clock shows UTC, and " + around_.timezone.string() + " says " +
                  written_);
  }

 private:
  bool IsKnown(const std::string& name) const {
    return NamesZoneFile(name) && !ContentOf(around_.zones / name).empty();
  }

  bool IsUtc(const std::string& name) const {
    if (!IsKnown(name)) return false;
    const auto zone = Read(ContentOf(around_.zones / name));
    return zone.ok() && zone->first_offset_s == 0 && zone->changes.empty();
  }

  absl::StatusOr<Zone> Read(BytesView bytes) const {
    return ZoneFromFile(bytes, "found", now_ms_, until_ms_);
  }

  absl::StatusOr<std::string> FromTz(std::string tz) {
    if (tz.starts_with(":")) tz.erase(0, 1);
    if (tz.empty()) return Unsure("TZ is set to nothing, so nothing says where this device is");
    if (tz.starts_with('/')) return FromPath(tz);
    if (IsPlainName(tz) && IsKnown(tz)) return tz;
    if (IsKnown(tz)) return FromPath(around_.zones / tz);
    const auto zone = ZoneFromRule(tz, "found", now_ms_, until_ms_);
    if (!zone.ok()) {
      return Unsure("TZ says " + tz + ", which is no zone that this device knows");
    }
    if (zone->first_offset_s == 0 && zone->changes.empty()) return std::string("UTC");
    return FromBehaviour(*zone, "TZ is a rule and no name");
  }

  // Not one that leads to where the question came from, or to a copy with another count of
  // seconds.
  static bool IsPlainName(std::string_view name) {
    return name != "localtime" && name != "posixrules" && !name.starts_with("posix/") &&
           !name.starts_with("right/");
  }

  // The name that a path has below the zones' folder, on this system or the one that it
  // was copied from.
  std::optional<std::string> NameOf(const fs::path& path) const {
    const std::string text = path.lexically_normal().string();
    for (const std::string& folder : {around_.zones.string() + "/", std::string("zoneinfo/")}) {
      const std::size_t at = text.rfind(folder);
      if (at == std::string::npos) continue;
      std::string name = text.substr(at + folder.size());
      for (const std::string_view copies : {"posix/", "right/"}) {
        if (name.starts_with(copies)) name.erase(0, copies.size());
      }
      if (IsPlainName(name) && IsKnown(name)) return name;
    }
    return std::nullopt;
  }

  absl::StatusOr<std::string> FromPath(fs::path path) {
    std::error_code error;
    for (int i = 0; i < kLinksMax; ++i) {
      if (const auto name = NameOf(path)) return *name;
      if (!fs::is_symlink(path, error)) break;
      const fs::path target = fs::read_symlink(path, error);
      path = target.is_absolute() ? target : path.parent_path() / target;
    }
    const Bytes bytes = ContentOf(path);
    if (bytes.empty()) return Unsure(path.string() + " is no zone that this device knows");
    ReadAll();
    std::set<std::string> names;
    for (const auto& [name, known] : zones_) {
      if (known == bytes) names.insert(name);
    }
    // One and the same file under several names: any of them says it.
    if (!names.empty()) return Preferred(names);
    const auto zone = Read(bytes);
    if (!zone.ok()) return Unsure(path.string() + " is damaged");
    return FromBehaviour(*zone, path.string() + " has no name");
  }

  // Zones that go alike for years may part later, so one of several is not taken.
  absl::StatusOr<std::string> FromBehaviour(const Zone& zone, const std::string& why) {
    ReadAll();
    std::set<std::string> names;
    for (const auto& [name, bytes] : zones_) {
      const auto known = Read(bytes);
      if (known.ok() && GoAlike(*known, zone)) names.insert(name);
    }
    if (names.contains(written_)) return written_;
    const bool one_file = std::ranges::all_of(names, [&](const std::string& name) {
      return zones_.at(name) == zones_.at(*names.begin());
    });
    if (one_file && !names.empty()) return Preferred(names);
    std::string list;
    std::size_t listed = 0;
    for (const std::string& name : names) {
      if (!cities_.contains(name) || listed++ >= kNamedMax) continue;
      list += (list.empty() ? "" : ", ") + name;
    }
    if (list.empty()) return Unsure(why);
    return Unsure(why + "; its clock goes like that of " + list +
                  (listed > kNamedMax ? " and others" : ""));
  }

  std::string Preferred(const std::set<std::string>& names) const {
    if (names.contains(written_)) return written_;
    const auto city =
        std::ranges::find_if(names, [&](const auto& name) { return cities_.contains(name); });
    return city == names.end() ? *names.begin() : *city;
  }

  // Every zone with its bytes, and the names that the tables of cities have.
  void ReadAll() {
    std::error_code error;
    const auto end = fs::recursive_directory_iterator();
    for (fs::recursive_directory_iterator at(around_.zones, error); !error && at != end;
         at.increment(error)) {
      const std::string name = at->path().lexically_relative(around_.zones).string();
      if (name == "posix" || name == "right") at.disable_recursion_pending();
      if (zones_.size() >= kZonesMax) break;
      if (!IsPlainName(name) || !NamesZoneFile(name)) continue;
      if (Bytes bytes = ContentOf(at->path()); !bytes.empty()) zones_[name] = std::move(bytes);
    }
    std::ifstream table(around_.zones / "zone1970.tab");
    for (std::string line; std::getline(table, line);) {
      const std::size_t first = line.find('\t');
      const std::size_t second = first == std::string::npos ? first : line.find('\t', first + 1);
      if (line.starts_with('#') || second == std::string::npos) continue;
      cities_.insert(line.substr(second + 1, line.find('\t', second + 1) - second - 1));
    }
  }

  const ZoneSurroundings& around_;
  const std::uint64_t now_ms_;
  const std::uint64_t until_ms_;
  std::string written_;  // in /etc/timezone
  std::map<std::string, Bytes> zones_;
  std::set<std::string> cities_;
};

// As people see it.
std::int32_t ShownOffset(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return static_cast<std::int32_t>(local.tm_gmtoff);
}

}  // namespace

absl::StatusOr<std::string> ZoneNameFrom(const ZoneSurroundings& surroundings,
                                         std::uint64_t now_ms) {
  return ZoneFinder(surroundings, now_ms).Find();
}

absl::StatusOr<std::string> OwnZoneName(std::uint64_t now_ms) {
  ZoneSurroundings own;
  if (const char* tz = std::getenv("TZ"); tz != nullptr) own.tz = tz;
  HOLDFAST_ASSIGN_OR_RETURN(std::string name, ZoneNameFrom(own, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(
      const Zone zone, ZoneFolder(kZoneFolder).Read(name, now_ms, now_ms + limits::kZoneCoverMs));
  tzset();
  for (int step = 0; step < kSteps; ++step) {
    const std::uint64_t at_ms = now_ms + static_cast<std::uint64_t>(step) * kStepMs;
    if (ShownOffset(at_ms) != OffsetAt(zone, at_ms)) {
      return Unsure("this device is set to " + name + ", and its clock goes otherwise");
    }
  }
  return name;
}

}  // namespace holdfast::client
