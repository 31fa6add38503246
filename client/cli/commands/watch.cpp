// watch: what happens, as it happens.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "client/cli/commands/command.h"
#include "client/cli/commands/notifying.h"
#include "client/cli/commands/staying.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/ahead_words.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rendering.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/safety_words.h"
#include "client/cli/words/signing_words.h"
#include "client/cli/words/standing_json.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// Changes in older messages are not announced.
constexpr std::size_t kWatchedMessagesMax = 500;

// What is to go out soon is looked for as often, whatever else happens.
constexpr std::uint64_t kLookAheadMs = 15 * limits::kMinuteMs;

class Watching {
 public:
  Watching(Context& context, Device& device) : context_(context), device_(device) {}

  absl::Status Run();

 private:
  // With unconfirmed, refusal, what is marked, what becomes of what was written ahead, when it was
  // witnessed, and whether it is held.
  using State = std::tuple<MessageState, bool, std::string, bool, std::string,
                           std::optional<AheadOutlook>, std::uint64_t, bool>;
  static State StateOf(const MessageView& message) {
    const bool marked = message.rupture && !message.rupture->closed;
    return {message.state,
            message.unconfirmed,
            message.refusal,
            marked,
            marked ? message.rupture->text : std::string(),
            message.ahead ? std::optional(message.ahead->outlook) : std::nullopt,
            message.witnessed_at_ms,
            message.ahead && message.ahead->hold};
  }

  absl::StatusOr<std::vector<MessageView>> Newest();
  absl::Status Begin();
  absl::Status ShowChanges();
  absl::Status ShowLedgers(const Words& words);
  absl::StatusOr<std::optional<Rhythm>> TakeProposal(const LedgerLine& line);
  absl::Status ShowReminders(const Words& words);
  absl::Status ShowNotSafe();
  absl::Status ShowAhead();
  void ShowMessage(const Words& words, const MessageView& message);
  void ShowState(const Words& words, const MessageView& message, const State& before);
  void OnConnection(const absl::Status& status);

  Context& context_;
  Device& device_;
  std::map<EnvelopeId, State> known_;
  std::map<BondId, std::uint64_t> ledgers_;           // number of the newest entry told
  std::set<std::pair<EnvelopeId, bool>> told_ahead_;  // with whether it is held
  std::optional<absl::StatusCode> connection_;        // as last told
};

absl::StatusOr<std::vector<MessageView>> Watching::Newest() {
  MessageQuery query;
  query.newest_max = kWatchedMessagesMax;
  return device_.engine().Messages(query);
}

absl::Status Watching::Begin() {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages, Newest());
  std::size_t unread = 0;
  for (const MessageView& message : messages) {
    known_[message.id] = StateOf(message);
    unread += message.unread ? 1 : 0;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, device_.engine().Bonds());
  for (const BondView& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device_.engine().Standing(bond.id));
    ledgers_[bond.id] = standing.entries;
  }
  context_.out.Aside("Watching. Ctrl-C ends it." +
                     (unread == 0 ? std::string()
                                  : " There are messages not opened yet: holdfast inbox --unread"));
  HOLDFAST_RETURN_IF_ERROR(ShowNotSafe());
  return ShowAhead();
}

// What this person is to decide, or may think better of, once each.
absl::Status Watching::ShowAhead() {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages, Newest());
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device_.words());
  std::set<std::pair<EnvelopeId, bool>> now;
  for (const MessageView& message : messages) {
    if (!message.mine || !message.ahead) continue;
    const bool is_held = message.ahead->needs_decision();
    if (!is_held && !message.ahead->is_soon) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device_.engine().Standing(message.bond));
    if (standing.ended) continue;
    now.emplace(message.id, is_held);
    if (told_ahead_.contains({message.id, is_held})) continue;
    context_.out.Say(is_held ? HeldInWords(words, {message}) : ComingInWords(words, {message}));
    context_.out.Event({{"event", "ahead"}, {"message", MessageJson(message)}});
  }
  told_ahead_ = std::move(now);
  return absl::OkStatus();
}

// Those of which nobody has said yet that they were seen, before anything else.
absl::Status Watching::ShowNotSafe() {
  HOLDFAST_ASSIGN_OR_RETURN(const auto not_safe, device_.engine().NotSafe(std::nullopt));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device_.words());
  if (!not_safe.empty()) context_.out.Say(NotSafeInWords(words, not_safe));
  for (const MessageView& message : not_safe) {
    context_.out.Event({{"event", "not-safe"}, {"message", MessageJson(message)}});
  }
  return absl::OkStatus();
}

absl::Status Watching::ShowChanges() {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages, Newest());
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device_.words());
  for (const MessageView& message : messages) {
    const auto known = known_.find(message.id);
    if (known == known_.end()) {
      ShowMessage(words, message);
    } else if (known->second != StateOf(message)) {
      ShowState(words, message, known->second);
    }
    known_[message.id] = StateOf(message);
  }
  HOLDFAST_RETURN_IF_ERROR(ShowAhead());
  HOLDFAST_RETURN_IF_ERROR(ShowLedgers(words));
  HOLDFAST_RETURN_IF_ERROR(ShowReminders(words));
  ShowAlarms(context_, device_, true);
  return absl::OkStatus();
}

