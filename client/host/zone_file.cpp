#include "client/host/zone_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "client/host/zone_rule.h"
#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kReservedBytes = 15;
// Counts in a header beyond these are of no real zone.
constexpr std::uint32_t kTransitionsMax = 4096;
constexpr std::uint32_t kTypesMax = 256;
constexpr std::uint32_t kTextBytesMax = 4096;
constexpr std::uint32_t kLeapsMax = 256;

struct Counts {
  std::uint32_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, text = 0;

  std::size_t DataBytes(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + types * 6 + text + leaps * (time_bytes + 4) + standard + utc;
  }
};

struct Transition {
  std::int64_t at_s = 0;
  std::int32_t offset_s = 0;
};

struct Compiled {
  std::int32_t first_s = 0;  // before the first transition
  std::vector<Transition> transitions;
  std::optional<ZoneRule> rule;  // after the last
};

absl::Status Damaged() {
  return Refuse(Reason::kMalformedField, "zone", "has a damaged file on this device");
}

absl::Status Unknown() {
  return Refuse(Reason::kUsage, "zone",
                "is none that this device knows; a zone has a name like Europe/Zurich");
}

absl::StatusOr<Counts> ReadHeader(Decoder& decoder) {
  const bool magic = decoder.Raw(4, "magic") == "TZif";
  const BytesView version = decoder.Raw(1, "version");
  decoder.Raw(kReservedBytes, "reserved");
  Counts counts;
  counts.utc = decoder.U32("utc");
  counts.standard = decoder.U32("standard");
  counts.leaps = decoder.U32("leaps");
  counts.times = decoder.U32("times");
  counts.types = decoder.U32("types");
  counts.text = decoder.U32("text");
  const bool sane = counts.times <= kTransitionsMax && counts.types >= 1 &&
                    counts.types <= kTypesMax && counts.text <= kTextBytesMax &&
                    counts.leaps <= kLeapsMax && counts.utc <= counts.types &&
                    counts.standard <= counts.types;
  if (!magic || version.empty() || version[0] < '2' || !sane) return Damaged();
  return counts;
}

// The part with times of 64 bits, and the rule.
absl::StatusOr<Compiled> ReadData(Decoder& decoder, const Counts& counts) {
  std::vector<std::int64_t> times;
  for (std::uint32_t i = 0; i < counts.times; ++i) {
    times.push_back(static_cast<std::int64_t>(decoder.U64("time")));
  }
  const Bytes types(decoder.Raw(counts.times, "type"));
  std::vector<std::int32_t> offsets;
  for (std::uint32_t i = 0; i < counts.types; ++i) {
    offsets.push_back(static_cast<std::int32_t>(decoder.U32("offset")));
    decoder.Raw(2, "type");
  }
  decoder.Raw(counts.text + counts.leaps * 12 + counts.standard + counts.utc, "rest");
  const BytesView footer = decoder.Raw(decoder.remaining(), "footer");
  if (!decoder.Finish().ok() || types.size() != counts.times) return Damaged();
  Compiled compiled;
  compiled.first_s = offsets.front();
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto type = static_cast<unsigned char>(types[i]);
    if (type >= offsets.size() || (i > 0 && times[i] <= times[i - 1])) return Damaged();
    compiled.transitions.push_back({times[i], offsets[type]});
  }
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') return Damaged();
  if (footer.size() > 2) {
    HOLDFAST_ASSIGN_OR_RETURN(compiled.rule, ParseZoneRule(footer.substr(1, footer.size() - 2)));
  }
  return compiled;
}

absl::StatusOr<Compiled> ReadCompiled(std::string_view bytes) {
  Decoder whole(bytes, "zone");
  HOLDFAST_ASSIGN_OR_RETURN(const Counts old, ReadHeader(whole));
  const std::size_t skipped = kHeaderBytes + old.DataBytes(4);
  if (skipped > bytes.size()) return Damaged();
  Decoder decoder(bytes.substr(skipped), "zone");
  HOLDFAST_ASSIGN_OR_RETURN(const Counts counts, ReadHeader(decoder));
  if (kHeaderBytes + counts.DataBytes(8) > bytes.size() - skipped) return Damaged();
  return ReadData(decoder, counts);
}

