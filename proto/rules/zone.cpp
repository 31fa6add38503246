#include "rules/zone.h"

#include <algorithm>
#include <string>

#include "rules/limits.h"

namespace holdfast {
namespace {

constexpr std::int64_t kMsPerSecond = limits::kSecondMs;

std::uint64_t Shifted(std::uint64_t time_ms, std::int64_t by_s) {
  return time_ms + static_cast<std::uint64_t>(by_s * kMsPerSecond);
}

std::int32_t DecodeOffset(Decoder& decoder, std::string_view field) {
  const std::int32_t offset_s = decoder.I32(field);
  if (offset_s < -limits::kZoneOffsetSecondsMax || offset_s > limits::kZoneOffsetSecondsMax) {
    decoder.Fail(field, "must be -86,400 to 86,400 seconds");
  }
  return offset_s;
}

ZoneChange DecodeChange(Decoder& decoder, const Zone& before) {
  ZoneChange change;
  change.at_ms = decoder.Time("at_ms");
  change.offset_s = DecodeOffset(decoder, "offset_s");
  const bool is_first = before.changes.empty();
  const std::int32_t old_s = is_first ? before.first_offset_s : before.changes.back().offset_s;
  const std::int64_t jump_s = std::int64_t{change.offset_s} - old_s;
  if (jump_s < -limits::kZoneJumpSecondsMax || jump_s > limits::kZoneJumpSecondsMax) {
    decoder.Fail("offset_s", "must not move the clock by more than a day at once");
  }
  if (!is_first && change.at_ms < before.changes.back().at_ms + limits::kZoneChangeApartMs) {
    decoder.Fail("at_ms", "must be at least two days after the change before it");
  }
  if (change.at_ms >= before.covers_until_ms) {
    decoder.Fail("at_ms", "must be before the zone's covers_until_ms");
  }
  return change;
}

}  // namespace

bool IsZoneName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-";
  return !name.empty() && name.size() <= limits::kZoneNameBytesMax &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::int32_t OffsetAt(const Zone& zone, std::uint64_t at_ms) {
  const auto after = std::ranges::upper_bound(zone.changes, at_ms, {}, &ZoneChange::at_ms);
  return after == zone.changes.begin() ? zone.first_offset_s : std::prev(after)->offset_s;
}

LocalMs ToLocal(const Zone& zone, std::uint64_t at_ms) {
  return Shifted(at_ms, OffsetAt(zone, at_ms));
}

std::uint64_t ToUtc(const Zone& zone, LocalMs local) {
  std::int32_t offset_s = zone.first_offset_s;
  for (const ZoneChange& change : zone.changes) {
    const std::uint64_t with_old = Shifted(local, -std::int64_t{offset_s});
    if (with_old < change.at_ms) return with_old;
    // Past the change by the old offset and before it by the new one: a gap.
    if (Shifted(local, -std::int64_t{change.offset_s}) < change.at_ms) return with_old;
    offset_s = change.offset_s;
  }
  return Shifted(local, -std::int64_t{offset_s});
}

void EncodeZone(Encoder& encoder, const Zone& zone) {
  encoder.Var(zone.name)
      .I32(zone.first_offset_s)
      .U64(zone.covers_until_ms)
      .U8(static_cast<std::uint8_t>(zone.changes.size()));
  for (const ZoneChange& change : zone.changes) encoder.U64(change.at_ms).I32(change.offset_s);
}

Zone DecodeZone(Decoder& decoder) {
  const DecoderScope scope(decoder, "zone");
  Zone zone;
  zone.name = decoder.Var("name");
  if (!IsZoneName(zone.name)) {
    decoder.Fail("name", "must be the name of a time zone, such as Europe/Zurich");
  }
  zone.first_offset_s = DecodeOffset(decoder, "first_offset_s");
  zone.covers_until_ms = decoder.Time("covers_until_ms");
  const std::size_t count = decoder.U8("changes");
  if (count > limits::kZoneChangesMax) decoder.Fail("changes", "must be at most 64");
  for (std::size_t i = 0; i < count && decoder.ok(); ++i) {
    const DecoderScope each(decoder, "changes[" + std::to_string(i) + "]");
    zone.changes.push_back(DecodeChange(decoder, zone));
  }
  return zone;
}

absl::Status CheckZone(const Zone& zone, std::string_view owner) {
  const std::string prefix = std::string(owner) + ".zone.";
  if (zone.changes.size() > limits::kZoneChangesMax) {
    return Refuse(Reason::kMalformedField, prefix + "changes", "must be at most 64");
  }
  if (zone.name.size() > limits::kZoneNameBytesMax) {
    return Refuse(Reason::kMalformedField, prefix + "name", "must be at most 64 bytes");
  }
  Encoder encoder;
  EncodeZone(encoder, zone);
  Decoder decoder(encoder.bytes(), owner);
  DecodeZone(decoder);
  return decoder.Finish();
}

absl::Status CheckZoneCovers(const Zone& zone, std::string_view owner, std::uint64_t now_ms) {
  if (zone.covers_until_ms >= now_ms + limits::kZoneCoverMsMin) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, std::string(owner) + ".zone.covers_until_ms",
                "must reach at least a year ahead");
}

}  // namespace holdfast
