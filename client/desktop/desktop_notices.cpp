#include "client/desktop/desktop_notices.h"

#include <poll.h>
#include <systemd/sd-bus.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace holdfast::client {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr const char* kService = "org.freedesktop.Notifications";
constexpr const char* kObject = "/org/freedesktop/Notifications";
constexpr const char* kTitle = "Holdfast";
constexpr const char* kOwnerChanges =
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
    "arg0='org.freedesktop.Notifications'";
constexpr int kNormalUrgency = 1;
constexpr int kDesktopDecides = -1;  // how long it shows it
// Doubling beyond that is above retry_max in any case.
constexpr unsigned kDoublingsMax = 16;
// Messages of the bus that are looked at in one go.
constexpr int kMessagesAtOnce = 64;

// Why a call came to nothing, for people.
std::string WhyNot(const sd_bus_error& error) {
  const std::string_view name = error.name == nullptr ? "" : error.name;
  if (name == SD_BUS_ERROR_SERVICE_UNKNOWN || name == SD_BUS_ERROR_NAME_HAS_NO_OWNER) {
    return "nothing on this desktop shows notices";
  }
  return "what shows notices on this desktop did not take one (" + std::string(name) + ")";
}

std::string NoBus(int error) {
  return "there is no desktop session here (no session bus: " + std::string(std::strerror(error)) +
         ")";
}

}  // namespace

DesktopNotices::DesktopNotices(Loop& loop, std::function<void(const std::string&)> tell,
                               const NoticePace& pace)
    : loop_(loop), tell_(std::move(tell)), pace_(pace) {
  loop_.Attach(*this);
}

DesktopNotices::~DesktopNotices() {
  loop_.Detach(*this);
  if (bus_ != nullptr) sd_bus_close_unref(bus_);
}

void DesktopNotices::Show(int key, const std::string& text) {
  Notice& notice = notices_[key];
  notice.text = text;
  if (notice.show_at) return;
  const Time soon = steady_clock::now() + pace_.gather;
  const bool stands = notice.wanted && notice.id != 0;
  notice.show_at = stands ? std::max(soon, notice.shown_at + pace_.again) : soon;
  notice.wanted = true;
}

void DesktopNotices::TakeAway(int key) {
  const auto found = notices_.find(key);
  if (found == notices_.end()) return;
  found->second.wanted = false;
  found->second.show_at.reset();
}

void DesktopNotices::End(std::chrono::milliseconds within) {
  for (const auto& [key, notice] : notices_) TakeAway(key);
  if (trouble_ && !trouble_->empty()) return;  // nobody would hear it
  const auto none_stands = [&] {
    Step();
    return !asked_ &&
           std::ranges::none_of(notices_, [](const auto& one) { return one.second.id != 0; });
  };
  loop_.RunUntil(none_stands, static_cast<std::uint64_t>(within.count()));
}

int DesktopNotices::fd() { return bus_ == nullptr ? -1 : sd_bus_get_fd(bus_); }

short DesktopNotices::events() {
  const int wanted = bus_ == nullptr ? 0 : sd_bus_get_events(bus_);
  return static_cast<short>(std::max(wanted, 0));
}

LoopSource::Time DesktopNotices::until() {
  Time until = patience_.value_or(Time::max());
  std::uint64_t bus_us = UINT64_MAX;
  if (bus_ != nullptr && sd_bus_get_timeout(bus_, &bus_us) >= 0 && bus_us != UINT64_MAX) {
    // Both count from the machine's start.
    until = std::min(until, Time(microseconds(static_cast<std::int64_t>(bus_us))));
  }
  if (asked_) return until;
  for (const auto& [key, notice] : notices_) {
    if (!notice.wanted && notice.id != 0) until = std::min(until, retry_at_);
    if (notice.show_at) until = std::min(until, std::max(*notice.show_at, retry_at_));
  }
  return until;
}

void DesktopNotices::Ready() { Step(); }

void DesktopNotices::Step() {
  int more = 1;
  for (int i = 0; bus_ != nullptr && more > 0 && i < kMessagesAtOnce; ++i) {
    more = sd_bus_process(bus_, nullptr);
  }
  if (more < 0) {
    Drop();
    Failed(NoBus(-more));
  }
  if (patience_ && steady_clock::now() >= *patience_) {
    patience_.reset();
    // What has not even said hello got nothing from here: it can be asked anew. A call that was
    // made is waited for, so that no second notice comes beside a late first.
    if (sd_bus_is_ready(bus_) <= 0) {
      Drop();
      Failed("the desktop's session bus does not answer");
    } else {
      Say("what shows notices on this desktop does not answer");
    }
  }
  if (!asked_) SendOne();
}

void DesktopNotices::SendOne() {
  const Time now = steady_clock::now();
  if (now < retry_at_) return;
  for (auto& [key, notice] : notices_) {
    const bool goes = !notice.wanted && notice.id != 0;
    const bool comes = notice.wanted && notice.show_at && *notice.show_at <= now;
    if (!goes && !comes) continue;
    if (!Connect()) return;
    asked_ = key;
    asked_to_show_ = comes;
    patience_ = now + pace_.answer;
    if (comes) notice.show_at.reset();
    if (!(comes ? Notify(notice) : Close(notice))) Failed("the session bus takes no message");
    return;
  }
}

