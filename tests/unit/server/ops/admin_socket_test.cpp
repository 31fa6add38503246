// The admin socket: who may ask, and for what.
#include "server/ops/admin_socket.h"

#include <sys/stat.h>

#include <string>
#include <thread>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/admin_message.h"
#include "server/ops/init.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

void AnswerGreeting(const std::string& command, const AdminSocket::Reply& reply) {
  if (command == "hello") return reply(std::string("line one\nline \"two\""));
  // From another thread, as the committer's answers come.
  std::thread([reply] { reply(Refuse(Reason::kStorageFull, "", "no room")); }).join();
}

TEST_CASE("commands and answers cross the admin socket, even of a directory with a long name") {
  REQUIRE(crypto::Initialise().ok());
  const test::TempDir temp;
  const auto data = temp / std::string(200, 'd');
  REQUIRE(InitPractice(data, "").ok());
  const auto directory = DataDirectory::Open(data);
  REQUIRE(directory.ok());
  CHECK(ReasonOf(AskAdmin(*directory, "hello").status()) == Reason::kUnreachable);

  Loop loop;
  auto socket = AdminSocket::Listen(loop, *directory, AnswerGreeting);
  REQUIRE(socket.ok());
  std::thread running([&loop] { loop.Run(); });
  const auto hello = AskAdmin(*directory, "hello");
  const auto refused = AskAdmin(*directory, "other");
  const auto malformed = AskAdmin(*directory, "");
  loop.Stop();
  running.join();

  struct stat facts {};
  REQUIRE(::stat((data / "admin.sock").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  REQUIRE(hello.ok());
  CHECK(*hello == "line one\nline \"two\"");
  CHECK(ReasonOf(refused.status()) == Reason::kStorageFull);
  CHECK(refused.status().message() == "no room");
  CHECK(ReasonOf(malformed.status()) == Reason::kMalformedField);
  socket->reset();
  CHECK_FALSE(std::filesystem::exists(data / "admin.sock"));
}

TEST_CASE("a line that is no request is refused by name") {
  for (const char* line :
       {"", "{", "[]", "{}", "{\"command\": 3}", "{\"command\": \"\"}", "\xff"}) {
    INFO(line);
    CHECK(FieldOf(ReadAdminRequest(line).status()) == "command");
  }
}

TEST_CASE("a line that is no answer counts as none") {
  for (const char* line : {"", "{", "{}", "{\"reason\": \"unheard_of\"}"}) {
    INFO(line);
    CHECK(ReasonOf(ReadAdminAnswer(line).status()) == Reason::kUnreachable);
  }
}

}  // namespace
}  // namespace holdfast::server
