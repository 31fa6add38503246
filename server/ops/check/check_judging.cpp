#include "server/ops/check/check_judging.h"

#include <algorithm>

#include "server/ops/clock.h"
#include "server/ops/exit_codes.h"
#include "server/ops/tls_renewal.h"

namespace holdfast::server {
namespace {

// The lines so far. `what` says what to do where it is not good.
class Judgement {
 public:
  explicit Judgement(const CheckFacts& facts) : facts_(facts) {}

  void Clock();
  void Settings();
  void Disk();
  void Certificate();
  void Endorsement();
  void Descriptors();
  void Port();
  void Name();
  void Backup();
  void Store();
  void Timers();
  void Promises();
  void Versions();

  std::vector<CheckLine> Take() { return std::move(lines_); }

  void Good(const char* name, std::string what) { Add(Severity::kGood, name, std::move(what)); }
  void Attention(const char* name, std::string what) {
    Add(Severity::kAttention, name, std::move(what));
  }
  void Wrong(const char* name, std::string what) { Add(Severity::kWrong, name, std::move(what)); }
  void Wrong(const char* name, const absl::Status& why) { Wrong(name, std::string(why.message())); }

 private:
  void Add(Severity severity, const char* name, std::string what) {
    lines_.push_back({severity, name, std::move(what)});
  }

