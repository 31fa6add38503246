// One thread that does one thing at a time beside its owner's.
#pragma once

#include <functional>
#include <thread>

#include "rules/threads/thread_annotations.h"

namespace holdfast::server {

class SideThread {
 public:
  SideThread();
  ~SideThread();  // Wait() and join

  // Returns at once; `work` must not throw. After the work before it is done: call
  // Wait() first. One thread only, as for Wait().
  void Start(std::function<void()> work);
  // Until what was started is done. What it did is visible to the caller.
  void Wait();

 private:
  void Run();

  Mutex mutex_;
  Condition changed_;
  std::function<void()> work_ HOLDFAST_GUARDED_BY(mutex_);  // null: nothing to do
  bool ending_ HOLDFAST_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace holdfast::server
