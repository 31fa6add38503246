#include "client/cli/commands/notifying.h"

#include <map>
#include <set>

#include "client/agent/agent_place.h"
#include "client/cli/commands/staying.h"
#include "client/cli/terminal/interruption.h"
#include "client/cli/words/json.h"
#include "client/cli/words/notice_words.h"
#include "client/cli/words/text.h"
#include "client/desktop/desktop_notices.h"

namespace holdfast::client::cli {
namespace {

// Unread messages that count; more of them are the same notice.
constexpr std::size_t kNoticedUnreadMax = 500;
// For notices to be taken away at the end.
constexpr std::chrono::milliseconds kTakeAwayWait{1'000};
// Whether it has been unlocked is looked at so often.
constexpr std::uint64_t kLockedLookMs = 2'000;

bool IsUnlocked(const std::filesystem::path& vault) { return HolderOf(AgentOf(vault)).has_value(); }

// What waits, by its reason: an id for each, so that what is new is known.
using WaitingThings = std::map<NoticeReason, std::set<std::string>>;

absl::StatusOr<WaitingThings> NoticeableThings(Engine& engine) {
  WaitingThings waiting;
  const auto messages =
      engine.Messages({.bond = std::nullopt, .unread_only = true, .newest_max = kNoticedUnreadMax});
  HOLDFAST_RETURN_IF_ERROR(messages.status());
  for (const MessageView& message : *messages) {
    waiting[NoticeReason::kUnread].insert(message.id.hex());
  }
  const bool is_client = engine.identity().role == crypto::Role::kClient;
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, engine.Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, engine.Standings(bonds));
  for (const auto& [bond, standing] : standings) {
    if (!is_client || standing.ended || !standing.open_slot) continue;
    waiting[NoticeReason::kCheckIn].insert(standing.open_slot->slot.id.hex());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto reminders, engine.Reminders());
  for (const ReminderView& reminder : reminders) {
    if (reminder.envelope) waiting[NoticeReason::kReplyDue].insert(reminder.envelope->hex());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t alarm, engine.NewestAlarm());
  if (alarm != 0) waiting[NoticeReason::kAlarm].insert(std::to_string(alarm));
  return waiting;
}

// One notice for all of it.
WaitingThings AsOne(const WaitingThings& waiting) {
  WaitingThings one;
  for (const auto& [reason, things] : waiting) {
    one[NoticeReason::kSomething].insert(things.begin(), things.end());
  }
  return one;
}

class Notifying {
 public:
  Notifying(Context& context, Device& device, const NotifyingOptions& options)
      : context_(context),
        device_(device),
        options_(options),
        may_be_locked_(device.unlocked_until_ms() != 0),
        notices_(device.loop(), [this](const std::string& trouble) { SayTrouble(trouble); }) {}

  absl::Status Run() {
    HOLDFAST_RETURN_IF_ERROR(Look());
    const absl::Status status =
        StayConnected(device_, {.look = [this] { return Look(); },
                                .connection = [this](const auto& now) { SayStanding(now); },
                                .ended = [this] { return IsLocked(); }});
    device_.LetVaultGo();
    notices_.End(kTakeAwayWait);
    if (locked_) context_.out.Aside("Locked, so it is not watched any more.");
    return status;
  }
  bool locked() const { return locked_; }

 private:
  absl::Status Look() {
    HOLDFAST_ASSIGN_OR_RETURN(WaitingThings waiting, NoticeableThings(device_.engine()));
    if (!options_.by_reason) waiting = AsOne(waiting);
    for (const auto& [reason, things] : known_) {
      if (!waiting.contains(reason)) notices_.TakeAway(static_cast<int>(reason));
    }
    for (const auto& [reason, things] : waiting) {
      const std::set<std::string>& before = known_[reason];
      const bool is_news = !std::ranges::includes(before, things);
      if (is_news) notices_.Show(static_cast<int>(reason), std::string(NoticeInWords(reason)));
    }
    known_ = std::move(waiting);
    return absl::OkStatus();
  }

  // Whoever locks the profile wants nobody to have its key.
  bool IsLocked() {
    if (may_be_locked_ && !IsUnlocked(device_.vault_file())) locked_ = true;
    return locked_;
  }

  void SayStanding(const absl::Status& status) {
    if (connection_ == status.code()) return;
    connection_ = status.code();
    context_.out.Aside(status.ok()
                           ? "Connected."
                           : AsSentence(FailureInWords(status)) + " Trying again by itself.");
    context_.out.Event({{"event", "connection"},
                        {"connected", status.ok()},
                        {"error", status.ok() ? Json(nullptr) : ErrorJson(status)}});
  }

  void SayTrouble(const std::string& trouble) {
    context_.out.Aside(trouble.empty() ? "Notices are shown on this desktop."
                                       : "No notices for now: " + trouble +
                                             ". Watching goes on, and it is tried again.");
    context_.out.Event({{"event", "notices"},
                        {"shown", trouble.empty()},
                        {"why", trouble.empty() ? Json(nullptr) : Json(trouble)}});
  }

  Context& context_;
  Device& device_;
  const NotifyingOptions options_;
  const bool may_be_locked_;  // an agent's key opened it
  bool locked_ = false;
  std::optional<absl::StatusCode> connection_;  // as last told
  WaitingThings known_;
  DesktopNotices notices_;
};

// False where a signal ended the wait.
bool WaitUntilUnlocked(const Context& context) {
  const std::filesystem::path vault = context.profile.vault();
  if (IsUnlocked(vault)) return true;
  context.out.Aside("Waiting for \"holdfast unlock\".");
  Loop loop;
  const Interruption interruption(loop);
  while (!interruption.asked() && !IsUnlocked(vault)) {
    loop.RunUntil([&] { return interruption.asked(); }, kLockedLookMs);
  }
  return !interruption.asked();
}

}  // namespace

absl::Status Notify(Context& context, const NotifyingOptions& options) {
  for (;;) {
    if (options.when_unlocked && !WaitUntilUnlocked(context)) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Device> device, OpenDevice(context));
    Notifying notifying(context, *device, options);
    HOLDFAST_RETURN_IF_ERROR(notifying.Run());
    if (!options.when_unlocked || !notifying.locked()) return absl::OkStatus();
  }
}

}  // namespace holdfast::client::cli
