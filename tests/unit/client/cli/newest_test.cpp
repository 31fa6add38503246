// A list that is cut says so.
#include "client/cli/words/newest.h"

#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

MessageView Of(char bond, std::uint64_t sent_at_ms) {
  MessageView message;
  message.bond = BondId::From(Bytes(16, bond), "bond").value();
  message.sent_at_ms = sent_at_ms;
  return message;
}

std::vector<std::uint64_t> TimesOf(const Newest& newest) {
  std::vector<std::uint64_t> times;
  for (const MessageView& message : newest.messages) times.push_back(message.sent_at_ms);
  return times;
}

TEST_CASE("the newest of each bond are shown, and that there are older ones", "[newest]") {
  const std::vector<MessageView> all = {Of('a', 1), Of('a', 2), Of('a', 3), Of('b', 4)};
  CHECK(TimesOf(NewestOf(all, 2)) == std::vector<std::uint64_t>{2, 3, 4});
  CHECK(NewestOf(all, 2).has_more);
  CHECK(TimesOf(NewestOf(all, 3)) == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK_FALSE(NewestOf(all, 3).has_more);
  CHECK(TimesOf(NewestOf(all, 0)).size() == 4);
  CHECK_FALSE(NewestOf(all, 0).has_more);
}

}  // namespace
}  // namespace holdfast::client::cli
