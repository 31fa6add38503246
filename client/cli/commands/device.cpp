#include "client/cli/commands/device.h"

#include <algorithm>
#include <utility>

#include "client/cli/commands/unlocking.h"
#include "client/cli/terminal/passphrase.h"
#include "client/cli/words/naming.h"
#include "client/cli/words/text.h"
#include "client/forms/form_import.h"
#include "client/storage/sqlite_storage.h"
#include "client/transport/grpc_log.h"
#include "client/transport/grpc_transport.h"
#include "crypto/public/secret.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Named where it is not known who is meant; `status` shows them all.
constexpr std::size_t kNamedMax = 12;

// "Ann (3b5283), Ben (0a0683) and 4 others".
std::string WhoThereIs(const Words& words, const std::vector<BondView>& bonds) {
  std::string names;
  for (std::size_t i = 0; i < bonds.size() && i < kNamedMax; ++i) {
    names += (i == 0 ? "" : ", ") + words.Other(bonds[i].id) + " (" + ShortId(bonds[i].id) + ")";
  }
  if (bonds.size() > kNamedMax) {
    names += " and " + std::to_string(bonds.size() - kNamedMax) + " others (holdfast status)";
  }
  return names.empty() ? "nobody, because every bond of yours has ended" : names;
}

}  // namespace

Device::Device(std::filesystem::path file) : file_(std::move(file)) {}
Device::~Device() = default;

absl::StatusOr<std::unique_ptr<Device>> Device::Open(const Profile& profile) {
  if (!profile.exists()) return profile.Missing();
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  std::unique_ptr<Device> device(new Device(profile.vault()));
  HOLDFAST_RETURN_IF_ERROR(device->Unlock(profile));
  return device;
}

absl::StatusOr<std::unique_ptr<Device>> Device::OpenOrCreate(const Profile& profile) {
  if (profile.exists()) return Open(profile);
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  std::unique_ptr<Device> device(new Device(profile.vault()));
  HOLDFAST_RETURN_IF_ERROR(device->Create(profile));
  return device;
}

absl::Status Device::Unlock(const Profile& profile) {
  PassphraseSource source(profile);  // no echo until it is unlocked or refused
  HOLDFAST_ASSIGN_OR_RETURN(UnlockedVault unlocked, OpenUnlocked(file_, source));
  if (unlocked.left_ms) unlocked_until_ms_ = now_ms() + *unlocked.left_ms;
  return Start(std::move(unlocked.vault.storage), std::move(unlocked.vault.key));
}

absl::Status Device::Create(const Profile& profile) {
  PassphraseSource source(profile);
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes passphrase, source.New());
  passphrase_changed_ = source.changed();
  HOLDFAST_RETURN_IF_ERROR(profile.MakeFolder());
  HOLDFAST_ASSIGN_OR_RETURN(auto vault, CreateVault(file_, passphrase.Expose()));
  return Start(std::move(vault.storage), std::move(vault.key));
}

absl::Status Device::Start(std::unique_ptr<VaultStorage> storage, crypto::VaultKey key) {
  QuietenGrpc();
  key_ = key.Clone();
  storage_ = std::move(storage);
  transport_ = std::make_unique<GrpcTransport>(loop_);
  auto engine =
      Engine::Open(std::move(key), {*storage_, *transport_, clock_, loop_, entropy_, &zones_});
  if (!engine.ok()) {
    LetVaultGo();
    return engine.status();
  }
  engine_ = *std::move(engine);
  return absl::OkStatus();
}

void Device::LetVaultGo() {
  engine_.reset();
  sync_.reset();
  transport_.reset();
  loop_.Forget();  // of both
  storage_.reset();
}

absl::Status Device::WithoutVault(const std::function<void()>& ask) {
  LetVaultGo();
  ask();
  return TakeVaultAgain(kVaultWait);
}

absl::Status Device::TakeVaultAgain(std::chrono::milliseconds wait) {
  HOLDFAST_ASSIGN_OR_RETURN(LockedVault vault, LockVault(file_, wait));
  return Start(std::move(vault.storage), key_.Clone());
}

absl::StatusOr<Words> Device::words() {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<BondView> bonds, engine_->Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(auto known, forms());
  return Words(engine_->identity().role, std::move(bonds), words_at_ms_.value_or(now_ms()),
               std::move(known));
}

