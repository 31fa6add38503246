#include "client/cli/commands/moving.h"

#include "client/cli/words/signing_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// It is due then, as far as this device knows; where nothing is owed, moving it says so.
std::uint64_t DueOf(const StandingView& standing, const EnvelopeId& envelope) {
  for (const PromiseView& promise : standing.promises) {
    if (promise.envelope == envelope) return promise.line.due_at_ms;
  }
  return 0;
}

}  // namespace

absl::Status MoveReplyTo(Context& context, Device& device, const MessageView& message,
                         std::uint64_t due_ms, bool yes) {
  return DecideAndSay(
      context, device,
      {.bonds = {message.bond.hex()},
       .yes = yes,
       .show = [&](Device&, const std::vector<BondView>&) -> absl::StatusOr<std::string> {
         HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
         HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing,
                                   device.engine().Standing(message.bond));
         const std::uint64_t from_ms = DueOf(standing, message.id);
         return from_ms == 0 ? std::string()
                             : MoveToSign(words, message.bond, message.id, from_ms, due_ms);
       },
       .decide = [&](Engine& engine,
                     const BondView&) { return engine.Reschedule(message.id, due_ms); }});
}

}  // namespace holdfast::client::cli
