#include "client/core/engine.h"

#include <array>
#include <deque>

#include "client/core/alarms.h"
#include "client/core/examination.h"
#include "client/core/exchange.h"
#include "client/core/forming.h"
#include "client/core/limits.h"
#include "client/core/names.h"
#include "client/core/utf8.h"
#include "client/core/views.h"
#include "client/core/watching.h"

namespace holdfast::client {

std::string_view NameOf(MessageState state) {
  static constexpr std::array<std::string_view, 9> kNames = {"queued", "stored",    "delivered",
                                                             "opened", "reply due", "answered",
                                                             "missed", "repaired",  "withdrawn"};
  return kNames.at(static_cast<std::size_t>(state));
}

// One root coroutine does everything that waits, one thing after the other: what
// was asked for first, then the watch.
class Engine::Impl {
 public:
  Impl(std::unique_ptr<Vault> vault, World world)
      : vault_(std::move(vault)),
        context_{*vault_, world.transport, world.clock, world.executor, world.entropy},
        exchange_(context_, wake_),
        watch_(
            context_, exchange_, [this](std::uint64_t delay_ms) { WakeAfter(delay_ms); },
            [this](std::function<void()> work) { Later(std::move(work)); }),
        root_(Run()) {
    root_.Start();
  }
  ~Impl() {
    alive_.reset();
    context_.transport.Close();
  }

  Context& context() { return context_; }
  Exchange& exchange() { return exchange_; }
  Watching& watch() { return watch_; }

  // Runs `operation` when its turn comes and hands its result to `done`.
  template <class Result>
  void Enqueue(std::function<Task<absl::StatusOr<Result>>()> operation, Done<Result> done) {
    operations_.push_back(
        [this, operation = std::move(operation), done = std::move(done)]() -> Task<absl::Status> {
          return RunOne<Result>(operation, done);
        });
    WakeAfter(0);
  }
  void Wake() { WakeAfter(0); }

 private:
  template <class Result>
  Task<absl::Status> RunOne(std::function<Task<absl::StatusOr<Result>>()> operation,
                            Done<Result> done) {
    Task<absl::StatusOr<Result>> task = operation();
    auto result = co_await task;
    auto shared = std::make_shared<absl::StatusOr<Result>>(std::move(result));
    Later([done, shared] { done(std::move(*shared)); });
    co_return absl::OkStatus();
  }

  Task<absl::Status> Run() {
    for (;;) {
      if (!operations_.empty()) {
        auto operation = std::move(operations_.front());
        operations_.pop_front();
        Task<absl::Status> task = operation();
        auto ignored = co_await task;
        static_cast<void>(ignored);
        if (!watch_.active()) exchange_.Close();
        continue;
      }
      if (watch_.active()) {
        auto more = co_await watch_.Step();
        if (more) continue;
      }
      if (operations_.empty()) co_await wake_;
    }
  }

