#include "client/core/watching.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/people/own_prekeys.h"
#include "rules/own_clock.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// After so many doublings the longest wait is reached.
constexpr std::uint32_t kDoublingsMax = 7;

// What the practice may ask for at most. No wait is longer, however the clock is set
// meanwhile.
constexpr std::uint64_t kReconnectWaitMsMax = 10 * limits::kMinuteMs;

std::uint64_t WaitMs(const absl::Status& refusal, std::uint64_t at_least_ms) {
  return std::min(std::max(RetryAfterMs(refusal), at_least_ms), kReconnectWaitMsMax);
}

}  // namespace

void Watching::Begin(Watcher watcher) {
  watcher_ = std::move(watcher);
  active_ = true;
  ending_ = false;
  retry_at_ms_ = 0;
  failures_ = 0;
}

void Watching::End() { ending_ = active_; }

Task<bool> Watching::Step() {
  if (ending_) {
    exchange_.Close();
    active_ = false;
    ending_ = false;
    watcher_ = {};
    co_return true;
  }
  bool worked = false;
  absl::Status status;
  if (!exchange_.stream().open()) {
    const std::uint64_t now_ms = context_.Now();
    if (!HasCome(retry_at_ms_, kReconnectWaitMsMax, now_ms)) {
      wake_after_(retry_at_ms_ - now_ms);
      co_return false;
    }
    status = co_await Connect();
    worked = true;
  } else {
    status = co_await TakeWaiting(worked);
    if (status.ok()) status = StreamEnded();
    if (status.ok() && exchange_.stream().open() && !worked) status = co_await KeepUp(worked);
  }
  if (!status.ok()) Lost(status);
  co_return worked || !status.ok();
}

Task<absl::Status> Watching::Connect() {
  caught_up_ = false;
  auto prepared = co_await exchange_.Prepare();
  HOLDFAST_CO_RETURN_IF_ERROR(prepared);
  exchange_.stream().Open(exchange_.SubscribeFromCursor(true));
  housekeeping_at_ms_ = context_.Now() + limits::kHousekeepingMs;
  send_due_ = true;
  send_not_before_ms_ = 0;
  co_return absl::OkStatus();
}

Task<absl::Status> Watching::TakeWaiting(bool& worked) {
  auto page = exchange_.stream().TakePage();
  if (!page) co_return absl::OkStatus();
  worked = true;
  const bool has_entries = page->entries_size() > 0;
  const bool caught_up = page->caught_up();
  auto taken = co_await exchange_.TakePage(std::move(*page));
  HOLDFAST_CO_RETURN_IF_ERROR(taken);
  exchange_.stream().AskForNext();
  if (has_entries) {
    send_due_ = true;  // receipts
    SayChanged();
  }
  if (caught_up && !caught_up_) {
    caught_up_ = true;
    failures_ = 0;
    Say(absl::OkStatus());
  }
  co_return absl::OkStatus();
}

absl::Status Watching::StreamEnded() {
  const auto ended = exchange_.stream().ended();
  if (!ended) return absl::OkStatus();
  exchange_.stream().Close();
  if (ended->ok()) {
    return Refuse(Reason::kUnreachable, "", "the practice closed the connection; trying again");
  }
  return *ended;
}

Task<absl::Status> Watching::KeepUp(bool& worked) {
  const std::uint64_t now_ms = context_.Now();
  if (HasCome(exchange_.connection().token_renewal_ms(), limits::kTokenMs, now_ms)) {
    // The stream ends with its token: a new one, and on from the cursor.
    worked = true;
    exchange_.stream().Close();
    auto renewed = co_await exchange_.connection().Login();
    HOLDFAST_CO_RETURN_IF_ERROR(renewed);
    exchange_.stream().Open(exchange_.SubscribeFromCursor(true));
    co_return absl::OkStatus();
  }
  if (send_due_ && caught_up_ && HasCome(send_not_before_ms_, kReconnectWaitMsMax, now_ms)) {
    worked = true;
    send_due_ = false;
    auto sent = co_await exchange_.SendAll();
    const std::size_t settled =
        exchange_.outbox().TakeSentCount() + exchange_.outbox().TakeRefusedCount();
    if (settled > 0) SayChanged();
    if (!IsBusy(sent)) co_return sent;
    send_due_ = true;
    send_not_before_ms_ = now_ms + WaitMs(sent, limits::kReconnectMsMin);
    co_return absl::OkStatus();
  }
  if (HasCome(housekeeping_at_ms_, limits::kHousekeepingMs, now_ms)) {
    worked = true;
    housekeeping_at_ms_ = now_ms + limits::kHousekeepingMs;
    send_due_ = true;
    auto refreshed = co_await exchange_.directory().RefreshAll();
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
    auto fresh = co_await KeepPrekeyFresh(context_, exchange_.connection());
    co_return fresh;
  }
  std::uint64_t next_ms = std::min(exchange_.connection().token_renewal_ms(), housekeeping_at_ms_);
  if (send_due_ && send_not_before_ms_ > now_ms) next_ms = std::min(next_ms, send_not_before_ms_);
  wake_after_(next_ms - now_ms);
  co_return absl::OkStatus();
}

void Watching::Lost(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  exchange_.Close();
  // To log in again is all that is needed, and nothing that a person should hear of.
  const bool ordinary =
      (reason == Reason::kTokenExpired || reason == Reason::kPracticeRestored) && failures_ == 0;
  retry_at_ms_ = context_.Now() + (ordinary ? 0 : WaitMs(status, DelayMs()));
  failures_ = std::min(failures_ + 1, kDoublingsMax);
  if (!ordinary) Say(status);
}

std::uint64_t Watching::DelayMs() {
  const std::uint64_t longest =
      std::min(limits::kReconnectMsMin << failures_, limits::kReconnectMsMax);
  const Bytes drawn = context_.entropy.Draw(2);
  const auto random = static_cast<std::uint64_t>(static_cast<unsigned char>(drawn[0])) * 256 +
                      static_cast<unsigned char>(drawn[1]);
  return longest / 2 + longest / 2 * random / 65535;
}

void Watching::Say(const absl::Status& status) {
  if (!watcher_.connection) return;
  later_([connection = watcher_.connection, status] { connection(status); });
}

void Watching::SayChanged() {
  if (watcher_.changed) later_(watcher_.changed);
}

}  // namespace holdfast::client
