// Several devices a person, a lost phone, and coming back with the recovery code, with the real
// programs.
#include "support/catch.h"
#include "support/fast_programs.h"
#include "support/person.h"
#include "support/practice_process.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using Texts = std::vector<std::string>;

struct Household {
  Household() {
    practice.Start();
    therapist_code = therapist.Enroll(practice.EnrolmentCode()).at("recovery_code");
    client_code = client.Join(therapist.Invite()).at("recovery_code");
    therapist.Sync();
  }

  void Link(Person& other) {
    const Json link = client.Do({"devices", "invite", "--recovery-code-file", "-"}, client_code);
    other.Do({"link", "--code-file", "-"}, link.at("link"));
  }
  Json Recover(Person& other, const std::string& code) {
    return other.Do({"recover", "--practice", practice.address(), "--code-file", "-"}, code);
  }

  TempDir files;
  Programs programs = FastPrograms();
  PracticeProcess practice{files / "practice", programs.practice};
  Person therapist{files / "therapist", programs.device};
  Person client{files / "client", programs.device};
  Person second{files / "second", programs.device};
  std::string therapist_code;
  std::string client_code;
};

TEST_CASE("two devices of a client show the same, and what one opens is read on the other",
          "[devices]") {
  Household home;
  home.client.CheckIn("first");
  home.therapist.Sync();
  home.therapist.Do({"send", "--text", "I am here"});
  home.client.Sync();
  home.Link(home.second);
  CHECK(TextsFrom(home.second.Inbox(), "me") == Texts{"first"});
  CHECK(TextsFrom(home.second.Inbox(), "therapist") == Texts{"I am here"});
  home.client.Do({"inbox", "--read"});
  home.client.Sync();
  home.second.CheckIn("second");
  home.second.Sync();
  home.client.Sync();
  CHECK(TextsFrom(home.client.Inbox(), "me") == Texts{"first", "second"});
  CHECK(MessageWith(home.second.Inbox(), "I am here").at("state") == "opened");
  home.therapist.Sync();
  CHECK(TextsFrom(home.therapist.Inbox(), "client") == Texts{"first", "second"});
}

TEST_CASE("a lost phone loses nothing, and is shut out", "[devices]") {
  Household home;
  home.client.CheckIn("before");
  home.therapist.Sync();
  home.client.Sync();
  home.therapist.Do({"send", "--text", "to the lost phone"});
  const Json back = home.Recover(home.second, home.client_code);
  CHECK(back.at("bonds").size() == 1);
  CHECK(TextsFrom(home.second.Inbox(), "me") == Texts{"before"});
  home.therapist.Sync();
  home.second.Sync();
  CHECK(TextsFrom(home.second.Inbox(), "therapist") == Texts{"to the lost phone"});
  CHECK(ReasonIn(home.client.Try({"sync"})) == "device_unlinked");
  CHECK(TextsFrom(home.client.Inbox(), "me") == Texts{"before"});
  home.second.CheckIn("back");
  home.therapist.Sync();
  CHECK(TextsFrom(home.therapist.Inbox(), "client") == Texts{"before", "back"});
}

TEST_CASE("a watch on a device ends when it is unlinked", "[devices]") {
  Household home;
  home.Link(home.second);
  const auto watch = home.second.Start({"watch"});
  REQUIRE(Eventually([&] { return watch->out().find("\"connection\"") != std::string::npos; },
                     kWaitMax));
  home.client.Sync();
  const Json devices = home.client.Do({"devices"}).at("devices");
  home.client.Do({"devices", "unlink", devices.at(1).at("id"), "--recovery-code-file", "-"},
                 home.client_code);
  CHECK(Eventually([&] { return watch->out().find("device_unlinked") != std::string::npos; },
                   kWaitMax));
}

TEST_CASE("codes that are wrong, old or of somebody else are refused, and change nothing",
          "[devices]") {
  Household home;
  CHECK(ReasonIn(home.client.Try({"devices", "invite", "--recovery-code-file", "-"},
                                 home.therapist_code)) == "recovery_unknown");
  const std::string fresh =
      home.client.Do({"recovery", "new-code", "--recovery-code-file", "-"}, home.client_code)
          .at("recovery_code");
  const std::vector<std::string> recover = {"recover", "--practice", home.practice.address(),
                                            "--code-file", "-"};
  CHECK(ReasonIn(home.second.Try(recover, home.client_code)) == "recovery_unknown");
  CHECK(ReasonIn(home.therapist.Try(recover, fresh)) == "vault_exists");
  home.client.CheckIn("still here");
  home.Recover(home.second, fresh);
  CHECK(TextsFrom(home.second.Inbox(), "me") == Texts{"still here"});
}

}  // namespace
}  // namespace holdfast::test
