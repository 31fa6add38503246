// Coroutines of the engine, kept tiny. A Task starts when it is awaited and
// belongs to whoever holds it: destroying a Task destroys everything it waits in,
// so an engine that goes away takes its unfinished work along. Everything runs on
// the executor's thread.
//
// House rule: `auto result = co_await something;` on a line of its own, the
// awaited thing a named variable or a plain call.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"

namespace holdfast::client {

template <class Result>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<Result> result;
    std::coroutine_handle<> waiter;

    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        const std::coroutine_handle<> next = self.promise().waiter;
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };

    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    template <class Value>
    void return_value(Value&& value) {
      result.emplace(std::forward<Value>(value));
    }
    // Nothing of ours throws; what does (no memory) ends the process.
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      Reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { Reset(); }

  // Runs until the first wait, without a waiter: for the root of an engine.
  void Start() { handle_.resume(); }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
    handle_.promise().waiter = waiter;
    return handle_;
  }
  Result await_resume() { return std::move(*handle_.promise().result); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  void Reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  std::coroutine_handle<promise_type> handle_;
};

// Waits for one callback. The callback may come at once, later, or after the
// waiter is gone, in which case it does nothing.
template <class Result>
class Call {
 public:
  using Callback = std::function<void(Result)>;

  explicit Call(std::function<void(Callback)> start) : start_(std::move(start)) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { shared_->waiter = {}; }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    start_([shared = shared_](Result result) {
      if (shared->result) return;
      shared->result.emplace(std::move(result));
      if (shared->waiter) std::exchange(shared->waiter, {}).resume();
    });
    if (shared_->result) return false;
    shared_->waiter = waiter;
    return true;
  }
  Result await_resume() { return std::move(*shared_->result); }

 private:
  struct Shared {
    std::optional<Result> result;
    std::coroutine_handle<> waiter;
  };
  std::function<void(Callback)> start_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

// "Something happened": Raise() wakes the one coroutine that waits, or the next
// that will.
class Signal {
 public:
  void Raise() {
    raised_ = true;
    if (waiter_) std::exchange(waiter_, {}).resume();
  }

  bool await_ready() const noexcept { return raised_; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() noexcept { raised_ = false; }

 private:
  bool raised_ = false;
  std::coroutine_handle<> waiter_;
};

}  // namespace holdfast::client

// As HOLDFAST_RETURN_IF_ERROR and HOLDFAST_ASSIGN_OR_RETURN, inside a coroutine.
#define HOLDFAST_CO_RETURN_IF_ERROR(expression)                               \
  do {                                                                        \
    if (absl::Status holdfast_status = (expression); !holdfast_status.ok()) { \
      co_return holdfast_status;                                              \
    }                                                                         \
  } while (false)
#define HOLDFAST_CO_ASSIGN_OR_RETURN(target, expression) \
  HOLDFAST_CO_ASSIGN_OR_RETURN_INNER(HOLDFAST_CONCAT(holdfast_or_, __LINE__), target, expression)
#define HOLDFAST_CO_ASSIGN_OR_RETURN_INNER(temporary, target, expression) \
  auto temporary = (expression);                                          \
  if (!temporary.ok()) co_return std::move(temporary).status();           \
  target = std::move(temporary).value()
