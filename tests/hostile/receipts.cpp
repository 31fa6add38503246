// "Stored" is shown on proof only.
#include "hostile/hostile_practice.h"
#include "rules/limits.h"

namespace holdfast::test {
namespace {

const std::string kAskedNote = "is this safe with you";

struct ReceiptAttack {
  std::string what;
  std::function<void(v1::Receipt&)> change;
};

// Its receipts are changed on the way back; the sender must notice.
std::string WriteUnder(HostilePractice& world, const ReceiptAttack& attack, int exit_code) {
  Tamper tamper;
  tamper.sent = [&](const v1::SendRequest&, v1::SendResponse& response) {
    attack.change(*response.mutable_receipt());
  };
  world.Do(tamper);
  const std::string text = kAskedNote + ": " + attack.what;
  CheckAlarm(world.couple.client.Try(Person::CheckInCommand(text), "{}"), exit_code);
  return text;
}

void CheckNotTakenAsStored(HostilePractice& world, const ReceiptAttack& attack) {
  INFO(attack.what);
  const std::string text = WriteUnder(world, attack, kExitIntegrity);
  CHECK(MessageWith(world.couple.client.Inbox(), text).at("state") == "queued");
  // With the true receipt it is stored after all; the practice has it once.
  world.Honest();
  world.couple.client.Try({"sync"});
  CHECK(MessageWith(world.couple.client.Inbox(), text).at("state") != "queued");
}

TEST_CASE("no receipt, or a damaged one, is no proof", "[receipts]") {
  HostilePractice world;
  const std::vector<ReceiptAttack> attacks = {
      {"none", [](v1::Receipt& receipt) { receipt.Clear(); }},
      {"signature",
       [](v1::Receipt& receipt) {
         std::string& signature = *receipt.mutable_batch()->mutable_signature();
         signature[0] = static_cast<char>(signature[0] ^ 1);
       }},
      {"path", [](v1::Receipt& receipt) { receipt.add_path(std::string(32, 'x')); }},
      {"leaf cut short", [](v1::Receipt& receipt) { receipt.mutable_leaf()->pop_back(); }},
  };
  for (const ReceiptAttack& attack : attacks) CheckNotTakenAsStored(world, attack);
}

TEST_CASE("a signed receipt for something else is no proof", "[receipts]") {
  HostilePractice world;
  const auto leaf_with = [&world](const std::function<void(ReceiptLeaf&)>& change) {
    return [&world, change](v1::Receipt& receipt) {
      ReceiptLeaf leaf = DecodeReceiptLeaf(receipt.leaf()).value();
      change(leaf);
      receipt = world.SignedReceipt(leaf);
    };
  };
  const auto flip = [](auto& bytes) { bytes.data()[0] ^= 1; };
  const std::vector<ReceiptAttack> attacks = {
      {"envelope", leaf_with([&](ReceiptLeaf& leaf) { flip(leaf.envelope); })},
      {"hash", leaf_with([&](ReceiptLeaf& leaf) { flip(leaf.envelope_hash); })},
      {"bond", leaf_with([&](ReceiptLeaf& leaf) { flip(leaf.bond); })},
      {"an invented due time",
       leaf_with([](ReceiptLeaf& leaf) { leaf.due_at_ms = leaf.stored_at_ms + limits::kDayMs; })},
  };
  for (const ReceiptAttack& attack : attacks) CheckNotTakenAsStored(world, attack);
  // A wrong time is said; that it is stored is true all the same.
  const std::vector<ReceiptAttack> wrong_clock = {
      {"an hour ago", leaf_with([](ReceiptLeaf& leaf) { leaf.stored_at_ms -= limits::kHourMs; })},
      {"tomorrow", leaf_with([](ReceiptLeaf& leaf) { leaf.stored_at_ms += limits::kDayMs; })},
  };
  for (const ReceiptAttack& attack : wrong_clock) {
    INFO(attack.what);
    WriteUnder(world, attack, kExitOk);
  }
  // The forging itself is right: an unchanged leaf, signed anew, is a good receipt.
  Tamper tamper;
  tamper.sent = [&](const v1::SendRequest&, v1::SendResponse& response) {
    leaf_with([](ReceiptLeaf&) {})(*response.mutable_receipt());
  };
  world.Do(tamper);
  CHECK(world.couple.client.Try(Person::CheckInCommand("control"), "{}").exit_code == kExitOk);
}

TEST_CASE("a due time that is earlier or later than the therapist's hours make it is an alarm",
          "[receipts]") {
  HostilePractice world;
  world.couple.therapist.Do({"availability", "set", "--zone", "Etc/UTC", "--hours",
                             "mon-sun 0:00-24:00", "--reply-within", "8h"});
  world.couple.client.Sync();
  const auto due_by = [&world](std::int64_t moved_ms) {
    return [&world, moved_ms](v1::Receipt& receipt) {
      ReceiptLeaf leaf = DecodeReceiptLeaf(receipt.leaf()).value();
      leaf.due_at_ms += static_cast<std::uint64_t>(moved_ms);
      receipt = world.SignedReceipt(leaf);
    };
  };
  const auto minute = static_cast<std::int64_t>(limits::kMinuteMs);
  CheckNotTakenAsStored(world, {"earlier", due_by(-minute)});
  CheckNotTakenAsStored(world, {"later", due_by(minute)});
  // Unmoved and signed anew it is a good one.
  Tamper tamper;
  tamper.sent = [&](const v1::SendRequest&, v1::SendResponse& response) {
    due_by(0)(*response.mutable_receipt());
  };
  world.Do(tamper);
  CHECK(world.couple.client.Try(Person::CheckInCommand("control"), "{}").exit_code == kExitOk);
}

}  // namespace
}  // namespace holdfast::test
