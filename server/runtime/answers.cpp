#include "server/runtime/answers.h"

#include <iterator>
#include <utility>

namespace holdfast::server {

Answers::Answers(std::function<void(std::size_t)> given)
    : given_(std::move(given)), thread_([this] { Run(); }) {}

Answers::~Answers() { Drain(); }

void Answers::Give(std::vector<DueAnswer> batch) {
  bool at_once = false;
  bool must_wake = false;
  {
    const MutexLock lock(mutex_);
    const bool idle = !busy_ && due_.empty();
    at_once = idle && batch.size() <= kAnswersAtOnceMax;
    must_wake = idle && !at_once;
    if (!at_once) {
      due_.insert(due_.end(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
    }
  }
  if (at_once) LetOut(batch);
  if (must_wake) wake_.NotifyOne();
}

void Answers::Drain() {
  {
    const MutexLock lock(mutex_);
    draining_ = true;
  }
  wake_.NotifyOne();
  if (thread_.joinable()) thread_.join();
}

void Answers::Run() {
  std::vector<DueAnswer> taken;
  MutexLock lock(mutex_);
  while (true) {
    busy_ = false;
    while (due_.empty() && !draining_) wake_.Wait(mutex_);
    if (due_.empty()) return;
    taken.swap(due_);
    busy_ = true;
    lock.Unlock();
    LetOut(taken);
    taken.clear();
    lock.Lock();
  }
}

void Answers::LetOut(std::vector<DueAnswer>& batch) {
  for (DueAnswer& due : batch) {
    try {
      due.answer(std::move(due.outcome));
    } catch (...) {  // an answer that cannot be given is its caller's loss, nobody else's
    }
  }
  given_(batch.size());
}

}  // namespace holdfast::server
