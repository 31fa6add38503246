#include "server/ops/configuration.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <exception>
#include <optional>
#include <sstream>

#include "rules/errors.h"
#include "server/ops/files.h"
#include "server/ops/metrics/metrics_listener.h"
#include "server/ops/settings_text.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warning", "error"};

template <class Number>
std::optional<Number> NumberIn(std::string_view text, Number max) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > max) {
    return std::nullopt;
  }
  return value;
}

bool IsHostCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_' || c == ':';
}

struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

// "host", "host:port", "[v6]:port", "[v6]" or a bare IPv6 address.
HostPort Split(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return {text, std::nullopt};
    const std::string_view rest = text.substr(close + 1);
    const std::string_view host = text.substr(1, close - 1);
    if (rest.empty()) return {host, std::nullopt};
    return {host, rest.starts_with(':') ? rest.substr(1) : ""};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return {text, std::nullopt};
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool IsHost(std::string_view host) {
  if (host.empty() || host.size() > 240) return false;
  for (const char c : host) {
    if (!IsHostCharacter(c)) return false;
  }
  return true;
}

bool IsPort(std::string_view port) { return NumberIn<std::uint16_t>(port, 65535).has_value(); }

absl::Status SetKey(Configuration& configuration, const std::string& key,
                    const std::string& value) {
  if (key == "listen") {
    configuration.listen = value;
    return CheckListen(value, key);
  }
  if (key == "name") {
    configuration.name = value;
    return CheckName(value, key);
  }
  if (key == "disk_floor_mib") {
    const auto floor = NumberIn<std::uint64_t>(value, kDiskFloorMibMax);
    configuration.disk_floor_mib = floor.value_or(0);
    return floor ? absl::OkStatus()
                 : Refuse(Reason::kMalformedField, key, "must be a whole number of MiB");
  }
  if (key == "token_seconds") {
    const auto seconds = NumberIn<std::uint32_t>(value, kTokenSecondsMax);
    configuration.token_seconds = seconds.value_or(0);
    return configuration.token_seconds > 0
               ? absl::OkStatus()
               : Refuse(Reason::kMalformedField, key,
                        "must be 1 to " + std::to_string(kTokenSecondsMax));
  }
  if (key == "envelopes_per_day" || key == "mib_per_day") {
    const auto most = NumberIn<std::uint64_t>(value, kPerDayMax);
    (key == "mib_per_day" ? configuration.mib_per_day : configuration.envelopes_per_day) =
        most.value_or(0);
    return most.value_or(0) > 0
               ? absl::OkStatus()
               : Refuse(Reason::kMalformedField, key, "must be 1 to " + std::to_string(kPerDayMax));
  }
  if (key == "metrics") {
    configuration.metrics = value;
    return CheckMetricsPlace(value, key);
  }
  if (key == "log_level") {
    for (std::size_t i = 0; i < std::size(kLevelNames); ++i) {
      if (value != kLevelNames[i]) continue;
      configuration.log_level = static_cast<LogLevel>(i);
      return absl::OkStatus();
    }
    return Refuse(Reason::kMalformedField, key, "must be debug, info, warning or error");
  }
  return Refuse(Reason::kMalformedField, key,
                "is no key of this file: there are listen, name, disk_floor_mib, token_seconds, "
                "envelopes_per_day, mib_per_day, metrics and log_level");
}

}  // namespace

absl::Status CheckListen(std::string_view text, std::string_view field) {
  const HostPort parts = Split(text);
  if (IsHost(parts.host) && parts.port && IsPort(*parts.port)) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, field,
                "must be HOST:PORT, e.g. 127.0.0.1:7443 or [::]:7443");
}

absl::Status CheckName(std::string_view text, std::string_view field) {
  const HostPort parts = Split(text);
  const bool port_fits = !parts.port || (IsPort(*parts.port) && PortOf(text) != 0);
  if (IsHost(parts.host) && port_fits) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, field,
                "must be a host name or address that clients can reach, e.g. practice.example");
}

std::string AdvertisedAddress(std::string_view name, int port) {
  const HostPort parts = Split(name);
  const bool bare_ipv6 = parts.host.find(':') != std::string_view::npos;
  const std::string host =
      bare_ipv6 ? "[" + std::string(parts.host) + "]" : std::string(parts.host);
  return host + ":" + (parts.port ? std::string(*parts.port) : std::to_string(port));
}

int PortOf(std::string_view address) {
  const HostPort parts = Split(address);
  return parts.port ? NumberIn<std::uint16_t>(*parts.port, 65535).value_or(0) : 0;
}

std::string HostOf(std::string_view name) { return std::string(Split(name).host); }

absl::StatusOr<Configuration> ParseConfiguration(std::string_view text) {
  Configuration configuration;
  HOLDFAST_ASSIGN_OR_RETURN(const std::string plain, PlainSettings(text));
  std::istringstream lines{plain};
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(lines)) {
      if (item.name == "++" || item.name == "--") continue;  // a section opens or closes
      if (item.inputs.size() != 1) {
        return Refuse(Reason::kMalformedField, item.fullname(), "must have one value");
      }
      HOLDFAST_RETURN_IF_ERROR(SetKey(configuration, item.fullname(), item.inputs.front()));
    }
  } catch (const std::exception& exception) {
    return Refuse(Reason::kMalformedField, "holdfast.toml",
                  std::string("is not readable as TOML: ") + exception.what());
  }
  return configuration;
}

absl::StatusOr<Configuration> ReadConfiguration(const std::filesystem::path& path) {
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes text, ReadSmallFile(path));
  return ParseConfiguration(text);
}

std::string WriteConfiguration(const Configuration& configuration) {
  std::ostringstream text;
  text
      << "# A Holdfast practice. Read when `holdfastd serve` starts; log_level on SIGHUP too.\n"
         "\n"
         "# Where the server listens, HOST:PORT. Port 0 takes a free one.\n"
         "listen = \""
      << configuration.listen
      << "\"\n\n"
         "# The host name or address that clients reach it by; it goes into enrolment codes and\n"
         "# invitations. Add :PORT where clients see another port than the server's own.\n"
         "name = \""
      << configuration.name
      << "\"\n\n"
         "# With less than this free on the disk (or a tenth of a small disk), in MiB, sending is\n"
         "# refused while reading goes on.\n"
         "disk_floor_mib = "
      << configuration.disk_floor_mib
      << "\n\n"
         "# A device logs in again, by itself, after this long. At most 900.\n"
         "token_seconds = "
      << configuration.token_seconds
      << "\n\n"
         "# What one account may have stored in one day, so that nobody fills the disk for all.\n"
         "envelopes_per_day = "
      << configuration.envelopes_per_day
      << "\n"
         "mib_per_day = "
      << configuration.mib_per_day
      << "\n\n"
         "# Where Prometheus reads counts and times (of nobody): 127.0.0.1:PORT, [::1]:PORT, or\n"
         "# \"socket\" for metrics.sock in this directory. Empty: nowhere.\n"
         "metrics = \""
      << configuration.metrics
      << "\"\n\n"
         "# debug, info, warning or error\n"
         "log_level = \""
      << kLevelNames[static_cast<std::size_t>(configuration.log_level)] << "\"\n";
  return text.str();
}

}  // namespace holdfast::server
