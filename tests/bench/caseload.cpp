#include "bench/caseload.h"

#include <sys/resource.h>

#include <algorithm>

#include "client/core/reading/overview.h"
#include "client/storage/memory_storage.h"
#include "client/storage/sqlite_storage.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kBonds = 200;
constexpr std::size_t kBondsQuick = 5;
// Fewer than a practice keeps open of one therapist.
constexpr std::size_t kInvitedTogether = 50;
// Each unlocking of it costs next to nothing, so that nothing else hides behind it.
constexpr crypto::PassphraseCost kCheap{1, std::uint64_t{8} * 1024 * 1024};
constexpr const char* kPassphrase = "correct horse battery staple";
constexpr std::chrono::minutes kCommandMax{2};

double ChildrenCpuMs() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

void WriteOne(EngineDevice& device, const std::string& text, Kind kind) {
  auto content = std::make_shared<v1::Content>();
  if (kind == Kind::kCheckIn) {
    content->mutable_check_in()->set_form("holdfast-weekly");
    content->mutable_check_in()->set_form_version(1);
    content->mutable_check_in()->set_note(text);
    content->mutable_check_in()->set_need(v1::NEED_REPLY);
  } else {
    content->mutable_note()->set_text(text);
  }
  const auto bonds = Must(device.engine().Bonds(), "look at the bonds");
  Must(device.engine().Write({bonds.at(0).id, kind, {}, content}).status(), "write");
}

std::vector<double> Beside(std::vector<double> whole, const std::vector<double>& part) {
  for (std::size_t i = 0; i < whole.size() && i < part.size(); ++i) whole[i] -= part[i];
  return whole;
}

}  // namespace

std::size_t Caseload::bonds() const { return setting_.options().quick ? kBondsQuick : kBonds; }

std::filesystem::path Caseload::home() const { return setting_.directory() / "caseload"; }

void Caseload::Run(const std::vector<std::string>& arguments, Cost* cost, int exit_code) {
  const double cpu_before = ChildrenCpuMs();
  const auto began = std::chrono::steady_clock::now();
  const test::Outcome outcome =
      test::Run({HOLDFAST,
                 arguments,
                 {{"HOLDFAST_HOME", home().string()}, {"HOLDFAST_PASSPHRASE", kPassphrase}},
                 ""},
                kCommandMax);
  if (outcome.exit_code != exit_code) throw std::runtime_error(test::Describe(outcome));
  if (cost == nullptr) return;
  cost->wall_ms.push_back(Seconds(std::chrono::steady_clock::now() - began) * 1e3);
  cost->cpu_ms.push_back(ChildrenCpuMs() - cpu_before);
}

void Caseload::Join(EngineDevice& therapist) {
  while (clients_.size() < bonds()) {
    std::vector<std::string> invitations;
    const std::size_t together = std::min(kInvitedTogether, bonds() - clients_.size());
    for (std::size_t i = 0; i < together; ++i) {
      invitations.push_back(therapist.Invite("C" + std::to_string(clients_.size() + i)));
    }
    for (const std::string& invitation : invitations) {
      clients_.push_back(std::make_unique<EngineDevice>(std::make_unique<client::MemoryStorage>(),
                                                        crypto::VaultKey::Random()));
      clients_.back()->Join(invitation);
      WriteOne(*clients_.back(), "A note, as people write them.", Kind::kNote);
      WriteOne(*clients_.back(), "And one more, a little later.", Kind::kNote);
      clients_.back()->Sync();
    }
  }
  therapist.Sync();
}

void Caseload::AgreeOnRhythms(EngineDevice& therapist) {
  client::RhythmDraft rhythm;
  rhythm.zone = "Europe/Zurich";
  rhythm.at_minute = 20 * 60;
  rhythm.window_minutes = limits::kWindowMinutes;
  rhythm.rule = "FREQ=WEEKLY";
  for (const client::BondView& bond : Must(therapist.engine().Bonds(), "look at the bonds")) {
    Must(therapist.engine().ProposeRhythm(bond.id, rhythm).status(), "propose a rhythm");
  }
  therapist.Sync();
}

void Caseload::AskForReplies() {
  for (const auto& device : clients_) {
    device->Sync();
    const auto bonds = Must(device->engine().Bonds(), "look at the bonds");
    Must(device->engine().AcceptRhythm(bonds.at(0).id).status(), "accept a rhythm");
    WriteOne(*device, "How the week was.", Kind::kCheckIn);
    device->Sync();
  }
}

void Caseload::SetHours(const std::string& reply_within) {
  const bool is_measured = !clients_.empty() && !status_.cpu_ms.empty();
  Run({"availability", "set", "--hours", "mon-sun 8:00-20:00", "--reply-within", reply_within,
       "--zone", "Europe/Zurich"},
      is_measured ? &hours_ : nullptr);
}

void Caseload::Prepare() {
  std::filesystem::create_directories(home() / "default");
  {
    auto vault = Must(client::CreateVault(home() / "default" / "vault", kPassphrase, kCheap),
                      "make a vault");
    EngineDevice therapist(std::move(vault.storage), std::move(vault.key));
    therapist.Enroll(setting_.practice().EnrolmentCode());
    Join(therapist);
    AgreeOnRhythms(therapist);
  }
  SetHours("9h");
  AskForReplies();
  Run({"sync"}, nullptr);
}

void Caseload::Round() {
  Run({"show", "1"}, &unlocking_, 2);  // refused right behind the passphrase
  Run({"status"}, &status_);
  Run({"inbox"}, &inbox_);
  SetHours(hours_.cpu_ms.size() % 2 == 0 ? "8h" : "9h");
  Run({"status"}, &after_);
}

void Caseload::Report(Table& table) const {
  const std::string count = std::to_string(bonds()) + " clients: ";
  const auto add = [&](const std::string& name, const std::vector<double>& values,
                       std::optional<Target> target, const std::string& limit) {
    table.Add({count + name, "ms", Beside(values, unlocking_.cpu_ms), target, limit});
  };
  const Target cpu{Target::Kind::kAtMost, 300};
  table.Add({"unlocking, where that is cheap", "ms", unlocking_.cpu_ms, {}, "starting a program"});
  add("status, CPU beside it", status_.cpu_ms, cpu, "opening each bond and its ledger");
  add("inbox, CPU beside it", inbox_.cpu_ms, cpu, "opening each bond and its ledger");
  add("hours for all, wall beside it", hours_.wall_ms, Target{Target::Kind::kAtMost, 1000},
      "signing and checking each");
  add("hours for all, CPU beside it", hours_.cpu_ms, {}, "");
  add("status that takes them in, CPU", after_.cpu_ms, {}, "");
  add("status that takes them in, wall", after_.wall_ms, {}, "");
}

}  // namespace holdfast::bench
