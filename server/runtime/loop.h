// The process's own loop on the main thread: signals, what is done every so
// often, and the operator's socket. Nothing here is on the way of a request.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace holdfast::server {

class Loop {
 public:
  Loop();
  ~Loop();

  // From now on SIGTERM and SIGINT end Run() instead of the process, and SIGHUP runs
  // `reload` on the loop's thread. Once, where nothing can hang any more.
  void CatchSignals(std::function<void()> reload);

  // `work` runs on the loop's thread `period` after the last time, measured by a
  // clock that no setting moves. Exceptions are logged and do not end it.
  void Every(std::chrono::milliseconds period, std::function<void()> work);

  // On the loop's thread, soon. Any thread; does not wait.
  void Post(std::function<void()> work);

  // Until a signal comes or Stop() is called.
  void Run();
  // Any thread; repeatable; may come before Run().
  void Stop();

  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::server
