// The one log: standard error, one line an event, always of this form
//
//   2026-11-21T20:00:00.000Z level event key=value key="value with spaces"
//
// Never content, keys, tokens or codes; of an id at most ShortId(). Any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rules/identifiers.h"

namespace holdfast::server {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct LogField {
  LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
  LogField(std::string_view field_key, std::integral auto number)
      : key(field_key), value(std::to_string(number)) {}
  LogField(std::string_view field_key, const absl::Status& status)
      : key(field_key), value(status.message().data(), status.message().size()) {}

  std::string_view key;
  std::string value;
};

// Drops what is below `least`. Before it is called, everything from kInfo on is
// written.
void SetLogLevel(LogLevel least);

// `event` is one lower-case word with underscores, e.g. "disk_floor_reached".
void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// The event and its fields as they stand in the line. A value is quoted where it
// is empty or holds anything but printable characters without spaces and quotes,
// and cut at kLogValueBytesMax.
std::string LogText(std::string_view event, std::initializer_list<LogField> fields);
inline constexpr std::size_t kLogValueBytesMax = 1024;

// The first 8 hex digits: enough to follow one device through a log, not enough
// to name it elsewhere.
std::string ShortId(BytesView id);

}  // namespace holdfast::server
