#include "client/core/vault/alarms.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

Alarm FromRecord(const vault::Alarm& record) {
  Alarm alarm;
  alarm.at_ms = record.at_ms();
  alarm.reason = ReasonNamed(record.reason()).value_or(Reason::kIntegrity);
  if (auto bond = BondId::From(record.bond(), "bond"); bond.ok()) alarm.bond = *bond;
  alarm.text = record.text();
  return alarm;
}

// Labels and refusals are other people's text: no part of one begins a line or
// steers a terminal.
std::string OnOneLine(std::string text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::ranges::replace_if(text, is_control, ' ');
  return text;
}

}  // namespace

absl::Status RaiseAlarm(VaultChange& change, std::uint64_t now_ms, Reason reason,
                        const std::optional<BondId>& bond, const std::string& text) {
  vault::Alarm record;
  record.set_at_ms(now_ms);
  record.set_reason(std::string(RowOf(reason).name));
  if (bond) record.set_bond(bond->str());
  record.set_text(OnOneLine(AsUtf8(text.substr(0, limits::kAlarmTextBytesMax))));
  std::size_t waiting = 0;
  bool repeated = false;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Alarm>(names::kAlarms, [&](BytesView, const vault::Alarm& other) {
        ++waiting;
        repeated = repeated || (other.text() == record.text() && other.bond() == record.bond() &&
                                other.reason() == record.reason());
        return true;
      }));
  if (repeated || waiting >= limits::kAlarmsMax) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto found, change.Find<vault::Progress>(names::kProgress));
  vault::Progress progress = found.value_or(vault::Progress());
  change.Put(names::Alarm(progress.alarm_next()), record);
  progress.set_alarm_next(progress.alarm_next() + 1);
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> NextAlarm(VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(auto found, change.Find<vault::Progress>(names::kProgress));
  return found ? found->alarm_next() : 0;
}

absl::StatusOr<std::vector<Alarm>> AlarmsFrom(VaultChange& change, std::uint64_t from) {
  std::vector<Alarm> alarms;
  const Bytes first = names::Number(from);
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Alarm>(names::kAlarms, [&](BytesView key, const vault::Alarm& record) {
        if (key >= first) alarms.push_back(FromRecord(record));
        return true;
      }));
  return alarms;
}

absl::StatusOr<std::vector<Alarm>> TakeAllAlarms(VaultChange& change) {
  std::vector<Alarm> alarms;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Alarm>(names::kAlarms, [&](BytesView key, const vault::Alarm& record) {
        alarms.push_back(FromRecord(record));
        change.Erase(names::Join(names::kAlarms, key));
        return true;
      }));
  return alarms;
}

}  // namespace holdfast::client