absl::StatusOr<std::vector<forms::FormRef>> Device::forms() {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<Bytes> held, engine_->Forms());
  std::vector<forms::FormRef> known;
  for (const Bytes& bytes : held) {
    const auto [read, is_new] = read_forms_.emplace(bytes, nullptr);
    if (is_new) {
      auto form = forms::ParseForm(bytes);
      // The bytes that travelled are the form, however they are written.
      if (form.ok() && (*form)->canonical == bytes) read->second = *std::move(form);
    }
    if (read->second) known.push_back(read->second);
  }
  return known;
}

absl::StatusOr<SyncReport> Device::Sync(std::uint64_t within_ms) {
  BeginSync();
  if (!SyncEnds(std::min(kSoonMs, within_ms))) {
    if (tell_slow_) std::exchange(tell_slow_, nullptr)();
    SyncEnds(within_ms - std::min(kSoonMs, within_ms));
  }
  if (!sync_->has_value()) return NoAnswer();
  return **sync_;
}

void Device::BeginSync() {
  has_asked_ = true;
  if (reads_only()) {
    sync_ = std::make_shared<std::optional<absl::StatusOr<SyncReport>>>(
        Refuse(Reason::kUnreachable, "", "what is here was imported: there is no practice to ask"));
    return;
  }
  sync_ = std::make_shared<std::optional<absl::StatusOr<SyncReport>>>();
  engine_->Sync(
      [answer = sync_](absl::StatusOr<SyncReport> report) { *answer = std::move(report); });
}

bool Device::SyncEnds(std::uint64_t within_ms) {
  return loop_.RunUntil([&] { return sync_->has_value() || HeldSignals::noted() != 0; }, within_ms);
}

absl::Status Device::SyncEnd(std::uint64_t within_ms) {
  SyncEnds(within_ms);
  return sync_->has_value() ? (*sync_)->status() : NoAnswer();
}

absl::StatusOr<BondView> Device::Bond(const std::string& wanted) {
  auto known = KnownBond(wanted);
  const bool may_have_more = engine_->identity().role == crypto::Role::kTherapist;
  if (!may_have_more || has_asked_ || (known.ok() && !wanted.empty())) return known;
  // A client who has joined since must not make "the only one" the wrong one.
  const absl::Status sync = Sync(kBriefSyncMs).status();
  return sync.ok() ? KnownBond(wanted) : known;
}

absl::StatusOr<std::vector<BondView>> Device::OpenBonds(const std::vector<BondView>& bonds) {
  if (reads_only()) return bonds;
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, engine_->Standings(bonds));
  std::vector<BondView> open;
  for (const BondView& bond : bonds) {
    if (!standings.at(bond.id).ended) open.push_back(bond);
  }
  return open;
}

absl::Status Device::CheckNameIsFree(const std::string& name, std::string_view field,
                                     const std::optional<BondId>& whose) {
  if (Trimmed(name).empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> all, engine_->Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> open, OpenBonds(all));
  for (const BondView& bond : open) {
    if (whose == bond.id || !IsSameName(bond.label, name)) continue;
    return Refuse(Reason::kUsage, field,
                  "is what " + PrintableLine(bond.label) + " (" + ShortId(bond.id) +
                      ") is called already; choose another one, so that nothing goes to the "
                      "wrong person");
  }
  return absl::OkStatus();
}

absl::StatusOr<BondView> Device::KnownBond(const std::string& wanted) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, engine_->Bonds());
  if (bonds.empty()) {
    return Refuse(Reason::kUsage, "",
                  "nobody is here yet: no invitation has been answered, or this device has not "
                  "heard of it");
  }
  const std::vector<BondView> meant = wanted.empty() ? bonds : BondsMeant(bonds, wanted);
  if (meant.size() == 1) return meant.front();
  // Those that have ended are only meant where nobody else is.
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> open,
                            OpenBonds(meant.empty() ? bonds : meant));
  if (!meant.empty() && open.size() == 1) return open.front();
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, this->words());
  const std::vector<BondView>& choice = open.empty() && !meant.empty() ? meant : open;
  const std::string names = WhoThereIs(words, choice);
  if (wanted.empty()) return Refuse(Reason::kUsage, "--bond", "must say whom you mean: " + names);
  if (meant.empty()) {
    return Refuse(Reason::kUsage, "--bond",
                  "names nobody: \"" + PrintableLine(wanted) + "\" is none of " + names);
  }
  return Refuse(Reason::kUsage, "--bond",
                "could mean " + names + "; say which one by its id, or with more of the name");
}

absl::Status Device::NoAnswer() {
  return Refuse(Reason::kUnreachable, "", "the practice did not answer in time");
}

}  // namespace holdfast::client::cli
