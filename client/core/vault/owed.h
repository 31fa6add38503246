// Messages that a reply is owed to.
#pragma once

#include "client/core/vault/vault.pb.h"

namespace holdfast::client {

// Whether the practice promised a reply to it in its receipt, and none is known. After a
// restored backup its ledger may know nothing of the promise: it stands all the same.
inline bool WaitsForReply(const vault::Message& message) {
  return message.reply_owed() && message.due_ms() != 0 && message.position() != 0 &&
         message.answered_ms() == 0;
}

}  // namespace holdfast::client