bool DesktopNotices::Connect() {
  if (bus_ != nullptr) return true;
  int error = sd_bus_open_user_with_description(&bus_, "holdfast");
  const auto on_closed = [](sd_bus_message* signal, void* self, sd_bus_error*) {
    static_cast<DesktopNotices*>(self)->OnClosed(signal);
    return 0;
  };
  const auto on_owner = [](sd_bus_message* signal, void* self, sd_bus_error*) {
    static_cast<DesktopNotices*>(self)->OnOwner(signal);
    return 0;
  };
  if (error >= 0) {
    error = sd_bus_match_signal_async(bus_, nullptr, kService, kObject, kService,
                                      "NotificationClosed", on_closed, nullptr, this);
  }
  if (error >= 0) {
    error = sd_bus_add_match_async(bus_, nullptr, kOwnerChanges, on_owner, nullptr, this);
  }
  if (error >= 0) return true;
  Drop();
  Failed(NoBus(-error));
  return false;
}

// The desktop session is gone, and with it all that stood there.
void DesktopNotices::Drop() {
  if (bus_ != nullptr) sd_bus_close_unref(bus_);
  bus_ = nullptr;
  for (auto& [key, notice] : notices_) {
    if (notice.wanted && notice.id != 0) notice.show_at = steady_clock::now();
    notice.id = 0;
  }
}

// What was asked for is asked for again later.
void DesktopNotices::Failed(const std::string& why) {
  if (asked_ && asked_to_show_ && notices_[*asked_].wanted) {
    notices_[*asked_].show_at = steady_clock::now();
  }
  asked_.reset();
  patience_.reset();
  const auto wait = pace_.retry * (1LL << std::min(failures_++, kDoublingsMax));
  retry_at_ = steady_clock::now() + std::min<std::chrono::milliseconds>(wait, pace_.retry_max);
  Say(why);
}

void DesktopNotices::Say(const std::string& trouble) {
  if (trouble_ == trouble) return;
  trouble_ = trouble;
  tell_(trouble);
}

bool DesktopNotices::Notify(Notice& notice) {
  sd_bus_message* message = nullptr;
  bool made =
      sd_bus_message_new_method_call(bus_, &message, kService, kObject, kService, "Notify") >= 0;
  // Title and text; no icon and no actions.
  made = made && sd_bus_message_append(message, "susssasa{sv}i", kTitle, notice.id, "", kTitle,
                                       notice.text.c_str(), 0, 1, "urgency", "y", kNormalUrgency,
                                       kDesktopDecides) >= 0;
  notice.shown_at = steady_clock::now();
  made = made && Call(message);
  sd_bus_message_unref(message);
  return made;
}

bool DesktopNotices::Close(const Notice& notice) {
  sd_bus_message* message = nullptr;
  bool made = sd_bus_message_new_method_call(bus_, &message, kService, kObject, kService,
                                             "CloseNotification") >= 0;
  made = made && sd_bus_message_append(message, "u", notice.id) >= 0 && Call(message);
  sd_bus_message_unref(message);
  return made;
}

bool DesktopNotices::Call(sd_bus_message* message) {
  const auto on_answer = [](sd_bus_message* answer, void* self, sd_bus_error*) {
    static_cast<DesktopNotices*>(self)->Answered(answer);
    return 0;
  };
  return sd_bus_call_async(bus_, nullptr, message, on_answer, this, UINT64_MAX) >= 0;
}

void DesktopNotices::Answered(sd_bus_message* answer) {
  if (!asked_) return;
  Notice& notice = notices_[*asked_];
  const sd_bus_error* error = sd_bus_message_get_error(answer);
  std::uint32_t id = 0;
  if (asked_to_show_) {
    if (error != nullptr) return Failed(WhyNot(*error));
    if (sd_bus_message_read(answer, "u", &id) < 0 || id == 0) {
      return Failed("what shows notices on this desktop gives them no number");
    }
  }
  notice.id = id;  // one that cannot be closed is gone already
  asked_.reset();
  patience_.reset();
  failures_ = 0;
  Say("");
}

// The person has put it away, or its time on the screen is over: it comes again with news only.
void DesktopNotices::OnClosed(sd_bus_message* signal) {
  std::uint32_t id = 0;
  if (sd_bus_message_read(signal, "u", &id) < 0 || id == 0) return;
  for (auto& [key, notice] : notices_) {
    if (notice.id == id) notice.id = 0;
  }
}

// Another program shows notices from now on, and knows of none.
void DesktopNotices::OnOwner(sd_bus_message* signal) {
  const char *name = nullptr, *before = nullptr, *after = nullptr;
  if (sd_bus_message_read(signal, "sss", &name, &before, &after) < 0) return;
  if (*after == '\0') return;
  for (auto& [key, notice] : notices_) {
    if (notice.wanted && notice.id != 0) notice.show_at = steady_clock::now();
    notice.id = 0;
  }
  retry_at_ = Time::min();
}

}  // namespace holdfast::client
