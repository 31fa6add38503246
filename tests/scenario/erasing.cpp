// What people erase is gone from their own side, down to the bytes of the vault's file, and nothing
// else is.
#include <filesystem>

#include "client/storage/sqlite_storage.h"
#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

const std::string kGone = "words that are to be gone";
constexpr const char* kForGood = "--erase-for-good";

// As the vault's file has it: sealed. Empty where there is none.
Bytes SealedMessage(const fs::path& vault, const std::string& id) {
  const auto locked = client::LockVault(vault);
  REQUIRE(locked.ok());
  Bytes name = "message/";
  for (std::size_t i = 0; i < id.size(); i += 2) {
    name += static_cast<char>(std::stoi(id.substr(i, 2), nullptr, 16));
  }
  const auto value = locked->storage->Get(name);
  REQUIRE(value.ok());
  return value->value_or(Bytes());
}

// Whether a file of the profile has these bytes, or a part of them that fits on a page.
bool IsAnywhere(const fs::path& profile, const Bytes& sealed) {
  const Bytes part = sealed.substr(0, 200);
  for (const auto& file : fs::directory_iterator(profile)) {
    if (ReadFile(file.path()).find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("what is erased is in no file of the profile, and its place says when it went",
          "[erasing]") {
  Couple couple;
  Person& client = couple.client;
  client.CheckIn(kGone);
  client.CheckIn("what stays");
  couple.therapist.Sync();
  const fs::path profile = client.home() / "default";
  const std::string id = MessageWith(client.Inbox(), kGone).at("id");
  const std::string other = MessageWith(client.Inbox(), "what stays").at("id");
  client.Do({"keep", id});
  const Bytes before = SealedMessage(profile / "vault", id);
  REQUIRE(before.size() > 100);
  CHECK(IsAnywhere(profile, before));

  CHECK(ReasonIn(client.Try({"erase", id})) == "usage");  // nobody was asked
  CHECK(ReasonIn(client.Try({"erase", kForGood})) == "usage");
  CHECK(ReasonIn(client.Try({"erase", id, "--history", kForGood})) == "usage");
  CHECK(MessageWith(client.Inbox(), kGone).at("erased_at").is_null());
  const Json said = client.Do({"erase", id, kForGood});
  CHECK(said.at("messages") == 1);
  CHECK(said.at("overwritten") == true);

  CHECK_FALSE(IsAnywhere(profile, before));
  const Bytes kept = SealedMessage(profile / "vault", other);
  CHECK(IsAnywhere(profile, kept));
  const Json shown = client.Do({"show", id, "--offline"}).at("message");
  CHECK(shown.at("erased_at").is_string());
  CHECK(shown.at("text").is_null());
  CHECK(shown.at("kept_at").is_null());
  CHECK(client.TryPlain({"show", id, "--offline"}).out.find("You erased what it says on") !=
        std::string::npos);
  CHECK(client.Do({"search", "gone"}).at("matches").empty());
  CHECK(client.TryPlain({"export", "--output", "-", "--offline"}).out.find(kGone) ==
        std::string::npos);
  couple.therapist.Sync();
  CHECK(MessageWith(couple.therapist.Inbox(), kGone).at("erased_at").is_null());

  CHECK(client.Do({"erase", "--history", kForGood, "--offline"}).at("messages") == 1);
  CHECK_FALSE(IsAnywhere(profile, kept));
}

TEST_CASE("a profile that is erased is gone, after it was said what that does not do",
          "[erasing]") {
  Couple couple;
  Person& client = couple.client;
  client.CheckIn(kGone);
  CHECK(ReasonIn(client.Try({"erase", "--everything"})) == "usage");
  const Outcome erased = client.TryPlain({"erase", "--everything", kForGood});
  INFO(erased.out << erased.err);
  REQUIRE(erased.exit_code == 0);
  for (const char* said : {"holdfast end", "It tells nobody", "your recovery code"}) {
    CHECK(erased.out.find(said) != std::string::npos);
  }
  CHECK_FALSE(fs::exists(client.home() / "default"));
  CHECK(ReasonIn(client.Try({"inbox"})) == "vault_missing");
  couple.therapist.Sync();
  CHECK(MessageWith(couple.therapist.Inbox(), kGone).at("from") == "client");
}

}  // namespace holdfast::test
