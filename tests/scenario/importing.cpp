// What somebody took along is read again without a practice, and nothing else becomes of it.
#include <filesystem>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("an export is read again without a practice, and says the same", "[importing]") {
  Couple couple;
  couple.client.Do(
      {"checkin", "phq-2", "--answers", "-", "--note", "the lighthouse", "--need", "reply"},
      R"({"phq2-1": "LA6569-3", "phq2-2": "LA6568-5"})");
  couple.therapist.Sync();
  couple.therapist.Reply(couple.therapist.Inbox().at(0).at("id"), "I read it.");
  couple.client.Sync();
  const fs::path file = couple.files() / "history.json";
  couple.client.Do({"export", "--output", file.string()});
  couple.practice.Stop();

  Person later(couple.files() / "later");
  const Json said = later.Do({"import", file.string()});
  CHECK(said.at("messages") == 2);
  CHECK(said.at("forms") == 1);
  Json before = Json::parse(ReadFile(file));
  for (Json& message : before.at("messages")) message["unread"] = false;  // nothing there is new
  const Json inbox = later.Do({"inbox"});
  CHECK(inbox.at("messages").size() == 2);
  CHECK(inbox.at("synced") == false);
  const std::string id = before.at("messages").at(0).at("id");
  CHECK(later.Do({"show", id, "--thread"}).at("messages").size() == 2);
  CHECK(later.TryPlain({"show", id}).out.find("the lighthouse") != std::string::npos);
  CHECK(later.Do({"search", "LIGHTHOUSE"}).at("matches").size() == 1);
  CHECK(later.Do({"trend"}).at("trends").size() == 1);
  const fs::path again = couple.files() / "again.json";
  later.Do({"export", "--output", again.string()});
  CHECK(Json::parse(ReadFile(again)).at("messages") == before.at("messages"));
  CHECK(Json::parse(ReadFile(again)).at("forms") == before.at("forms"));

  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"send", "--text", "x"},
                                             {"reply", id, "--text", "x"},
                                             {"checkin", "--answers", "-", "--need", "none"},
                                             {"sync"},
                                             {"status"},
                                             {"keep", id},
                                             {"pause", "--until", "in 2 weeks"},
                                             {"devices"},
                                             {"erase", id, "--erase-for-good"}}) {
    const Outcome refused = later.Try(command, "{}");
    INFO(command.front() << ": " << refused.out << refused.err);
    CHECK(ReasonIn(refused) == "usage");
    CHECK(refused.err.find("imported") != std::string::npos);
  }
  CHECK(ReasonIn(later.Try({"import", file.string()})) == "vault_exists");
  CHECK(later.Do({"inbox"}).at("messages") == inbox.at("messages"));
  CHECK(ReasonIn(couple.client.Try({"import", file.string()})) == "vault_exists");
}

TEST_CASE("a file that is damaged, or of something else, makes no profile", "[importing]") {
  Couple couple;
  couple.client.CheckIn("the week");
  const fs::path file = couple.files() / "history.json";
  couple.client.Do({"export", "--output", file.string()});
  const std::string whole = ReadFile(file);
  Person later(couple.files() / "later");
  const auto refused = [&](const std::string& text) {
    WriteFile(file, text);
    const Outcome outcome = later.Try({"import", file.string()});
    INFO(outcome.out << outcome.err);
    CHECK(ReasonIn(outcome) == "usage");
    CHECK_FALSE(fs::exists(later.home() / "default" / "vault"));
  };
  refused("");
  refused("{}\n");
  refused(whole.substr(0, whole.size() / 2));
  refused(whole.substr(0, whole.size() - 3));
  refused(whole + whole);
  std::string altered = whole;
  altered.replace(altered.find("check-in"), 8, "check-on");
  refused(altered);
  CHECK(ReasonIn(later.Try({"import", couple.files().path().string()})) == "usage");
  CHECK(ReasonIn(later.Try({"import", (couple.files() / "none").string()})) == "usage");
  WriteFile(file, whole);
  CHECK(later.Do({"import", file.string()}).at("messages") == 1);
}

}  // namespace holdfast::test
