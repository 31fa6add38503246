#include "server/ops/admin_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "rules/errors.h"
#include "server/ops/admin_message.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using Error = boost::system::error_code;

}  // namespace

class AdminSession : public std::enable_shared_from_this<AdminSession> {
 public:
  AdminSession(Protocol::socket socket, AdminSocket::Handler handler)
      : socket_(std::move(socket)),
        deadline_(socket_.get_executor()),
        handler_(std::move(handler)) {}

  void Start() {
    EndAfter(kAdminSessionMax);
    asio::async_read_until(socket_, asio::dynamic_buffer(line_, kAdminLineBytesMax), '\n',
                           [self = shared_from_this()](const Error& error, std::size_t) {
                             if (!error) self->Handle();
                           });
  }

 private:
  void Handle() {
    const auto command = ReadAdminRequest(line_.substr(0, line_.find('\n')));
    if (!command.ok()) return Write(command);
    EndAfter(kAdminLongMax);
    handler_(*command, [self = shared_from_this()](absl::StatusOr<std::string> answer) {
      asio::post(self->socket_.get_executor(),
                 [self, answer = std::move(answer)] { self->Write(answer); });
    });
  }

  void EndAfter(std::chrono::seconds time_max) {
    deadline_.expires_after(time_max);
    deadline_.async_wait([weak = weak_from_this()](const Error& error) {
      const auto self = weak.lock();
      if (!error && self) self->Close();
    });
  }

  void Write(const absl::StatusOr<std::string>& answer) {
    line_ = WriteAdminAnswer(answer);
    asio::async_write(socket_, asio::buffer(line_),
                      [self = shared_from_this()](const Error&, std::size_t) { self->Close(); });
  }

  void Close() {
    Error ignored;
    deadline_.cancel();
    socket_.close(ignored);
  }

  Protocol::socket socket_;
  asio::steady_timer deadline_;
  AdminSocket::Handler handler_;
  std::string line_;
};

struct AdminSocket::State : std::enable_shared_from_this<AdminSocket::State> {
  State(Loop& loop, FileDescriptor opened, Handler handle)
      : acceptor(loop.context()), directory(std::move(opened)), handler(std::move(handle)) {}

  void Accept() {
    acceptor.async_accept([self = shared_from_this()](const Error& error, Protocol::socket peer) {
      if (error == asio::error::operation_aborted || !self->acceptor.is_open()) return;
      if (!error) self->Serve(std::move(peer));
      self->Accept();
    });
  }

  void Serve(Protocol::socket peer) {
    std::erase_if(sessions, [](const auto& session) { return session.expired(); });
    if (sessions.size() >= kAdminSessionsMax) return;
    const auto session = std::make_shared<AdminSession>(std::move(peer), handler);
    sessions.push_back(session);
    session->Start();
  }

  Protocol::acceptor acceptor;
  FileDescriptor directory;
  Handler handler;
  std::vector<std::weak_ptr<AdminSession>> sessions;
};

absl::StatusOr<std::unique_ptr<AdminSocket>> AdminSocket::Listen(Loop& loop,
                                                                 const DataDirectory& directory,
                                                                 Handler handler) {
  HOLDFAST_ASSIGN_OR_RETURN(FileDescriptor opened, directory.OpenDirectory());
  const auto state = std::make_shared<State>(loop, std::move(opened), std::move(handler));
  const std::string path = DataDirectory::AdminSocketPath(state->directory);
  ::unlink(path.c_str());
  Error error;
  state->acceptor.open(Protocol(), error);
  // The file that bind makes takes the socket's own mode: a umask would be every thread's.
  if (!error && ::fchmod(state->acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0) {
    error = Error(errno, boost::system::system_category());
  }
  if (!error) state->acceptor.bind(Protocol::endpoint(path), error);
  if (!error) state->acceptor.listen(static_cast<int>(kAdminSessionsMax), error);
  if (error) {
    return Refuse(
        Reason::kStorageFailed, "",
        "cannot open the admin socket in " + directory.path().string() + ": " + error.message());
  }
  state->Accept();
  return std::unique_ptr<AdminSocket>(new AdminSocket(state));
}

AdminSocket::AdminSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}

AdminSocket::~AdminSocket() {
  Error ignored;
  state_->acceptor.close(ignored);
  ::unlink(DataDirectory::AdminSocketPath(state_->directory).c_str());
}

absl::StatusOr<std::string> AskAdmin(const DataDirectory& directory, const std::string& command,
                                     std::chrono::seconds wait_max) {
  HOLDFAST_ASSIGN_OR_RETURN(const FileDescriptor opened, directory.OpenDirectory());
  Protocol::iostream stream;
  stream.expires_after(wait_max);
  stream.connect(Protocol::endpoint(DataDirectory::AdminSocketPath(opened)));
  std::string line;
  if (stream && stream << WriteAdminRequest(command) << std::flush) std::getline(stream, line);
  return ReadAdminAnswer(line);
}

}  // namespace holdfast::server
