// The vault opens to its passphrase and to one process at a time.
#include <fstream>
#include <sstream>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

TEST_CASE("a wrong passphrase shows nothing and changes nothing", "[vault]") {
  Couple couple;
  couple.client.CheckIn("only for us");
  couple.client.set_passphrase("wrong horse");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"inbox"}, {"sync"}, {"send", "--text", "not me"}}) {
    const Outcome refused = couple.client.Try(command);
    INFO(Describe(refused));
    CHECK(refused.exit_code == kExitDevice);
    CHECK(ReasonIn(refused) == "wrong_passphrase");
    CHECK(refused.out.find("only for us") == std::string::npos);
  }
  couple.client.set_passphrase("correct horse battery staple");
  CHECK(couple.client.Inbox().size() == 1);
}

TEST_CASE("another passphrase opens everything that was kept, and the old one nothing", "[vault]") {
  Couple couple;
  Person& client = couple.client;
  client.CheckIn("only for us");
  const auto change = [&](const std::string& next) {
    return client.Try({"passphrase", "--new-passphrase-file", "-"}, next);
  };
  const Outcome brief = change("short\n");
  CHECK(brief.exit_code == kExitUsage);
  CHECK(change("two lines\nof it\n").exit_code == kExitUsage);
  client.set_passphrase("wrong horse");
  CHECK(ReasonIn(change("this is the next one")) == "wrong_passphrase");
  client.set_passphrase("correct horse battery staple");
  CHECK(TextsFrom(client.Inbox(), "me").size() == 1);  // nothing of this changed it

  // With an accent in two pieces, as a keyboard never writes it.
  const Outcome changed = change("cafe\u0301 au lait\r\n");
  INFO(Describe(changed));
  CHECK(changed.exit_code == kExitOk);
  CHECK(Json::parse(changed.out).at("normalised") == true);
  CHECK(ReasonIn(client.Try({"inbox", "--offline"})) == "wrong_passphrase");
  client.set_passphrase("caf\u00e9 au lait");
  CHECK(TextsFrom(client.Inbox(), "me") == std::vector<std::string>{"only for us"});
  CHECK(client.Try({"sync"}).exit_code == kExitOk);
}

TEST_CASE("while one process holds the vault another is told so", "[vault]") {
  Couple couple;
  const std::unique_ptr<Process> watch = couple.client.Start({"watch"});
  // Its first line comes once it has the vault.
  REQUIRE(Eventually([&] { return !watch->out().empty(); }));
  watch->Signal(SIGSTOP);  // else it would let the other one have it
  const Outcome second = couple.client.Try({"inbox"});
  INFO(Describe(second));
  CHECK(second.exit_code == kExitDevice);
  CHECK(ReasonIn(second) == "vault_busy");
  watch->Signal(SIGCONT);
  CHECK(couple.client.Try({"inbox"}).exit_code == kExitOk);
  // A killed holder holds nothing.
  watch->Kill();
  CHECK(couple.client.Try({"inbox"}).exit_code == kExitOk);
}

TEST_CASE("of many commands at once each works or is told that the vault is busy", "[vault]") {
  Couple couple;
  constexpr int kAtOnce = 6;
  std::vector<std::unique_ptr<Process>> commands;
  for (int i = 0; i < kAtOnce; ++i) {
    commands.push_back(couple.client.Start({"send", "--text", "at once " + std::to_string(i)}));
  }
  std::size_t written = 0;
  for (const auto& command : commands) {
    const std::optional<Outcome> ended = command->Wait();
    REQUIRE(ended.has_value());
    INFO(Describe(*ended));
    if (ended->exit_code == kExitOk) {
      ++written;
    } else {
      CHECK(ReasonIn(*ended) == "vault_busy");
    }
  }
  CHECK(written >= 1);
  CHECK(TextsFrom(couple.client.Inbox(), "me").size() == written);
  couple.therapist.Sync();
  couple.client.Sync();
  couple.therapist.Sync();
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == written);
}

TEST_CASE("a command without a profile says what to do", "[vault]") {
  const TempDir files;
  Person nobody(files / "nobody");
  const Outcome inbox = nobody.Try({"inbox"});
  INFO(Describe(inbox));
  CHECK(inbox.exit_code == kExitDevice);
  CHECK(ReasonIn(inbox) == "vault_missing");
}

TEST_CASE("a damaged vault is refused, never read wrongly", "[vault]") {
  Couple couple;
  couple.client.CheckIn("before the damage");
  const TempDir copies;
  int noticed = 0;
  constexpr int kTrials = 12;
  std::filesystem::path vault;
  std::uintmax_t largest = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(couple.client.home())) {
    if (!entry.is_regular_file() || entry.file_size() <= largest) continue;
    largest = entry.file_size();
    vault = entry.path();
  }
  const std::string good = ReadFile(vault);
  REQUIRE(good.size() > kTrials);
  for (int trial = 0; trial < kTrials; ++trial) {
    std::string bad = good;
    const std::size_t begin = bad.size() / kTrials * static_cast<std::size_t>(trial);
    for (std::size_t i = begin; i < begin + 64 && i < bad.size(); ++i) bad[i] ^= 0x55;
    WriteFile(vault, bad);
    const Outcome inbox = couple.client.Try({"inbox", "--all", "--offline"});
    INFO(trial << " of " << vault << "\n" << Describe(inbox));
    CHECK(inbox.signal == 0);
    if (inbox.exit_code == kExitOk) {
      // The damage lay where nothing is kept, or nothing of the inbox.
      CHECK(inbox.out.find("before the damage") != std::string::npos);
    } else {
      ++noticed;
      CHECK((inbox.exit_code == kExitDevice || inbox.exit_code == kExitIntegrity));
      CHECK_FALSE(ReasonIn(inbox).empty());
    }
  }
  CHECK(noticed >= 1);
  WriteFile(vault, good);
  CHECK(couple.client.Inbox().size() == 1);
}

TEST_CASE("an answer that cannot be shown is no success", "[vault]") {
  Couple couple;
  couple.client.CheckIn("only for us");
  const std::map<std::string, std::string> environment = {
      {"HOLDFAST_HOME", couple.client.home().string()},
      {"HOLDFAST_PASSPHRASE", "correct horse battery staple"}};
  for (const char* const where : {">/dev/full", ">&-", "<&- >&-"}) {
    for (const char* const command : {"inbox --offline", "--json inbox --offline"}) {
      std::string line = HOLDFAST;
      for (const char* const part : {" ", command, " ", where}) line += part;
      const Outcome lost = Run({"/bin/sh", {"-c", line}, environment, ""});
      INFO(line << "\n" << Describe(lost));
      CHECK(lost.exit_code == kExitDevice);
      CHECK(lost.err.find("standard output") != std::string::npos);
    }
  }
  CHECK(couple.client.Inbox().size() == 1);
}

TEST_CASE("a crash writes no words and no keys to the disk", "[vault]") {
  Couple couple;
  const std::unique_ptr<Process> watch = couple.client.Start({"watch"});
  REQUIRE(Eventually([&] { return !watch->out().empty(); }));
  std::ifstream limits("/proc/" + std::to_string(watch->pid()) + "/limits");
  std::string soft, hard;
  for (std::string line; std::getline(limits, line);) {
    constexpr std::string_view kName = "Max core file size";
    if (line.starts_with(kName)) std::istringstream(line.substr(kName.size())) >> soft >> hard;
  }
  CHECK(soft == "0");
  CHECK(hard == "0");
}

}  // namespace
}  // namespace holdfast::test
