#include "support/desktop_session.h"

#include <systemd/sd-bus.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace holdfast::test {
namespace {

constexpr const char* kName = "org.freedesktop.Notifications";
constexpr const char* kPath = "/org/freedesktop/Notifications";
constexpr std::uint64_t kLookUs = 20'000;

void MustWork(int result, const char* what) {
  if (result < 0) throw std::runtime_error(what);
}

// A bus on which everybody may do everything, and which starts no service by itself.
void WriteConfiguration(const std::string& file, const std::string& socket) {
  std::ofstream(file)
      << "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration "
         "1.0//EN\" \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">"
         "<busconfig><type>session</type><listen>unix:path="
      << socket
      << "</listen><auth>EXTERNAL</auth><policy context=\"default\">"
         "<allow send_destination=\"*\" eavesdrop=\"true\"/>"
         "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
}

int Notified(sd_bus_message* message, void* self, sd_bus_error*) {
  return static_cast<NoticeService*>(self)->OnNotify(message);
}

int AskedToClose(sd_bus_message* message, void* self, sd_bus_error*) {
  return static_cast<NoticeService*>(self)->OnClose(message);
}

const std::array<sd_bus_vtable, 5> kTable = {
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Notify", "susssasa{sv}i", "u", Notified,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("CloseNotification", "u", "", AskedToClose,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_SIGNAL("NotificationClosed", "uu", 0), sd_bus_vtable SD_BUS_VTABLE_END};

}  // namespace

DesktopSession::DesktopSession() {
  const std::string socket = files_ / "bus";
  address_ = "unix:path=" + socket;
  WriteConfiguration(files_ / "bus.conf", socket);
  bus_ = std::make_unique<Process>(
      Command{"/usr/bin/dbus-daemon",
              {"--nofork", "--config-file=" + (files_ / "bus.conf").string()},
              {},
              {}});
  const bool is_up = Eventually([&] { return std::filesystem::exists(socket); });
  if (!is_up) throw std::runtime_error("no session bus: " + bus_->err());
}

NoticeService::NoticeService(const DesktopSession& session, Manner manner) : manner_(manner) {
  MustWork(sd_bus_new(&bus_), "bus");
  MustWork(sd_bus_set_address(bus_, session.address().c_str()), "address");
  MustWork(sd_bus_set_bus_client(bus_, 1), "client");
  MustWork(sd_bus_start(bus_), "start");
  MustWork(sd_bus_add_object_vtable(bus_, nullptr, kPath, kName, kTable.data(), this), "object");
  MustWork(sd_bus_request_name(bus_, kName, 0), "name");
  thread_ = std::thread([this] { Serve(); });
}

NoticeService::~NoticeService() {
  ending_ = true;
  thread_.join();
  sd_bus_flush_close_unref(bus_);
}

void NoticeService::Serve() {
  while (!ending_) {
    const int worked = sd_bus_process(bus_, nullptr);
    if (worked < 0) return;
    std::uint32_t put_away = 0;
    {
      const std::lock_guard lock(mutex_);
      std::swap(put_away, to_put_away_);
    }
    constexpr int kByPerson = 2;
    if (put_away != 0) {
      sd_bus_emit_signal(bus_, kPath, kName, "NotificationClosed", "uu", put_away, kByPerson);
    }
    if (worked == 0) sd_bus_wait(bus_, kLookUs);
  }
}

int NoticeService::OnNotify(sd_bus_message* message) {
  ++shown_;
  const char *program = nullptr, *icon = nullptr, *title = nullptr, *text = nullptr;
  std::uint32_t replaces = 0;
  MustWork(sd_bus_message_read(message, "susss", &program, &replaces, &icon, &title, &text),
           "read");
  if (manner_ == Manner::kRefuses) {
    return sd_bus_reply_method_errorf(message, "org.example.Refused", "not now");
  }
  if (manner_ == Manner::kNeverAnswers) return 1;
  const std::lock_guard lock(mutex_);
  const std::uint32_t id = replaces != 0 ? replaces : next_++;
  standing_[id] = text;
  heard_ += std::string(program) + "|" + icon + "|" + title + "|" + text + "\n";
  return sd_bus_reply_method_return(message, "u", id);
}

int NoticeService::OnClose(sd_bus_message* message) {
  std::uint32_t id = 0;
  MustWork(sd_bus_message_read(message, "u", &id), "read");
  const std::lock_guard lock(mutex_);
  standing_.erase(id);
  return sd_bus_reply_method_return(message, "");
}

std::map<std::uint32_t, std::string> NoticeService::Standing() {
  const std::lock_guard lock(mutex_);
  return standing_;
}

std::string NoticeService::Heard() {
  const std::lock_guard lock(mutex_);
  return heard_;
}

void NoticeService::PutAway(std::uint32_t id) {
  const std::lock_guard lock(mutex_);
  standing_.erase(id);
  to_put_away_ = id;
}

}  // namespace holdfast::test