  const CheckFacts& facts_;
  std::vector<CheckLine> lines_;
};

std::string MiBText(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

// "3 days", "5 hours"
std::string Span(std::uint64_t ms) {
  const std::uint64_t hours = ms / limits::kHourMs;
  if (hours >= 48) return std::to_string(hours / 24) + " days";
  if (hours >= 2) return std::to_string(hours) + " hours";
  const std::uint64_t seconds = ms / limits::kSecondMs;
  return seconds >= 120 ? std::to_string(seconds / 60) + " minutes"
                        : std::to_string(seconds) + " seconds";
}

void Judgement::Clock() {
  if (facts_.practice.ok() && facts_.told.timers_held) {
    return Wrong("clock", "slots and due times wait: this machine says " +
                              LocalTime(facts_.told.wall_ms) + ", the practice goes by " +
                              LocalTime(facts_.told.engine_ms) +
                              ". Set the clock right, or run holdfastd clock confirm");
  }
  if (!facts_.synchronised) {
    return Attention("clock",
                     "the system does not say that its clock is synchronised: run a time service "
                     "(systemd-timesyncd, chrony)");
  }
  Good("clock", "synchronised, " + LocalTime(facts_.now_ms));
}

void Judgement::Settings() {
  if (!facts_.settings.ok()) {
    Wrong("settings", facts_.settings);
  } else {
    Good("settings", "understood");
  }
  if (!facts_.keys.ok()) {
    Wrong("permissions", facts_.keys);
  } else {
    Good("permissions", "the keys are closed to others");
  }
}

void Judgement::Disk() {
  if (!facts_.disk) return Wrong("disk", "its space cannot be measured: is it mounted?");
  const std::string room = MiBText(facts_.disk->free_bytes) + " are free";
  const std::string floor = "the floor is " + MiBText(facts_.floor_bytes);
  if (facts_.disk->free_bytes < facts_.floor_bytes) {
    Wrong("disk", room + ", and " + floor + ": sends are refused. Make room");
  } else if (facts_.disk->free_bytes < facts_.floor_bytes * kFloorsAhead) {
    Attention("disk", room + "; " + floor + ", below which sends are refused. Make room soon");
  } else {
    Good("disk", room + "; " + floor);
  }
  if (facts_.ballast_bytes >= facts_.ballast_wanted_bytes) {
    return Good("ballast", "there");
  }
  Attention("ballast", facts_.is_served
                           ? "gone, since the disk was full: it is made again by itself once there "
                             "is plenty of room"
                           : "not there: holdfastd makes it when it serves and there is room");
}

void Judgement::Certificate() {
  if (!facts_.certificate.ok()) {
    return Wrong("certificate",
                 std::string(facts_.certificate.message()) +
                     ". Put tls.key and tls.crt back from a backup; a restore makes new ones");
  }
  const std::uint64_t until_ms = facts_.tls.not_after_ms;
  const std::string until = "good until " + LocalTime(until_ms);
  const std::string renew = facts_.tls.is_self_signed
                                ? ". A start of holdfastd renews it"
                                : ". Put a new tls.crt in its place, then send SIGHUP to holdfastd";
  if (facts_.now_ms >= until_ms || facts_.now_ms < facts_.tls.not_before_ms) {
    return Wrong("certificate", "not good now (from " + LocalTime(facts_.tls.not_before_ms) +
                                    " until " + LocalTime(until_ms) + ")" + renew);
  }
  if (facts_.now_ms + kTlsWarnAheadMs >= until_ms) return Attention("certificate", until + renew);
  Good("certificate", until);
}

void Judgement::Endorsement() {
  if (!facts_.practice.ok() || !facts_.certificate.ok()) return;
  if (facts_.told.endorsed_key != facts_.tls.key_hash.hex()) {
    return Wrong("endorsement",
                 "the practice vouches for another TLS key than the one in tls.key: send SIGHUP to "
                 "holdfastd, which reads it again");
  }
  if (facts_.told.endorsed_until_ms < facts_.now_ms + kEndorsedLeastMs) {
    return Wrong("endorsement", "good until " + LocalTime(facts_.told.endorsed_until_ms) +
                                    " only, after which no device connects: look at the clock and "
                                    "the certificate, then restart holdfastd");
  }
  Good("endorsement", "good until " + LocalTime(facts_.told.endorsed_until_ms));
}

void Judgement::Descriptors() {
  if (!facts_.practice.ok() || !facts_.is_served) return;
  const auto [limit, used] = facts_.told.descriptors;
  const std::string in_use = std::to_string(used) + " of " + std::to_string(limit) + " are open";
  const std::string remedy = ": allow more (LimitNOFILE= of systemd), then restart holdfastd";
  if (used * 100 >= limit * kDescriptorsUsedPercent) return Wrong("descriptors", in_use + remedy);
  if (limit < kDescriptorsGood) return Attention("descriptors", in_use + remedy);
  Good("descriptors", in_use);
}

void Judgement::Port() {
  if (!facts_.is_served) {
    return Wrong("port", "nobody serves this practice: start it (systemctl start holdfastd)");
  }
  if (!facts_.port) {
    return Wrong("port",
                 "it is being started or stopped, or hangs: look at the log, then try again");
  }
  if (facts_.port->outcome == ReachFacts::Outcome::kReached) {
    return Good("port", facts_.port->address + " answers");
  }
  Wrong("port", facts_.port->address + " does not answer (" + facts_.port->why +
                    "): look at the log of holdfastd and at the firewall, and restart it");
}

void Judgement::Name() {
  if (!facts_.name) return;
  const ReachFacts& name = *facts_.name;
  switch (name.outcome) {
    case ReachFacts::Outcome::kNoName:
      return Wrong("name", name.address + " is not found (" + name.why +
                               "): devices find it by that name; set it right at your DNS "
                               "provider, or `name` in holdfast.toml");
    case ReachFacts::Outcome::kRefused:
    case ReachFacts::Outcome::kNoAnswer:
      return Attention("name", name.address + " does not answer from this machine (" + name.why +
                                   "): look at the proxy or the router in front. Where they only "
                                   "answer from outside, try it from there");
    case ReachFacts::Outcome::kReached:
      break;
  }
  if (name.took_ms >= kNameSlowMs) {
    return Attention("name", name.address + " took " + std::to_string(name.took_ms) +
                                 " ms to be found: look at this machine's DNS server");
  }
  Good("name", name.address + " answers");
}

void Judgement::Backup() {
  if (!facts_.backup_known.ok()) return Wrong("backup", facts_.backup_known);
  const std::string command = "holdfastd backup DIR --data " + facts_.data;
  if (!facts_.backup) {
    return Wrong("backup", "there is none: run " + command +
                               ", and have the timer do it every night (deploy/OPERATING.md)");
  }
  const std::uint64_t age_ms = facts_.now_ms - std::min(facts_.now_ms, facts_.backup->made_at_ms);
  const std::string age = "the newest is " + Span(age_ms) + " old, " + facts_.backup->path;
  if (!facts_.backup_is_there) {
    return Wrong("backup", age + ", and is not there: is its disk mounted? Else run " + command);
  }
  const std::string remedy =
      ": look why the timer did not run (systemctl status "
      "holdfastd-backup), or run " +
      command;
  if (age_ms >= kBackupTooOldMs) return Wrong("backup", age + remedy);
  if (age_ms >= kBackupOldMs) return Attention("backup", age + remedy);
  Good("backup", age);
}

void Judgement::Store() {
  if (!facts_.practice.ok()) return Wrong("store", facts_.practice);
  if (facts_.told.findings.empty()) {
    return Good("store", facts_.told.sampled == 1 ? "1 message was read and is as sealed"
                                                  : std::to_string(facts_.told.sampled) +
                                                        " messages were read and are as sealed");
  }
  for (const std::string& finding : facts_.told.findings) Wrong("store", finding);
}

void Judgement::Timers() {
  if (!facts_.practice.ok()) return;
  if (facts_.told.standing.late_ms < kTimersLateMs) return Good("timers", "on time");
  const std::string late = "what is due is " + Span(facts_.told.standing.late_ms) + " late";
  if (facts_.told.timers_held) return Wrong("timers", late + ": see clock");
  Wrong("timers", late + (facts_.is_served ? ": look in the log for timer_failed, and at the disk"
                                           : ": start holdfastd, which catches up in order"));
}

void Judgement::Promises() {
  if (!facts_.practice.ok()) return;
  const StoreStanding& standing = facts_.told.standing;
  const std::string counts = std::to_string(standing.missed_today) + " missed today, " +
                             std::to_string(standing.missed_yesterday) + " yesterday (UTC)";
  if (standing.missed_today == 0) return Good("promises", counts);
  Attention("promises", counts +
                            ": their clients were told. Ask whether a therapist is away, or "
                            "their device is");
}

void Judgement::Versions() {
  std::string known = "holdfastd " + facts_.version;
  bool differs = false;
  for (const LibraryFacts& library : facts_.told.libraries) {
    known += ", " + library.name + " " + library.running;
    if (library.built.empty()) continue;
    differs = true;
    known += " (built with " + library.built + ")";
  }
  if (facts_.practice.ok() && facts_.is_served && facts_.told.version != facts_.version) {
    return Attention("versions", "holdfastd " + facts_.told.version + " serves, and this is " +
                                     facts_.version + ": restart it, so that the new one serves");
  }
  if (differs) {
    return Attention("versions",
                     known + ": install the libraries of one release, then restart holdfastd");
  }
  Good("versions", known);
}

const char* WordOf(Severity severity) {
  switch (severity) {
    case Severity::kGood:
      return "good       ";
    case Severity::kAttention:
      return "attention  ";
    case Severity::kWrong:
      break;
  }
  return "wrong      ";
}

constexpr std::size_t kNameColumn = 13;

}  // namespace

std::vector<CheckLine> JudgeFacts(const CheckFacts& facts) {
  Judgement judgement(facts);
  if (!facts.directory.ok()) {
    judgement.Wrong("directory", facts.directory);
    return judgement.Take();
  }
  judgement.Clock();
  judgement.Settings();
  judgement.Disk();
  judgement.Certificate();
  judgement.Endorsement();
  judgement.Descriptors();
  judgement.Port();
  judgement.Name();
  judgement.Backup();
  judgement.Store();
  judgement.Timers();
  judgement.Promises();
  judgement.Versions();
  return judgement.Take();
}

int ExitOf(const std::vector<CheckLine>& lines) {
  Severity worst = Severity::kGood;
  for (const CheckLine& line : lines) worst = std::max(worst, line.severity);
  if (worst == Severity::kGood) return kExitOk;
  return worst == Severity::kAttention ? kExitAttention : kExitWrong;
}

std::string InWords(const std::vector<CheckLine>& lines) {
  std::string text;
  for (const CheckLine& line : lines) {
    std::string name = line.name;
    name.resize(std::max(name.size(), kNameColumn), ' ');
    text += WordOf(line.severity) + name + line.what + "\n";
  }
  return text;
}

}  // namespace holdfast::server
