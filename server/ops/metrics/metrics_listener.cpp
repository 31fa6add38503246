#include "server/ops/metrics/metrics_listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "server/ops/configuration.h"
#include "server/ops/metrics/metrics_session.h"

namespace holdfast::server {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;
using Failure = boost::system::error_code;

absl::Status CannotListen(const std::string& where, const Failure& failure) {
  return Refuse(Reason::kUsage, "metrics",
                "cannot be listened at, " + where + ": " + failure.message() +
                    ". Name another port, or `metrics = \"socket\"`");
}

// The loopback address that it names, and no other.
absl::StatusOr<Tcp::endpoint> LoopbackAt(std::string_view place, std::string_view field) {
  Failure failure;
  const auto address = asio::ip::make_address(HostOf(place), failure);
  if (!CheckListen(place, field).ok() || failure || !address.is_loopback()) {
    return Refuse(Reason::kMalformedField, field,
                  "must be empty, \"socket\", or 127.0.0.1:PORT or [::1]:PORT: what is counted "
                  "there is for this machine alone");
  }
  return Tcp::endpoint(address, static_cast<std::uint16_t>(PortOf(place)));
}

// Takes connections in, so many at a time.
template <class Protocol>
struct ScrapeDoor : std::enable_shared_from_this<ScrapeDoor<Protocol>> {
  ScrapeDoor(asio::io_context& context, MetricsListener::Page the_page)
      : acceptor(context), retry(context), page(std::move(the_page)) {}

  void Accept() {
    acceptor.async_accept(
        [self = this->shared_from_this()](const Failure& failure, typename Protocol::socket peer) {
          if (failure == asio::error::operation_aborted || !self->acceptor.is_open()) return;
          if (failure) return self->AcceptLater();
          self->Serve(std::move(peer));
          self->Accept();
        });
  }

  void AcceptLater() {
    retry.expires_after(kScrapeAcceptRetry);
    retry.async_wait([self = this->shared_from_this()](const Failure& failure) {
      if (!failure && self->acceptor.is_open()) self->Accept();
    });
  }

  void Serve(typename Protocol::socket peer) {
    std::erase_if(sessions, [](const auto& session) { return session.expired(); });
    if (sessions.size() >= kScrapesAtOnceMax) return;
    sessions.push_back(MetricsSession::Start(std::move(peer), page));
  }

  void Close() {
    Failure ignored;
    acceptor.close(ignored);
    retry.cancel();
  }

  typename Protocol::acceptor acceptor;
  asio::steady_timer retry;
  const MetricsListener::Page page;
  std::vector<std::weak_ptr<const MetricsSession>> sessions;
};

class LoopbackListener final : public MetricsListener {
 public:
  LoopbackListener(Loop& loop, Page page)
      : door_(std::make_shared<ScrapeDoor<Tcp>>(loop.context(), std::move(page))) {}
  ~LoopbackListener() override { door_->Close(); }

  absl::Status Open(const Tcp::endpoint& endpoint) {
    Failure failure;
    Tcp::acceptor& acceptor = door_->acceptor;
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(Tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(static_cast<int>(kScrapesAtOnceMax), failure);
    if (!failure) bound_ = acceptor.local_endpoint(failure);
    if (failure) {
      return CannotListen(AdvertisedAddress(endpoint.address().to_string(), endpoint.port()),
                          failure);
    }
    door_->Accept();
    return absl::OkStatus();
  }

  std::string address() const override {
    return AdvertisedAddress(bound_.address().to_string(), bound_.port());
  }

 private:
  const std::shared_ptr<ScrapeDoor<Tcp>> door_;
  Tcp::endpoint bound_;
};

class SocketListener final : public MetricsListener {
 public:
  SocketListener(Loop& loop, FileDescriptor directory, std::string shown, Page page)
      : door_(std::make_shared<ScrapeDoor<Local>>(loop.context(), std::move(page))),
        directory_(std::move(directory)),
        shown_(std::move(shown)) {}
  ~SocketListener() override {
    door_->Close();
    ::unlink(Path().c_str());
  }

  absl::Status Open() {
    Failure failure;
    Local::acceptor& acceptor = door_->acceptor;
    ::unlink(Path().c_str());
    acceptor.open(Local(), failure);
    // The file that bind makes takes the socket's own mode: a umask would be every thread's.
    if (!failure && ::fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0) {
      failure = Failure(errno, boost::system::system_category());
    }
    if (!failure) acceptor.bind(Local::endpoint(Path()), failure);
    if (!failure) acceptor.listen(static_cast<int>(kScrapesAtOnceMax), failure);
    if (failure) return CannotListen(shown_, failure);
    door_->Accept();
    return absl::OkStatus();
  }

  std::string address() const override { return shown_; }

 private:
  std::string Path() const { return DataDirectory::SocketPath(directory_, kMetricsSocketName); }

  const std::shared_ptr<ScrapeDoor<Local>> door_;
  const FileDescriptor directory_;
  const std::string shown_;
};

}  // namespace

absl::Status CheckMetricsPlace(std::string_view text, std::string_view field) {
  if (text.empty() || text == kMetricsSocketWord) return absl::OkStatus();
  return LoopbackAt(text, field).status();
}

absl::StatusOr<std::unique_ptr<MetricsListener>> MetricsListener::Listen(
    Loop& loop, const DataDirectory& directory, const std::string& place, Page page) {
  if (place == kMetricsSocketWord) {
    HOLDFAST_ASSIGN_OR_RETURN(FileDescriptor opened, directory.OpenDirectory());
    auto listener = std::make_unique<SocketListener>(
        loop, std::move(opened), (directory.path() / kMetricsSocketName).string(), std::move(page));
    HOLDFAST_RETURN_IF_ERROR(listener->Open());
    return listener;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Tcp::endpoint endpoint, LoopbackAt(place, "metrics"));
  auto listener = std::make_unique<LoopbackListener>(loop, std::move(page));
  HOLDFAST_RETURN_IF_ERROR(listener->Open(endpoint));
  return listener;
}

}  // namespace holdfast::server
