// Random scripts of everything that a network, a crash or a restored disk can do
// to two devices. Whatever happened, they come together again.
#include <algorithm>
#include <set>

#include "crypto/session_set.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

struct Sent {
  bool from = false;
  Bytes bytes;
  std::string text;
};

class Script {
 public:
  Script(std::uint64_t seed, bool with_restores) : random_(seed), with_restores_(with_restores) {
    for (int i = 0; i < 2; ++i) snapshots_.push_back(SetOf(i == 1).Serialize());
  }

  void Run(int steps) {
    for (int i = 0; i < steps; ++i) Step();
  }

  // Both sides lose what was under way and do what a device does when messages do
  // not open: begin a new session.
  void Heal() {
    flying_.clear();
    for (const bool from : {true, false}) {
      REQUIRE(pair_.Begin(from).ok());
      Send(from);
      Deliver(flying_.size() - 1);
    }
  }

  // Every message of three rounds arrives.
  void CheckConverged() {
    flying_.clear();
    for (int i = 0; i < 6; ++i) {
      const std::size_t before = opened_count_;
      Send(i % 2 == 0);
      Deliver(flying_.size() - 1);
      CHECK(opened_count_ == before + 1);
    }
    CHECK(pair_.Seal(true, "x").substr(1, 16) == pair_.Seal(false, "x").substr(1, 16));
  }

  std::size_t opened_count() const { return opened_count_; }

 private:
  SessionSet& SetOf(bool therapist) { return therapist ? pair_.at_therapist : pair_.at_client; }
  SecretBytes& SnapshotOf(bool therapist) { return snapshots_[therapist ? 1 : 0]; }
  std::size_t Pick(std::size_t size) { return static_cast<std::size_t>(random_() % size); }

  void Send(bool from) {
    const std::string text = "message " + std::to_string(sent_count_++);
    flying_.push_back({from, pair_.Seal(from, text), text});
  }

  // Delivers and keeps the message for later replays.
  void Deliver(std::size_t index) {
    const Sent sent = flying_[index];
    flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(index));
    delivered_.push_back(sent);
    Arrive(sent);
  }

  void Arrive(const Sent& sent) {
    SessionSet& set = SetOf(!sent.from);
    const SecretBytes before = set.Serialize();
    const auto opened = pair_.Open(!sent.from, sent.bytes);
    CHECK(set.session_count() <= kSessionsPerPairMax);
    if (!opened.ok()) {
      CHECK(set.Serialize() == before);
      return;
    }
    CHECK(*opened == sent.text);
    ++opened_count_;
    const bool first_time = opened_.insert(sent.text).second;
    if (!with_restores_) CHECK(first_time);
  }

  void Step() {
    const bool side = random_() % 2 == 0;
    switch (random_() % 16) {
      case 0:
        if (!flying_.empty())
          flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(Pick(flying_.size())));
        return;
      case 1:
        if (!flying_.empty()) flying_.push_back(flying_[Pick(flying_.size())]);
        return;
      case 2:
        if (!delivered_.empty()) Arrive(delivered_[Pick(delivered_.size())]);
        return;
      case 3:
        std::ranges::shuffle(flying_, random_);
        return;
      case 4:
        if (random_() % 4 == 0) REQUIRE(pair_.Begin(side).ok());
        return;
      case 5:
        (side ? pair_.therapist : pair_.client).RotatePrekey();
        return;
      case 6:
        SnapshotOf(side) = SetOf(side).Serialize();
        return;
      case 7:
        if (with_restores_) {
          SetOf(side) = SessionSet::Parse(pair_.ContextOf(side), SnapshotOf(side).Expose()).value();
        }
        return;
      default:
        if (random_() % 2 == 0 || flying_.empty()) return Send(side);
        return Deliver(Pick(flying_.size()));
    }
  }

  std::mt19937_64 random_;
  bool with_restores_;
  Pair pair_;
  std::vector<SecretBytes> snapshots_;
  std::vector<Sent> flying_;
  std::vector<Sent> delivered_;
  std::set<std::string> opened_;
  std::size_t opened_count_ = 0;
  std::size_t sent_count_ = 0;
};

TEST_CASE("whatever a network does, each message opens at most once and sessions heal",
          "[script]") {
  std::size_t opened = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    Script script(seed, false);
    script.Run(150);
    script.Heal();
    script.CheckConverged();
    opened += script.opened_count();
  }
  CHECK(opened > 1000);  // the scripts do talk
}

TEST_CASE("sessions heal after disks were restored to an earlier state", "[script]") {
  for (std::uint64_t seed = 1000; seed < 1060; ++seed) {
    INFO("seed " << seed);
    Script script(seed, true);
    script.Run(150);
    script.Heal();
    script.CheckConverged();
  }
}

// Without a drop, and in any order, nothing at all is lost.
TEST_CASE("reordering alone loses nothing", "[script]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    Pair pair;
    for (int round = 0; round < 5; ++round) {
      std::vector<Sent> flying;
      for (int i = 0; i < 20; ++i) {
        const bool from = random() % 2 == 0;
        flying.push_back({from, pair.Seal(from, std::to_string(i)), std::to_string(i)});
      }
      std::ranges::shuffle(flying, random);
      for (const Sent& sent : flying) {
        CHECK(pair.Open(!sent.from, sent.bytes).value() == sent.text);
      }
    }
  }
}

TEST_CASE("with the same randomness the same bytes are sent", "[script]") {
  const auto run = [] {
    const FixedRandomness fixed(7);
    Pair pair;
    const Bytes first = pair.Seal(false, "one");
    REQUIRE(pair.Open(true, first).ok());
    return first + pair.Seal(true, "two");
  };
  CHECK(run() == run());
}

}  // namespace
}  // namespace holdfast::crypto
