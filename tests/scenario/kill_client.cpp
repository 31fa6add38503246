// State before bytes: a device killed at any moment loses nothing that it had
// accepted, says nothing twice, and never uses a ratchet key for two messages.
#include <functional>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "crypto/session_message.h"
#include "support/catch.h"
#include "support/couple.h"
#include "support/middleman.h"

namespace holdfast::test {
namespace {

constexpr int kClientKills = 32;
constexpr int kLostAnswerEvery = 5;

// Every capsule that any device sent, retries included.
class Recorder {
 public:
  void Take(const v1::SendRequest& request) {
    ++sends_;
    for (const v1::Capsule& capsule : request.capsules()) {
      const auto message = crypto::DecodeSessionMessage(capsule.sealed());
      if (!message.ok()) {
        problems_.emplace_back(message.status().message());
        continue;
      }
      const auto key =
          std::tuple(message->session.str(), message->header.key.str(), message->header.number);
      const auto [entry, is_new] = capsules_.emplace(key, capsule.sealed());
      if (!is_new && entry->second != capsule.sealed()) {
        problems_.push_back("ratchet key number " + std::to_string(message->header.number) +
                            " was used for two messages");
      }
    }
  }
  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t sends() const { return sends_; }
  std::size_t capsules() const { return capsules_.size(); }

 private:
  std::map<std::tuple<Bytes, Bytes, std::uint32_t>, Bytes> capsules_;
  std::vector<std::string> problems_;
  std::size_t sends_ = 0;
};

std::chrono::milliseconds TimeOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

// Runs `arguments`, waits for `begun`, then for `wait`, and kills it; true where it
// had ended well by itself.
bool RunAndKill(Person& person, std::vector<std::string> arguments,
                const std::function<bool()>& begun, std::chrono::milliseconds wait) {
  const std::unique_ptr<Process> process = person.Start(std::move(arguments));
  Eventually([&] { return begun() || !process->running(); });
  const std::optional<Outcome> ended = process->Wait(wait);
  process->Kill();
  return ended && ended->exit_code == kExitOk;
}

TEST_CASE("a device killed while it writes and syncs loses and doubles nothing", "[kill_client]") {
  std::unique_ptr<Middleman> middleman;
  Recorder recorder;
  const auto through = [&](PracticeProcess& practice) {
    if (!middleman) middleman = std::make_unique<Middleman>(practice);
    return middleman->address();
  };
  Couple couple(through, through);
  Tamper record;
  record.send = [&](v1::SendRequest& request) {
    recorder.Take(request);
    return grpc::Status::OK;
  };
  record.lose_answer = [&](const v1::SendRequest&) {
    return recorder.sends() % kLostAnswerEvery == 0;
  };
  middleman->Set(record);

  std::set<std::string> accepted;  // the command ended well: it may not be lost
  const auto whole = TimeOf([&] { couple.client.CheckIn("the first"); });
  accepted.insert("the first");
  // A fixed seed: the moments differ from run to run anyway.
  std::mt19937 random(1);
  std::uniform_int_distribution<long> moment(0, whole.count());
  for (int kill = 0; kill < kClientKills; ++kill) {
    Person& person = kill % 2 == 0 ? couple.client : couple.therapist;
    // From the start of the process, which is mostly spent on the passphrase, or
    // from its first call to the practice.
    const std::size_t calls = middleman->calls().size();
    const auto at_once = [] { return true; };
    const auto has_called = [&] { return middleman->calls().size() > calls; };
    const std::function<bool()> begun = kill % 4 == 0 ? std::function<bool()>(at_once) : has_called;
    const std::chrono::milliseconds wait(kill % 4 == 0 ? moment(random) : moment(random) / 5);
    const std::string text = "number " + std::to_string(kill);
    const bool writes = kill % 3 != 2;
    if (writes && RunAndKill(person, {"send", "--text", text}, begun, wait)) accepted.insert(text);
    if (!writes) RunAndKill(person, {"sync"}, begun, wait);
  }

  record.lose_answer = {};
  middleman->Set(record);
  const auto settled = [&] {
    couple.client.Try({"sync"});
    couple.therapist.Try({"sync"});
    return couple.client.Inbox().size() == couple.therapist.Inbox().size();
  };
  REQUIRE(Eventually(settled));
  settled();
  const Json client = couple.client.Inbox();
  const Json therapist = couple.therapist.Inbox();
  INFO(client.dump(1) << therapist.dump(1));
  // Both see the same messages, each once, in the same order on each side's chain.
  CHECK(TextsFrom(client, "me") == TextsFrom(therapist, "client"));
  CHECK(TextsFrom(client, "therapist") == TextsFrom(therapist, "me"));
  for (const std::string& text : accepted) CHECK_NOTHROW(MessageWith(client, text));
  std::set<std::string> distinct;
  for (const Json& message : client) distinct.insert(message.at("text"));
  CHECK(distinct.size() == client.size());

  for (const std::string& problem : recorder.problems()) FAIL_CHECK(problem);
  INFO(recorder.sends() << " sends of " << recorder.capsules() << " capsules, " << accepted.size()
                        << " accepted, " << client.size() << " shown");
  CHECK(recorder.sends() > recorder.capsules());  // retries did happen
  CHECK(accepted.size() >= 2);
  CHECK(client.size() >= accepted.size());
}

}  // namespace
}  // namespace holdfast::test
