// One thread that does one thing at a time beside its owner's.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

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

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;  // null: nothing to do. Guarded by mutex_, as is the next
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace holdfast::server
