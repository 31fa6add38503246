// Writing while the practice is away: kept, said so, and delivered later by itself.
#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

TEST_CASE("a check-in written offline is queued, says so, and goes at the next command",
          "[offline]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);

  const Outcome written = couple.client.Try(Person::CheckInCommand("written on the train"), "{}");
  INFO(Describe(written));
  // The message is safe, so this is not a failure.
  CHECK(written.exit_code == kExitOk);
  CHECK(written.out.find("queued") != std::string::npos);
  CHECK(MessageWith(couple.client.Inbox(), "written on the train").at("state") == "queued");
  const Outcome plain = couple.client.TryPlain(Person::CheckInCommand("and another"), "{}");
  CHECK(plain.exit_code == kExitOk);
  INFO(Describe(plain));
  CHECK((plain.out + plain.err).find("queue") != std::string::npos);

  couple.practice.Start();
  couple.client.Sync();
  const std::string state = MessageWith(couple.client.Inbox(), "written on the train").at("state");
  CHECK(state != "queued");
  couple.therapist.Sync();
  const std::vector<std::string> texts = TextsFrom(couple.therapist.Inbox(), "client");
  CHECK(texts == std::vector<std::string>{"written on the train", "and another"});
}

TEST_CASE("what has not gone out is said wherever one looks whether something waits", "[offline]") {
  Couple couple;
  couple.therapist.Do({"availability", "set", "--zone", "Etc/UTC", "--hours", "mon-sun 0:00-24:00",
                       "--reply-within", "8h"});
  couple.therapist.Do(
      {"rhythm", "propose", "--zone", "Etc/UTC", "--weekly", "mon", "--at", "18:00", "--yes"});
  couple.client.Sync();
  CHECK(couple.client.TryPlain({"status"}).out.find("holdfast rhythm accept") != std::string::npos);
  CHECK(couple.client.TryPlain({"status"}).out.find("All that you wrote has left this device.") !=
        std::string::npos);
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.client.Do({"rhythm", "accept"});
  couple.client.Do({"send", "--text", "on the train"});
  const Json summary = couple.client.Do({"status", "--brief"}).at("summary");
  CHECK(summary.at("unsent") == 2);
  CHECK(couple.client.Do({"next"}).at("unsent") == 2);
  for (const char* command : {"next", "status"}) {
    const std::string said = couple.client.TryPlain({command}).out;
    INFO(said);
    CHECK(said.find("Nothing waits for you; 2 of yours have not gone out yet.") !=
          std::string::npos);
    CHECK(said.find("holdfast rhythm accept") == std::string::npos);
  }
}

TEST_CASE("what a bond's end refused is named, with why and without a field", "[offline]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.client.Do({"send", "--text", "too late"});
  couple.practice.Start();
  couple.therapist.Do({"end", "--yes"});
  couple.client.Sync();
  const std::string said = couple.client.TryPlain({"status"}).out;
  INFO(said);
  CHECK(said.find("was not accepted by the practice: this bond had ended; it is kept here: "
                  "holdfast show ") != std::string::npos);
  CHECK(said.find("holdfast --profile NAME join") != std::string::npos);
  CHECK(said.find("All that you wrote") == std::string::npos);
  CHECK(couple.client.TryPlain({"inbox"}).out.find("header.") == std::string::npos);
}

TEST_CASE("under watch, what was queued goes as soon as the practice is back", "[offline]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);
  REQUIRE(couple.client.Try(Person::CheckInCommand("waiting for the train"), "{}").exit_code ==
          kExitOk);
  const std::unique_ptr<Process> watch = couple.client.Start({"watch"});
  couple.practice.Start();
  CHECK(Eventually([&] {
    couple.therapist.Try({"sync"});
    return TextsFrom(couple.therapist.Inbox(), "client").size() == 1;
  }));
  CHECK(watch->running());
  watch->Kill();
}

TEST_CASE("an unreachable practice is told apart from every other failure", "[offline]") {
  Couple couple;
  REQUIRE(couple.practice.Stop().exit_code == 0);
  const Outcome sync = couple.client.Try({"sync"});
  INFO(Describe(sync));
  CHECK(sync.exit_code == kExitUnreachable);
  CHECK(ReasonIn(sync) == "unreachable");
  const Outcome invite = couple.therapist.Try({"invite"});
  INFO(Describe(invite));
  CHECK(invite.exit_code == kExitUnreachable);
}

TEST_CASE("what was read before can be read again without the practice", "[offline]") {
  Couple couple;
  couple.client.CheckIn("before the storm");
  couple.therapist.Sync();
  REQUIRE(couple.practice.Stop().exit_code == 0);
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 1);
}

}  // namespace
}  // namespace holdfast::test
