#include "client/core/message/outgoing.h"

#include "client/core/vault/names.h"
#include "rules/own_clock.h"

namespace holdfast::client {

absl::StatusOr<Outgoing> MessageToSeal(VaultChange& change, const EnvelopeId& id,
                                       std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
  const std::uint64_t sent_ms = Corrected(message.sent_ms(), now_ms);
  if (sent_ms != message.sent_ms()) {
    message.set_sent_ms(sent_ms);
    change.Put(names::Message(id), message);
  }
  Outgoing outgoing;
  outgoing.id = id;
  outgoing.kind = static_cast<Kind>(message.kind());
  outgoing.content = message.content();
  outgoing.reply_owed = message.reply_owed();
  outgoing.sent_ms = message.sent_ms();
  if (!message.reply_to().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.reply_to,
                              EnvelopeId::From(message.reply_to(), "vault.message"));
  }
  return outgoing;
}

}  // namespace holdfast::client
