#include "bench/load.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "bench/must.h"
#include "rules/receipt.h"

namespace holdfast::bench {
namespace {

using Time = std::chrono::steady_clock::time_point;

// Longer than any send may take, so that a hanging server fails the run.
constexpr std::chrono::seconds kCallMax{30};

// The number of a batch.
std::uint64_t BatchIn(BytesView statement) {
  return Must(DecodeBatchStatement(statement), "read a receipt").batch;
}

class Loop {
 public:
  Loop(Lines& lines, Time end, Supply supply) : end_(end), supply_(supply) {
    for (const auto& line : lines) feeds_.push_back(std::make_unique<Feed>(*line));
  }

  void Run(std::size_t in_flight) {
    slots_ = std::vector<Slot>(in_flight);
    running_ = in_flight;
    for (std::size_t i = 0; i < in_flight; ++i) {
      slots_[i].feed = feeds_[i % feeds_.size()].get();
      Next(slots_[i]);
    }
    std::unique_lock lock(mutex_);
    all_done_.wait(lock, [this] { return running_ == 0; });
    if (!failure_.empty()) throw std::runtime_error("a send failed: " + failure_);
  }

  LoadResult Take() {
    LoadResult outcome;
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t last = 0;
    for (Slot& slot : slots_) {
      if (slot.answered == 0) continue;
      outcome.answered += slot.answered;
      first = std::min(first, BatchIn(slot.first_batch));
      last = std::max(last, BatchIn(slot.response.receipt().batch().statement()));
      outcome.last_response = slot.response;
    }
    outcome.batches = outcome.answered == 0 ? 0 : last - first + 1;
    return outcome;
  }

 private:
  struct Feed {
    explicit Feed(Line& of) : line(of) {
      if (!of.token.empty()) authorization = "Bearer " + ToHex(of.token);
    }
    Line& line;
    std::string authorization;
    std::atomic<std::size_t> next = 0;
  };
  struct Slot {
    Feed* feed = nullptr;
    std::optional<grpc::ClientContext> context;
    v1::SendResponse response;
    std::uint64_t answered = 0;
    Bytes first_batch;  // its statement, as the first answer names it
  };

  const v1::SendRequest* Claim(Feed& feed) const {
    const std::vector<v1::SendRequest>& envelopes = feed.line.envelopes;
    const std::size_t index = feed.next.fetch_add(1, std::memory_order_relaxed);
    if (supply_ == Supply::kAgain) return &envelopes[index % envelopes.size()];
    return index < envelopes.size() ? &envelopes[index] : nullptr;
  }

  void Next(Slot& slot) {
    const v1::SendRequest* request =
        std::chrono::steady_clock::now() < end_ ? Claim(*slot.feed) : nullptr;
    if (request == nullptr) return Rest({});
    slot.context.emplace();
    slot.context->set_deadline(std::chrono::system_clock::now() + kCallMax);
    if (!slot.feed->authorization.empty()) {
      slot.context->AddMetadata("authorization", slot.feed->authorization);
    }
    slot.feed->line.practice.mailbox->async()->Send(
        &*slot.context, request, &slot.response,
        [this, &slot](const grpc::Status& status) { Answered(slot, status); });
  }

  void Answered(Slot& slot, const grpc::Status& status) {
    if (!status.ok()) return Rest(status.error_message());
    if (slot.answered == 0) slot.first_batch = slot.response.receipt().batch().statement();
    ++slot.answered;
    Next(slot);
  }

  void Rest(const std::string& failure) {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = failure;
    if (--running_ == 0) all_done_.notify_all();
  }

  const Time end_;
  const Supply supply_;
  std::vector<std::unique_ptr<Feed>> feeds_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::size_t running_ = 0;
  std::string failure_;
};

void Connect(Line& line) {
  if (!line.practice.channel->WaitForConnected(std::chrono::system_clock::now() + kCallMax)) {
    throw std::runtime_error("cannot connect");
  }
}

}  // namespace

LoadResult RunLoad(Lines& lines, std::size_t in_flight, std::chrono::milliseconds round,
                   Supply supply, pid_t server) {
  for (const auto& line : lines) Connect(*line);
  Loop loop(lines, std::chrono::steady_clock::now() + round, supply);
  const Meter meter(server);
  loop.Run(in_flight);
  const Cost cost = meter.Stop();
  LoadResult outcome = loop.Take();
  outcome.cost = cost;
  return outcome;
}

}  // namespace holdfast::bench
