// Notices on the person's desktop: org.freedesktop.Notifications, on the message bus of their
// session. Nothing here waits; a desktop that is not there, refuses or never answers costs nothing
// but its notices, and is tried again ever more rarely.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "client/host/loop.h"

struct sd_bus;
struct sd_bus_message;

namespace holdfast::client {

// How notices are paced.
struct NoticePace {
  std::chrono::milliseconds gather{2'000};  // so much is waited for more of the same
  std::chrono::milliseconds again{60'000};  // one that stands is not shown anew sooner
  std::chrono::milliseconds answer{5'000};  // after so long without one, that is said
  std::chrono::milliseconds retry{30'000};  // after a failure, doubled with each
  std::chrono::milliseconds retry_max{600'000};
};

class DesktopNotices final : public LoopSource {
 public:
  // `tell` hears why they cannot be shown, and an empty text where they are; each once.
  DesktopNotices(Loop& loop, std::function<void(const std::string&)> tell,
                 const NoticePace& pace = {});
  ~DesktopNotices() override;
  DesktopNotices(const DesktopNotices&) = delete;
  DesktopNotices& operator=(const DesktopNotices&) = delete;

  // There is something, or more, to notice under `key`: one notice stands for it, shown in the
  // place of an earlier one.
  void Show(int key, const std::string& text);
  // There is nothing any more.
  void TakeAway(int key);
  // All are taken away; waits for that no longer than `within`.
  void End(std::chrono::milliseconds within);

  int fd() override;
  short events() override;
  Time until() override;
  void Ready() override;

 private:
  struct Notice {
    std::string text;
    bool wanted = false;
    std::optional<Time> show_at;  // none: what is to be shown is
    Time shown_at = Time::min();
    std::uint32_t id = 0;  // by which the desktop knows it; 0: it does not stand there
  };

  void Step();
  bool Connect();
  void Drop();
  void Failed(const std::string& why);
  void Say(const std::string& trouble);
  void SendOne();
  bool Notify(Notice& notice);
  bool Close(const Notice& notice);
  bool Call(sd_bus_message* message);
  void Answered(sd_bus_message* answer);
  void OnClosed(sd_bus_message* signal);
  void OnOwner(sd_bus_message* signal);

  Loop& loop_;
  const std::function<void(const std::string&)> tell_;
  const NoticePace pace_;
  sd_bus* bus_ = nullptr;
  std::map<int, Notice> notices_;
  std::optional<int> asked_;  // the key of the call that is not answered; there is one at a time
  bool asked_to_show_ = false;
  std::optional<Time> patience_;  // when it is said that there is no answer
  Time retry_at_ = Time::min();
  unsigned failures_ = 0;               // in a row
  std::optional<std::string> trouble_;  // as last told
};

}  // namespace holdfast::client
