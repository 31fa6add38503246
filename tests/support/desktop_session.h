// A desktop session for tests: a real message bus, and on it a small service of the test's own that
// shows notices, or does not.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "support/process.h"

struct sd_bus;
struct sd_bus_message;

namespace holdfast::test {

class DesktopSession {
 public:
  DesktopSession();  // throws where no bus comes up
  // For DBUS_SESSION_BUS_ADDRESS.
  const std::string& address() const { return address_; }
  void End() { bus_->Kill(); }

 private:
  TempDir files_;
  std::string address_;
  std::unique_ptr<Process> bus_;
};

// org.freedesktop.Notifications, by a thread of its own.
class NoticeService {
 public:
  enum class Manner { kShows, kRefuses, kNeverAnswers };
  NoticeService(const DesktopSession& session, Manner manner);
  ~NoticeService();
  NoticeService(const NoticeService&) = delete;
  NoticeService& operator=(const NoticeService&) = delete;

  // What stands on the desktop, by its number.
  std::map<std::uint32_t, std::string> Standing();
  int shown() const { return shown_; }  // how often one was asked to be shown, whatever came of it
  // Everything that any call said.
  std::string Heard();
  // The person puts it away.
  void PutAway(std::uint32_t id);

  // Called by the bus.
  int OnNotify(sd_bus_message* message);
  int OnClose(sd_bus_message* message);

 private:
  void Serve();

  const Manner manner_;
  sd_bus* bus_ = nullptr;
  std::mutex mutex_;  // guards those below
  std::map<std::uint32_t, std::string> standing_;
  std::string heard_;
  std::uint32_t to_put_away_ = 0;
  std::uint32_t next_ = 1;
  std::atomic<int> shown_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace holdfast::test
