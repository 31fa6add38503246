#include "client/cli/commands/moving.h"

#include "client/cli/words/signing_words.h"

namespace holdfast::client::cli {

Deciding MoveOfReply(Device& device, const MessageView& message, std::uint64_t to_ms, bool yes) {
  const auto show = [&device, bond = message.bond, id = message.id, to_ms](
                        Device&, const std::vector<BondView>&) -> absl::StatusOr<std::string> {
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t due_ms, device.engine().DueByNow(id));
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond));
    std::string text = MoveToSign(words, bond, id, due_ms, to_ms);
    if (!standing.availability) return text;
    const std::string off = OffHours(words, *standing.availability, to_ms);
    return off.empty() ? text : text + "\n" + off;
  };
  return {.bonds = {message.bond.hex()},
          .yes = yes,
          .show = show,
          .decide = [id = message.id, to_ms](Engine& engine, const BondView&) {
            return engine.Reschedule(id, to_ms);
          }};
}

}  // namespace holdfast::client::cli
