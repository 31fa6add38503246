// Which mutex guards what, said so that clang checks it (-Wthread-safety). Elsewhere the
// words mean nothing, and Mutex is std::mutex.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#ifdef __clang__
#define HOLDFAST_THREAD_ANNOTATION(what) __attribute__((what))
#else
#define HOLDFAST_THREAD_ANNOTATION(what)
#endif

// Of a member: read and written with `mutex` held.
#define HOLDFAST_GUARDED_BY(mutex) HOLDFAST_THREAD_ANNOTATION(guarded_by(mutex))
// Of a function: called with `mutex` held.
#define HOLDFAST_REQUIRES(mutex) HOLDFAST_THREAD_ANNOTATION(requires_capability(mutex))
// Of a function: called without it, because it takes it.
#define HOLDFAST_EXCLUDES(mutex) HOLDFAST_THREAD_ANNOTATION(locks_excluded(mutex))

namespace holdfast {

class HOLDFAST_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() HOLDFAST_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() HOLDFAST_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

// Holds a mutex as long as it lives, but for what lies between Unlock and Lock.
class HOLDFAST_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) HOLDFAST_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() HOLDFAST_THREAD_ANNOTATION(release_capability()) {
    if (held_) mutex_.Unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void Unlock() HOLDFAST_THREAD_ANNOTATION(release_capability()) {
    held_ = false;
    mutex_.Unlock();
  }
  void Lock() HOLDFAST_THREAD_ANNOTATION(acquire_capability()) {
    mutex_.Lock();
    held_ = true;
  }

 private:
  Mutex& mutex_;
  bool held_ = true;
};

// Waits with the mutex let go, and holds it again afterwards; it may wake for no reason, so
// wait in a loop that looks.
class Condition {
 public:
  void Wait(Mutex& mutex) HOLDFAST_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    changed_.wait(lock);
    lock.release();
  }
  // False where that time has come.
  template <class Time>
  bool WaitUntil(Mutex& mutex, const Time& time) HOLDFAST_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool is_early = changed_.wait_until(lock, time) == std::cv_status::no_timeout;
    lock.release();
    return is_early;
  }
  void NotifyOne() { changed_.notify_one(); }
  void NotifyAll() { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace holdfast
