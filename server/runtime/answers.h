// Lets answers out on a thread of its own, in the order given: sending them costs
// as much as committing, and the next batch need not wait for it.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "rules/threads/thread_annotations.h"

namespace holdfast::server {

struct DueAnswer {
  std::function<void(absl::Status)> answer;
  absl::Status outcome;
};

class Answers {
 public:
  // `given` hears of each batch, by its size, once all its answers are out.
  explicit Answers(std::function<void(std::size_t)> given);
  ~Answers();  // Drain()

  // One call at a time. Few answers go out at once, on the caller's thread, where no
  // earlier ones are under way.
  void Give(std::vector<DueAnswer> batch);

  // Returns when every answer is out. After the last Give; repeatable.
  void Drain();

 private:
  void Run();
  void LetOut(std::vector<DueAnswer>& batch);

  const std::function<void(std::size_t)> given_;
  Mutex mutex_;
  Condition wake_;
  std::vector<DueAnswer> due_ HOLDFAST_GUARDED_BY(mutex_);
  bool busy_ HOLDFAST_GUARDED_BY(mutex_) = false;  // the thread lets some out
  bool draining_ HOLDFAST_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// Waking another thread costs about as much as letting out this many.
inline constexpr std::size_t kAnswersAtOnceMax = 4;

}  // namespace holdfast::server
