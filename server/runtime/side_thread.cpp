#include "server/runtime/side_thread.h"

#include <utility>

namespace holdfast::server {

SideThread::SideThread() : thread_([this] { Run(); }) {}

SideThread::~SideThread() {
  Wait();
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void SideThread::Start(std::function<void()> work) {
  {
    const MutexLock lock(mutex_);
    work_ = std::move(work);
  }
  changed_.NotifyAll();
}

void SideThread::Wait() {
  const MutexLock lock(mutex_);
  while (work_) changed_.Wait(mutex_);
}

void SideThread::Run() {
  MutexLock lock(mutex_);
  while (true) {
    while (!work_ && !ending_) changed_.Wait(mutex_);
    if (!work_) return;
    // Its owner starts nothing else before this is done.
    const std::function<void()> work = work_;
    lock.Unlock();
    work();
    lock.Lock();
    work_ = nullptr;
    changed_.NotifyAll();
  }
}

}  // namespace holdfast::server
