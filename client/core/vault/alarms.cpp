#include "client/core/vault/alarms.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

std::uint32_t Number(AlarmKind kind) { return static_cast<std::uint32_t>(kind); }

AlarmArgs ArgsOf(const vault::Alarm& record) {
  AlarmArgs args;
  if (record.has_who()) {
    const bool known = record.who() <= static_cast<std::uint32_t>(kNewestWho);
    args.who =
        PersonName{known ? static_cast<Who>(record.who()) : Who::kOtherSide, record.who_label()};
  }
  args.count = record.count();
  args.invitation = record.invitation();
  if (const auto reason = ReasonNamed(record.cause_reason())) {
    args.cause = Cause{*reason, record.cause_field(), record.cause_words()};
  }
  return args;
}

Alarm AlarmOf(const vault::Alarm& record) {
  Alarm alarm;
  alarm.at_ms = record.at_ms();
  alarm.reason = ReasonNamed(record.reason()).value_or(Reason::kIntegrity);
  if (auto bond = BondId::From(record.bond(), "bond"); bond.ok()) alarm.bond = *bond;
  if (!record.text().empty()) {
    alarm.kind = AlarmKind::kAsWritten;
    alarm.text = record.text();
    return alarm;
  }
  const bool known = record.kind() != 0 && record.kind() <= Number(kNewestAlarmKind);
  alarm.kind = known ? static_cast<AlarmKind>(record.kind()) : AlarmKind::kUnknown;
  alarm.args = ArgsOf(record);
  return alarm;
}

// Labels and refusals are other people's text: no part of one begins a line or
// steers a terminal.
std::string OnOneLine(std::string text) {
  text = AsUtf8(text.substr(0, limits::kAlarmTextBytesMax));
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::ranges::replace_if(text, is_control, ' ');
  return text;
}

vault::Alarm ToRecord(Reason reason, const std::optional<BondId>& bond, AlarmKind kind,
                      const AlarmArgs& args) {
  vault::Alarm record;
  record.set_reason(std::string(RowOf(reason).name));
  if (bond) record.set_bond(bond->str());
  record.set_kind(Number(kind));
  if (args.who) {
    record.set_who(static_cast<std::uint32_t>(args.who->who));
    record.set_who_label(OnOneLine(args.who->label));
  }
  record.set_count(args.count);
  record.set_invitation(OnOneLine(args.invitation));
  if (args.cause) {
    record.set_cause_reason(std::string(RowOf(args.cause->reason).name));
    record.set_cause_field(OnOneLine(args.cause->field));
    record.set_cause_words(OnOneLine(args.cause->words));
  }
  return record;
}

// Whatever the time.
bool SaysTheSame(vault::Alarm a, const vault::Alarm& b) {
  a.set_at_ms(b.at_ms());
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

absl::Status RaiseAlarm(VaultChange& change, std::uint64_t now_ms, Reason reason,
                        const std::optional<BondId>& bond, AlarmKind kind, const AlarmArgs& args) {
  vault::Alarm record = ToRecord(reason, bond, kind, args);
  record.set_at_ms(now_ms);
  std::size_t waiting = 0;
  bool repeated = false;
  HOLDFAST_RETURN_IF_ERROR(change.Scan(names::kAlarms, [&](BytesView, const vault::Alarm& other) {
    ++waiting;
    repeated = repeated || SaysTheSame(other, record);
    return true;
  }));
  if (repeated || waiting >= limits::kAlarmsMax) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto found, change.Find(names::kProgress));
  vault::Progress progress = found.value_or(vault::Progress());
  change.Put(names::Alarm(progress.alarm_next()), record);
  progress.set_alarm_next(progress.alarm_next() + 1);
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

Cause CauseOf(const absl::Status& status) {
  return {ReasonOf(status), FieldOf(status), MessageOf(status)};
}

absl::StatusOr<std::uint64_t> NextAlarm(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(auto found, reader.Find(names::kProgress));
  return found ? found->alarm_next() : 0;
}

absl::StatusOr<std::vector<Alarm>> AlarmsFrom(const VaultReader& reader, std::uint64_t from) {
  std::vector<Alarm> alarms;
  const Bytes first = names::Number(from);
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kAlarms, [&](BytesView key, const vault::Alarm& record) {
        if (key >= first) alarms.push_back(AlarmOf(record));
        return true;
      }));
  return alarms;
}

absl::Status EraseAlarmsBefore(VaultChange& change, std::uint64_t number) {
  const Bytes end = names::Number(number);
  return change.Scan(names::kAlarms, [&](BytesView key, const vault::Alarm&) {
    if (key >= end) return false;
    change.Erase(names::kAlarms.At(key));
    return true;
  });
}

}  // namespace holdfast::client