absl::Status Watching::ShowLedgers(const Words& words) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, device_.engine().Bonds());
  for (const BondView& bond : bonds) {
    std::uint64_t& told = ledgers_[bond.id];
    HOLDFAST_ASSIGN_OR_RETURN(const auto lines, device_.engine().Ledger(bond.id, told));
    for (const LedgerLine& line : lines) {
      told = std::max(told, line.entry.number);
      HOLDFAST_ASSIGN_OR_RETURN(const auto proposal, TakeProposal(line));
      context_.out.Say(LedgerLineInWords(words, line));
      if (proposal) context_.out.Say(FirstOpenings(words, *proposal));
      context_.out.Event({{"event", "ledger"},
                          {"entry", LedgerLineJson(line)},
                          {"proposal", proposal ? RhythmJson(*proposal) : Json(nullptr)}});
    }
  }
  return absl::OkStatus();
}

// The rhythm that the entry proposes, where it is proposed still: it is shown, and counts as shown.
absl::StatusOr<std::optional<Rhythm>> Watching::TakeProposal(const LedgerLine& line) {
  const auto* proposed = line.act ? std::get_if<Rhythm>(&line.act->what) : nullptr;
  if (proposed == nullptr) return std::optional<Rhythm>();
  const BondId& bond = line.entry.bond;
  HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device_.engine().Standing(bond));
  if (standing.proposal != *proposed) return std::optional<Rhythm>();
  HOLDFAST_RETURN_IF_ERROR(device_.engine().MarkProposalShown(bond, standing.proposal_hash));
  return standing.proposal;
}

absl::Status Watching::ShowReminders(const Words& words) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto reminders, device_.engine().TakeReminders());
  for (const ReminderView& reminder : reminders) {
    context_.out.Say(ReminderInWords(words, reminder));
    context_.out.Event({{"event", "reminder"}, {"reminder", ReminderJson(reminder)}});
  }
  return absl::OkStatus();
}

void Watching::ShowMessage(const Words& words, const MessageView& message) {
  if (message.must_be_seen()) {
    // With a bell, where somebody sits in front.
    context_.out.Say((OutputIsTerminal() ? "\a" : "") + NotSafeInWords(words, {message}));
    context_.out.Event({{"event", "not-safe"}, {"message", MessageJson(message)}});
  }
  context_.out.Say(Excerpt(words, message, OutputColumns()));
  context_.out.Event({{"event", "message"}, {"message", MessageJson(message)}});
}

void Watching::ShowState(const Words& words, const MessageView& message, const State& before) {
  const State now = StateOf(message);
  const bool marked =
      std::get<3>(before) != std::get<3>(now) || std::get<4>(before) != std::get<4>(now);
  if (marked && message.rupture) {
    context_.out.Say(RuptureInWords(words, *message.rupture, &message));
  }
  if (message.mine && !marked) {
    const std::string remark = words.Remark(message);
    context_.out.Say(Headline(words, message) + (remark.empty() ? "" : "\n        " + remark));
  }
  context_.out.Event({{"event", "state"}, {"message", MessageJson(message)}});
}

void Watching::OnConnection(const absl::Status& status) {
  if (connection_ == status.code()) return;
  connection_ = status.code();
  if (status.ok()) {
    context_.out.Aside("Connected; everything up to now is here.");
  } else if (IsAway(status)) {
    context_.out.Aside("The practice at " + device_.engine().identity().address +
                       " cannot be reached just now. Trying again by itself.");
  } else {
    context_.out.Aside(AsSentence(FailureInWords(status)) + " Trying again by itself.");
  }
  context_.out.Event({{"event", "connection"},
                      {"connected", status.ok()},
                      {"error", status.ok() ? Json(nullptr) : ErrorJson(status)}});
}

absl::Status Watching::Run() {
  HOLDFAST_RETURN_IF_ERROR(Begin());
  return StayConnected(device_, {.look = [this] { return ShowChanges(); },
                                 .look_again_ms = kLookAheadMs,
                                 .connection = [this](const auto& status) { OnConnection(status); },
                                 .ended = [] { return false; }});
}

}  // namespace

Command WatchCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("watch", "Stay connected and show what comes, as it comes");
  const auto notify = std::make_shared<bool>(false);
  const auto options = std::make_shared<NotifyingOptions>();
  CLI::Option* const notify_option = command->add_flag(
      "--notify", *notify, "Show nothing here, and a notice on the desktop when something waits");
  command->add_flag("--reasons", options->by_reason, "Say in the notice what kind of thing waits")
      ->needs(notify_option);
  command
      ->add_flag("--when-unlocked", options->when_unlocked,
                 "Wait for \"holdfast unlock\", and again after each \"holdfast lock\"")
      ->needs(notify_option);
  command->footer(
      "Whoever says that they may not be safe comes first, until \"holdfast seen\". Other commands "
      "can be used meanwhile.\n\n"
      "A notice says that something is waiting, never who or what; --reasons: something to read, a "
      "check-in that is open, a reply that is due soon. One stands at a time (with --reasons one "
      "of "
      "a kind), and goes once you have looked. Nothing counts as shown. Where there is no desktop "
      "session that is said, and watching goes on. At every session by itself: \"systemctl --user "
      "enable --now holdfast-watch\".\n\n"
      "With --json: one document a line, {\"event\": \"message\"|\"state\", "
      "\"message\": …},\n{\"event\": \"ahead\"|\"not-safe\", \"message\": …},\n{\"event\": "
      "\"ledger\", \"entry\": …}, {\"event\": \"reminder\", \"reminder\": …},\n{\"event\": "
      "\"alarm\", "
      "\"alarm\": …}, {\"event\": \"connection\", \"connected\": …}\nor, with --notify, that and "
      "{\"event\": \"notices\", \"shown\": …}.");
  return {command, [notify, options](Context& context) {
            if (*notify) return Notify(context, *options);
            return WithDevice(context,
                              [&](Device& device) { return Watching(context, device).Run(); });
          }};
}

}  // namespace holdfast::client::cli