// What the rule adds until `until_s`.
void FollowRule(Compiled& compiled, std::int64_t from_s, std::int64_t until_s) {
  if (!compiled.rule || !compiled.rule->summer_s) return;
  const ZoneRule& rule = *compiled.rule;
  const bool alone = compiled.transitions.empty();
  const std::int64_t last_s = alone ? from_s : compiled.transitions.back().at_s;
  std::vector<Transition> more;
  for (int year = YearOf(std::max(last_s, from_s)) - 1; year <= YearOf(until_s) + 1; ++year) {
    more.push_back({LocalSecondsOf(rule.begins, year) - rule.standard_s, *rule.summer_s});
    more.push_back({LocalSecondsOf(rule.ends, year) - *rule.summer_s, rule.standard_s});
  }
  std::ranges::stable_sort(more, std::less<>(), &Transition::at_s);
  for (const Transition& transition : more) {
    if (alone || transition.at_s > last_s) compiled.transitions.push_back(transition);
  }
}

// As it goes between the two instants.
absl::StatusOr<Zone> ZoneOf(Compiled compiled, const std::string& name, std::uint64_t from_ms,
                            std::uint64_t until_ms) {
  const auto from_s = static_cast<std::int64_t>(from_ms / 1000);
  const auto until_s = static_cast<std::int64_t>(until_ms / 1000);
  FollowRule(compiled, from_s, until_s);
  Zone zone;
  zone.name = name;
  zone.covers_until_ms = until_ms;
  zone.first_offset_s = compiled.first_s;
  if (compiled.transitions.empty() && compiled.rule) {
    zone.first_offset_s = compiled.rule->standard_s;
  }
  std::int32_t offset_s = zone.first_offset_s;
  for (const Transition& transition : compiled.transitions) {
    if (transition.at_s >= until_s) break;
    if (transition.at_s <= from_s) {
      zone.first_offset_s = offset_s = transition.offset_s;
      continue;
    }
    if (transition.offset_s == offset_s) continue;  // another name for the same time
    offset_s = transition.offset_s;
    zone.changes.push_back({static_cast<std::uint64_t>(transition.at_s) * 1000, offset_s});
  }
  if (zone.changes.size() <= limits::kZoneChangesMax) return zone;
  return Refuse(Reason::kTooLarge, "zone", "changes its clocks more often than can be signed");
}
}  // namespace

absl::StatusOr<Zone> ZoneFromFile(std::string_view bytes, const std::string& name,
                                  std::uint64_t from_ms, std::uint64_t until_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(Compiled compiled, ReadCompiled(bytes));
  return ZoneOf(std::move(compiled), name, from_ms, until_ms);
}

absl::StatusOr<Zone> ZoneFromRule(std::string_view rule, const std::string& name,
                                  std::uint64_t from_ms, std::uint64_t until_ms) {
  Compiled compiled;
  HOLDFAST_ASSIGN_OR_RETURN(compiled.rule, ParseZoneRule(rule));
  compiled.first_s = compiled.rule->standard_s;
  return ZoneOf(std::move(compiled), name, from_ms, until_ms);
}

bool NamesZoneFile(const std::string& name) {
  return IsZoneName(name) && name.front() != '/' && name.back() != '/';
}

absl::StatusOr<Zone> ZoneFolder::Read(const std::string& name, std::uint64_t from_ms,
                                      std::uint64_t until_ms) {
  if (!NamesZoneFile(name)) return Unknown();
  const std::filesystem::path path = std::filesystem::path(folder_) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return Unknown();
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(kZoneFileBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > kZoneFileBytesMax) return Damaged();
  if (!bytes.starts_with("TZif")) return Unknown();  // other files lie there as well
  return ZoneFromFile(bytes, name, from_ms, until_ms);
}

}  // namespace holdfast::client
