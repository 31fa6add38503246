// The main job, as people do it: an invitation, a check-in, a reply, read by both.
#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

const std::string kNote = "I slept badly, and on Tuesday I nearly rang my sister.";
const std::string kReply = "Thank you for telling me. What held you back on Tuesday?";

TEST_CASE("a check-in reaches the therapist and the reply reaches the client", "[story]") {
  Couple couple;

  couple.client.Do({"checkin", "--answers", "-", "--note", kNote, "--need", "reply"},
                   R"({"rest": 2})");
  couple.therapist.Sync();
  const Json received = MessageWith(couple.therapist.Inbox(), kNote);
  CHECK(received.at("from") == "client");
  CHECK(received.at("kind") == "check-in");
  CHECK(received.at("sent_at").is_string());
  CHECK(received.at("answers") == Json({{"rest", "a-little"}}));

  couple.therapist.Reply(received.at("id"), kReply);
  couple.client.Sync();
  const Json answer = MessageWith(couple.client.Inbox(), kReply);
  CHECK(answer.at("from") == "therapist");
  CHECK(answer.at("kind") == "reply");
  CHECK(answer.at("bond") == received.at("bond"));
  const Json own = MessageWith(couple.client.Inbox(), kNote);
  CHECK(own.at("from") == "me");
  CHECK(own.at("state") == "answered");

  // The client has it: the therapist's device is told end to end.
  couple.therapist.Sync();
  const std::string state = MessageWith(couple.therapist.Inbox(), kReply).at("state");
  INFO(state);
  CHECK((state == "delivered" || state == "opened"));

  // Reading again shows each message once, in the same order.
  CHECK(couple.client.Inbox() == couple.client.Inbox());
  CHECK(couple.client.Inbox().size() == 2);
  CHECK(couple.therapist.Inbox().size() == 2);
}

TEST_CASE("nothing that was written stands in the practice's or the vaults' files", "[story]") {
  Couple couple;
  couple.client.CheckIn(kNote);
  couple.therapist.Sync();
  couple.therapist.Reply(MessageWith(couple.therapist.Inbox(), kNote).at("id"), kReply);
  couple.client.Sync();
  REQUIRE(couple.client.Inbox().size() == 2);

  const std::filesystem::path& everything = couple.files().path();
  for (const std::string& words : {kNote, kReply, std::string("sister"), std::string("Tuesday")}) {
    CHECK(FilesContaining(everything, words).empty());
  }
  // The search itself works: the same words in a file are found.
  WriteFile(couple.files() / "control", "..." + kNote + "...");
  CHECK(FilesContaining(everything, kNote).size() == 1);
  // The log neither.
  CHECK(couple.practice.log().find("Tuesday") == std::string::npos);
  CHECK(couple.practice.Stop().exit_code == 0);
  CHECK(FilesContaining(couple.practice.data(), "Tuesday").empty());
}

TEST_CASE("each need is shown as it was chosen, and only a reply is owed", "[story]") {
  Couple couple;
  for (const char* need : {"reply", "witness", "none", "session"}) {
    couple.client.CheckIn(std::string("with need ") + need, need);
  }
  couple.therapist.Sync();
  const Json inbox = couple.therapist.Inbox();
  for (const char* need : {"reply", "witness", "none", "session"}) {
    CHECK(MessageWith(inbox, std::string("with need ") + need).at("need") == need);
  }
}

}  // namespace
}  // namespace holdfast::test
