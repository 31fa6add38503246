// A message that does not open here, because a session was lost on one of the two sides: its
// sender's device is asked for the key, and gives it where these are the bytes that it sent. So
// nobody hears of it, but where that does not help (crypto/PROTOCOL.md "Keys again").
#pragma once

#include "client/core/taking/arrival.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Asks, and keeps it aside without a word; the next capsule for that device begins a new
// session. False where that is not to be: the practice's receipt is not for these bytes, or too
// many were asked for today.
absl::StatusOr<bool> AskForKey(Context context, Arrival& arrival, const absl::Status& failure);

// The other side's device asks for a key of this one's.
absl::Status AnswerKeyRequest(Context context, Arrival& arrival, const v1::KeyRequest& request);

// Says once of what was asked for and has not been answered for long.
absl::Status SayUnanswered(VaultChange& change, const OwnDevice& own, std::uint64_t now_ms);

}  // namespace holdfast::client
