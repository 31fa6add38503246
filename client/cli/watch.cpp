#include <map>
#include <optional>
#include <tuple>

#include "client/cli/command.h"
#include "client/cli/interruption.h"
#include "client/cli/json.h"
#include "client/cli/rendering.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Changes in older messages are not announced.
constexpr std::size_t kWatchedMessagesMax = 500;

class Watching {
 public:
  Watching(Context& context, Device& device) : context_(context), device_(device) {}

  absl::Status Run();

 private:
  using State = std::tuple<MessageState, bool, std::string>;  // with unconfirmed, refusal
  static State StateOf(const MessageView& message) {
    return {message.state, message.unconfirmed, message.refusal};
  }

  absl::StatusOr<std::vector<MessageView>> Newest();
  absl::Status Begin();
  absl::Status ShowChanges();
  void ShowMessage(const Words& words, const MessageView& message);
  void ShowState(const Words& words, const MessageView& message);
  void OnConnection(const absl::Status& status);

  Context& context_;
  Device& device_;
  std::map<EnvelopeId, State> known_;
  bool changed_ = false;
  std::optional<absl::StatusCode> connection_;  // as last told
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
  context_.out.Aside("Watching. Ctrl-C ends it." +
                     (unread == 0 ? std::string()
                                  : " There are messages not opened yet: holdfast inbox --unread"));
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
      ShowState(words, message);
    }
    known_[message.id] = StateOf(message);
  }
  ShowAlarms(context_, device_);
  return absl::OkStatus();
}

void Watching::ShowMessage(const Words& words, const MessageView& message) {
  context_.out.Say(Excerpt(words, message, OutputColumns()));
  context_.out.Document({{"event", "message"}, {"message", MessageJson(message)}});
}

void Watching::ShowState(const Words& words, const MessageView& message) {
  if (message.mine) {
    const std::string remark = words.Remark(message);
    context_.out.Say(Headline(words, message) + (remark.empty() ? "" : "\n        " + remark));
  }
  context_.out.Document({{"event", "state"}, {"message", MessageJson(message)}});
}

void Watching::OnConnection(const absl::Status& status) {
  if (connection_ == status.code()) return;
  connection_ = status.code();
  if (status.ok()) {
    context_.out.Aside("Connected; everything up to now is here.");
  } else if (IsAway(status)) {
    context_.out.Aside("The practice cannot be reached just now. Trying again by itself.");
  } else {
    context_.out.Aside(AsSentence(FailureInWords(status)) + " Trying again by itself.");
  }
  context_.out.Document({{"event", "connection"},
                         {"connected", status.ok()},
                         {"error", status.ok() ? Json(nullptr) : ErrorJson(status)}});
}

absl::Status Watching::Run() {
  HOLDFAST_RETURN_IF_ERROR(Begin());
  const Interruption interruption(device_.loop());
  Engine::Watcher watcher;
  watcher.changed = [this] { changed_ = true; };
  watcher.connection = [this](const absl::Status& status) { OnConnection(status); };
  device_.engine().Watch(std::move(watcher));
  absl::Status status;
  while (status.ok() && !interruption.asked()) {
    device_.loop().RunUntil([&] { return changed_ || interruption.asked(); }, kForeverMs);
    if (changed_) {
      changed_ = false;
      status = ShowChanges();
    }
  }
  device_.engine().StopWatching();
  return status;
}

}  // namespace

Command WatchCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("watch", "Stay connected and show what comes, as it comes");
  command->footer(
      "With --json: one document a line, {\"event\": \"message\"|\"state\", "
      "\"message\": …} or\n{\"event\": \"connection\", \"connected\": …}. No other "
      "command can use the profile meanwhile.");
  return {command, [](Context& context) {
            return WithDevice(context,
                              [&](Device& device) { return Watching(context, device).Run(); });
          }};
}

}  // namespace holdfast::client::cli
