#include "server/runtime/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <exception>
#include <list>
#include <utility>

#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

void RunLogged(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "work_failed", {{"error", exception.what()}});
  }
}

}  // namespace

class Repeater {
 public:
  Repeater(boost::asio::io_context& context, std::chrono::milliseconds period,
           std::function<void()> work)
      : timer_(context), period_(period), work_(std::move(work)) {}

  void Arm() {
    timer_.expires_after(period_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      RunLogged(work_);
      Arm();
    });
  }

 private:
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds period_;
  std::function<void()> work_;
};

struct Loop::State {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
      context.get_executor()};
  boost::asio::signal_set signals{context};
  std::function<void()> reload;
  std::list<Repeater> repeaters;

  void Await() {
    signals.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      Log(LogLevel::kInfo, "signal", {{"number", signal}});
      if (signal != SIGHUP) return context.stop();
      RunLogged(reload);
      Await();
    });
  }
};

Loop::Loop() : state_(std::make_unique<State>()) {}

void Loop::CatchSignals(std::function<void()> reload) {
  state_->reload = std::move(reload);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) state_->signals.add(signal);
  state_->Await();
}

Loop::~Loop() = default;

void Loop::Every(std::chrono::milliseconds period, std::function<void()> work) {
  state_->repeaters.emplace_back(state_->context, period, std::move(work)).Arm();
}

void Loop::Post(std::function<void()> work) {
  boost::asio::post(state_->context, [work = std::move(work)] { RunLogged(work); });
}

void Loop::Run() { state_->context.run(); }

void Loop::Stop() { state_->context.stop(); }

boost::asio::io_context& Loop::context() { return state_->context; }

}  // namespace holdfast::server