  // From the executor, unless the engine is gone by then.
  void Later(std::function<void()> work) {
    context_.executor.Post([alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
      if (!alive.expired()) work();
    });
  }
  void WakeAfter(std::uint64_t delay_ms) {
    auto wake = [alive = std::weak_ptr<int>(alive_), this] {
      if (!alive.expired()) wake_.Raise();
    };
    if (delay_ms == 0) {
      context_.executor.Post(std::move(wake));
    } else {
      context_.executor.After(delay_ms, std::move(wake));
    }
  }

  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  std::unique_ptr<Vault> vault_;
  Context context_;
  Signal wake_;
  Exchange exchange_;
  Watching watch_;
  std::deque<std::function<Task<absl::Status>()>> operations_;
  Task<absl::Status> root_;  // last: goes first, with all that it waits in
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(crypto::VaultKey key, World world) {
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  HOLDFAST_ASSIGN_OR_RETURN(auto vault, Vault::Open(std::move(key), world.storage));
  {
    VaultChange look(*vault);
    HOLDFAST_RETURN_IF_ERROR(FindOwnDevice(look).status());
    HOLDFAST_RETURN_IF_ERROR(look.Find<vault::Progress>(names::kProgress).status());
  }
  return std::unique_ptr<Engine>(
      new Engine(std::make_unique<Impl>(std::move(vault), std::move(world))));
}

bool Engine::has_account() const {
  VaultChange look(impl_->context().vault);
  return RegisteredDevice(look).ok();
}

Identity Engine::identity() const {
  VaultChange look(impl_->context().vault);
  Identity identity;
  const auto own = RegisteredDevice(look);
  if (!own.ok()) return identity;
  identity.role = own->role;
  identity.account = own->account;
  identity.device = own->device;
  identity.address = own->address;
  identity.practice = own->practice();
  return identity;
}

void Engine::Enroll(const std::string& enrolment_code, Done<Enrolled> done) {
  impl_->Enqueue<Enrolled>(
      [impl = impl_.get(), enrolment_code] {
        return impl->exchange().enrolment().Enroll(enrolment_code);
      },
      std::move(done));
}

void Engine::Join(const std::string& invitation, Done<Enrolled> done) {
  impl_->Enqueue<Enrolled>(
      [impl = impl_.get(), invitation] { return impl->exchange().enrolment().Join(invitation); },
      std::move(done));
}

namespace {

// Whoever goes on has seen the recovery code.
absl::Status GoOn(Context& context) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(ForgetRecoveryCode(change));
  return change.Commit();
}

Task<absl::StatusOr<std::string>> PrepareAndInvite(Context context, Exchange& exchange,
                                                   std::string label, std::uint64_t valid_ms) {
  HOLDFAST_CO_RETURN_IF_ERROR(GoOn(context));
  auto prepared = co_await exchange.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  auto invited = co_await Invite(context, exchange.connection(), label, valid_ms);
  co_return invited;
}

Task<absl::StatusOr<SyncReport>> GoOnAndSync(Context context, Exchange& exchange) {
  HOLDFAST_CO_RETURN_IF_ERROR(GoOn(context));
  auto report = co_await exchange.Sync();
  co_return report;
}

}  // namespace

void Engine::Invite(const std::string& label, std::uint64_t valid_ms, Done<std::string> done) {
  impl_->Enqueue<std::string>(
      [impl = impl_.get(), label, valid_ms] {
        return PrepareAndInvite(impl->context(), impl->exchange(), label, valid_ms);
      },
      std::move(done));
}

absl::StatusOr<EnvelopeId> Engine::Write(const Draft& draft) {
  HOLDFAST_RETURN_IF_ERROR(GoOn(impl_->context()));
  auto written = WriteMessage(impl_->context(), draft);
  if (written.ok()) {
    impl_->watch().NoteWritten();
    impl_->Wake();
  }
  return written;
}

void Engine::Sync(Done<SyncReport> done) {
  impl_->Enqueue<SyncReport>(
      [impl = impl_.get()]() -> Task<absl::StatusOr<SyncReport>> {
        return GoOnAndSync(impl->context(), impl->exchange());
      },
      std::move(done));
}

void Engine::Watch(Watcher watcher) {
  impl_->watch().Begin(std::move(watcher));
  impl_->Wake();
}

void Engine::StopWatching() {
  impl_->watch().End();
  impl_->Wake();
}

absl::StatusOr<std::vector<MessageView>> Engine::Messages(const MessageQuery& query) {
  VaultChange look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const OwnDevice own, RegisteredDevice(look));
  return ViewMessages(look, own, query, impl_->context().Now());
}

absl::StatusOr<MessageView> Engine::Message(std::string_view id_prefix) {
  VaultChange look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const OwnDevice own, RegisteredDevice(look));
  return ViewMessage(look, own, id_prefix, impl_->context().Now());
}

absl::Status Engine::MarkOpened(const EnvelopeId& id) {
  VaultChange change(impl_->context().vault);
  HOLDFAST_RETURN_IF_ERROR(MarkMessageOpened(change, id, impl_->context().Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  impl_->watch().NoteWritten();
  impl_->Wake();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BondView>> Engine::Bonds() {
  VaultChange look(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(const OwnDevice own, RegisteredDevice(look));
  return ViewBonds(look, own);
}

absl::StatusOr<std::vector<OpenInvitationView>> Engine::OpenInvitations() {
  VaultChange look(impl_->context().vault);
  return ListOpenInvitations(look, impl_->context().Now());
}

absl::Status Engine::SetLabel(const BondId& bond, const std::string& label) {
  if (label.size() > limits::kLabelBytesMax || !IsUtf8(label)) {
    return Refuse(Reason::kMalformedField, "label", "must be UTF-8 text of at most 128 bytes");
  }
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, FindBond(change, bond));
  if (!record) return Refuse(Reason::kUnknownBond, "bond", "is not one of yours");
  record->set_label(label);
  PutBond(change, *record);
  return change.Commit();
}

absl::StatusOr<std::size_t> Engine::Queued() {
  VaultChange look(impl_->context().vault);
  return CountQueued(look);
}

absl::StatusOr<std::vector<Alarm>> Engine::TakeAlarms() {
  VaultChange change(impl_->context().vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto alarms, TakeAllAlarms(change));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return alarms;
}

void Engine::Examine(Done<std::vector<Finding>> done) {
  impl_->Enqueue<std::vector<Finding>>(
      [impl = impl_.get()] { return ExamineAll(impl->context(), impl->exchange()); },
      std::move(done));
}

}  // namespace holdfast::client
