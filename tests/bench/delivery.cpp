#include "bench/delivery.h"

#include <algorithm>
#include <deque>
#include <thread>

#include "bench/must.h"
#include "rules/header.h"

namespace holdfast::bench {
namespace {

constexpr double kShareOfTop = 0.25;
// For the last ones; longer means that something was lost.
constexpr std::chrono::seconds kArrivalMax{20};

struct Sent {
  grpc::ClientContext context;
  v1::SendResponse response;
  std::size_t pair = 0;
  Bytes id;
  Time due;
};

// Sends the envelopes of all lines in turn, each at its time.
class OpenLoop {
 public:
  OpenLoop(Lines& lines, double per_s) : lines_(lines), period_(1.0 / per_s) {}

  void Run(std::size_t count) {
    const Time start = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    unanswered_ = count;
    for (std::size_t i = 0; i < count; ++i) {
      Sent& sent = sent_.emplace_back();
      sent.due = start + std::chrono::duration_cast<std::chrono::nanoseconds>(
                             period_ * static_cast<double>(i));
      std::this_thread::sleep_until(sent.due);
      Send(sent, i);
    }
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return unanswered_ == 0; });
    if (!failure_.empty()) throw std::runtime_error("a send failed: " + failure_);
  }

  const std::deque<Sent>& sent() const { return sent_; }

 private:
  void Send(Sent& sent, std::size_t number) {
    sent.pair = number % lines_.size();
    Line& line = *lines_[sent.pair];
    const v1::SendRequest& envelope = line.envelopes[number / lines_.size()];
    sent.id = Must(DecodeHeader(envelope.header()), "read a header").envelope.str();
    sent.context.AddMetadata("authorization", "Bearer " + ToHex(line.token));
    line.practice.mailbox->async()->Send(&sent.context, &envelope, &sent.response,
                                         [this](const grpc::Status& status) {
                                           const std::lock_guard lock(mutex_);
                                           if (!status.ok()) failure_ = status.error_message();
                                           if (--unanswered_ == 0) answered_.notify_all();
                                         });
  }

  Lines& lines_;
  const std::chrono::duration<double> period_;
  std::deque<Sent> sent_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t unanswered_ = 0;
  std::string failure_;
};

}  // namespace

void Delivery::Prepare() {
  practice_ = std::make_unique<test::PracticeProcess>(setting_.directory() / "delivery");
  practice_->Start();
  people_ = MakePeople(*practice_, kPairs);
  cursors_.resize(people_.size());
  if (sends_.per_s().empty()) sends_.Prepare();
}

std::vector<std::unique_ptr<Follower>> Delivery::Follow() {
  std::vector<std::unique_ptr<Follower>> followers;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    test::WireDevice& therapist = people_[i]->therapist();
    if (!therapist.LogIn().ok()) throw std::runtime_error("a therapist cannot log in");
    followers.push_back(
        std::make_unique<Follower>(practice_->address(), therapist.token(), cursors_[i]));
  }
  for (const auto& follower : followers) {
    if (!follower->WaitUntilCaughtUp(std::chrono::steady_clock::now() + kArrivalMax)) {
      throw std::runtime_error("a subscription does not catch up");
    }
  }
  return followers;
}

std::vector<double> Delivery::Deliver(double per_s) {
  const double seconds = std::chrono::duration<double>(setting_.options().round).count();
  const std::size_t each = static_cast<std::size_t>(per_s * seconds) / people_.size() + 1;
  Lines lines = LinesOf(people_, practice_->address(), people_.size(), each);
  const std::vector<std::unique_ptr<Follower>> followers = Follow();
  OpenLoop loop(lines, per_s);
  loop.Run(each * lines.size());
  std::vector<double> waited_ms;
  for (std::size_t i = 0; i < followers.size(); ++i) {
    if (!followers[i]->WaitFor(each, std::chrono::steady_clock::now() + kArrivalMax)) {
      throw std::runtime_error("stored envelopes were not delivered");
    }
    cursors_[i] = followers[i]->cursor();
  }
  for (const Sent& sent : loop.sent()) {
    const Time arrival = followers[sent.pair]->arrivals().at(sent.id);
    waited_ms.push_back(std::chrono::duration<double, std::milli>(arrival - sent.due).count());
  }
  std::ranges::sort(waited_ms);
  return waited_ms;
}

void Delivery::Round() {
  const double top = sends_.per_s().empty() ? sends_.expected_top() : Median(sends_.per_s());
  per_s_.push_back(top * kShareOfTop);
  const std::vector<double> waited_ms = Deliver(per_s_.back());
  median_ms_.push_back(Quantile(waited_ms, 0.50));
  p99_ms_.push_back(Quantile(waited_ms, 0.99));
}

void Delivery::Report(Table& table) const {
  table.Add({"sends with their delivery, open loop",
             "sends/s",
             per_s_,
             {},
             "a quarter of the top rate, by choice"});
  table.Add({"from send to delivered, p50",
             "ms",
             median_ms_,
             {},
             "one sync, then one turn through the queue to read the mailbox"});
  table.Add(
      {"from send to delivered, p99", "ms", p99_ms_, {}, "slow syncs, and waiting for a core"});
}

}  // namespace holdfast::bench
