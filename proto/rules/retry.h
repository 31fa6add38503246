// What a client does about a refusal: questions to the closed table in
// rules/errors.h, so that no caller keeps a list of reasons of its own. Each is false
// for OK.
#pragma once

#include "absl/status/status.h"
#include "rules/errors.h"

namespace holdfast {

// The practice will never take this `what`: offering it again cannot help. The kinds
// differ: a message in the order of its chain is sealed again where its time is wrong,
// and an act that is refused as such says nothing of envelopes.
bool IsOver(const absl::Status& refusal, Offered what);

// The practice cannot be reached, or is about to stop.
bool IsAway(const absl::Status& status);
// It is there and has no time, or no room, just now.
bool IsBusy(const absl::Status& status);
// Away, busy or full: it will be there again, and what waits for it is kept.
bool WillPass(const absl::Status& status);
// The same but for a full disk, which does not pass in a moment.
bool WillPassSoon(const absl::Status& status);

// A new login is all that is needed.
bool NeedsLogin(const absl::Status& status);
// Something of one bond was not as it must be, and has been said: the others go on.
bool HoldsUpOneBond(const absl::Status& status);
// Nothing was learnt about what was asked: this device's own storage failed.
bool IsVaultFailure(const absl::Status& status);

// Whether the practice may give this reason. All others are this device's own words,
// and are not believed from the wire.
bool IsThePracticesToSay(Reason reason);

}  // namespace holdfast
