#include "bench/engine/send_load.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "bench/must.h"

namespace holdfast::bench {
namespace {

// Longer than any answer may take, so that one that never comes fails the run.
constexpr std::chrono::seconds kAnswerMax{60};
// How long answers are left alone between looks at them.
constexpr std::chrono::milliseconds kLook{1};

// What both loops share: requests that wait for their answers.
class Waiting {
 public:
  Waiting(server::Committer& committer, std::span<const PreparedSend> sends)
      : committer_(committer), sends_(sends), responses_(sends.size()) {}

  // Any thread. `then` is called once it is answered.
  void Submit(std::size_t index, std::function<void()> then) {
    const absl::Status accepted = committer_.Submit(
        true,
        [this, index](server::Core& core, server::Transaction& transaction) {
          const PreparedSend& send = sends_[index];
          return core.Send(transaction, send.caller, *send.request, responses_[index]);
        },
        [this, done = std::move(then)](const absl::Status& status) {
          if (!status.ok()) Fail(status);
          ++answered_;
          done();
        });
    if (accepted.ok()) return;
    Fail(accepted);
    ++answered_;
  }

  void WaitFor(std::size_t count) const {
    const Steady::time_point end = Steady::now() + kAnswerMax;
    while (answered_ < count && Steady::now() < end) std::this_thread::sleep_for(kLook);
    const std::lock_guard lock(mutex_);
    Must(failure_, "send");
    if (answered_ < count) throw std::runtime_error("a send was not answered");
  }

 private:
  void Fail(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    failure_ = status;
  }

  server::Committer& committer_;
  std::span<const PreparedSend> sends_;
  std::vector<v1::SendResponse> responses_;
  std::atomic<std::size_t> answered_ = 0;
  mutable std::mutex mutex_;
  absl::Status failure_;  // guarded by mutex_
};

}  // namespace

double ClosedLoop(server::Committer& committer, std::span<const PreparedSend> sends,
                  std::size_t in_flight) {
  Waiting waiting(committer, sends);
  std::atomic<std::size_t> next = std::min(in_flight, sends.size());
  std::function<void(std::size_t)> submit = [&](std::size_t index) {
    waiting.Submit(index, [&] {
      if (const std::size_t following = next++; following < sends.size()) submit(following);
    });
  };
  const Steady::time_point begun = Steady::now();
  for (std::size_t i = 0; i < std::min(in_flight, sends.size()); ++i) submit(i);
  waiting.WaitFor(sends.size());
  const std::chrono::duration<double> took = Steady::now() - begun;
  committer.Drain();
  return static_cast<double>(sends.size()) / took.count();
}

std::vector<TimedSend> OpenLoop(server::Committer& committer, std::span<const PreparedSend> sends,
                                double per_s, const std::function<bool()>& is_over) {
  Waiting waiting(committer, sends);
  std::vector<TimedSend> timed(sends.size());
  const Steady::time_point begun = Steady::now();
  std::size_t sent = 0;
  for (; sent < sends.size() && !is_over(); ++sent) {
    const std::chrono::duration<double> in(static_cast<double>(sent) / per_s);
    TimedSend& send = timed[sent];
    send.due = begun + std::chrono::duration_cast<Steady::duration>(in);
    std::this_thread::sleep_until(send.due);
    waiting.Submit(sent, [&send] { send.answered = Steady::now(); });
  }
  waiting.WaitFor(sent);
  committer.Drain();
  timed.resize(sent);
  return timed;
}

}  // namespace holdfast::bench
