#include "server/core/ledger/acts.h"

#include <map>
#include <string>

#include "crypto/public/ledger.h"
#include "server/core/engine/savepoint.h"
#include "server/core/ledger/ahead.h"
#include "server/core/ledger/pauses.h"
#include "server/core/ledger/performance.h"
#include "server/core/ledger/promises.h"
#include "server/core/ledger/rhythms.h"
#include "server/core/members/identity.h"
#include "server/core/members/parties.h"
#include "server/core/members/quotas.h"
#include "server/core/records/fields.h"
#include "server/core/records/limits.h"
#include "server/core/records/refusals.h"

namespace holdfast::server {
namespace {

// The act id is known in this bond: the same act gets the same entry.
absl::Status AnswerRepeatedAct(Context& context, Transaction& transaction, const BondId& bond,
                               std::uint64_t number, const crypto::Signed& carried,
                               v1::LedgerItem& item) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, keys::LedgerEntry(bond, number)));
  if (ToSigned(record.act()) != carried) {
    return Refuse(Reason::kActConflict, "act.id",
                  "another act was done under this id. Make a new id");
  }
  if (!IsOpen(context, record)) return WriteItem(context, transaction, record, item);
  item.set_entry(record.entry());
  Copy(record.act(), *item.mutable_act());
  context.batch.AddRepeat({record.incarnation(), record.batch(), record.leaf()}, item);
  return absl::OkStatus();
}

absl::Status CheckAuthor(const Identity& identity, const Act& act, const crypto::Signed& carried) {
  if (act.account != identity.account) {
    return Refuse(Reason::kNotPermitted, "act.account", "is not the account that calls");
  }
  if (act.device != identity.device) {
    return Refuse(Reason::kNotPermitted, "act.device", "is not the device that calls");
  }
  const auto verified = crypto::VerifyAct(carried, identity.signing_key);
  return verified.ok() ? absl::OkStatus() : Blame(verified.status(), "act", "act");
}

absl::Status CheckRole(const BondRecord& bond, const Act& act) {
  const bool is_client = BytesView(bond.client()) == act.account.view();
  const Signatory signatory = SignatoryOf(act.kind());
  if (signatory == Signatory::kEither || (signatory == Signatory::kClient) == is_client) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kNotPermitted, "act.kind",
                is_client ? "only the therapist does this" : "only the client does this");
}

absl::Status EndBond(const Performance& doing) {
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  doing.ledger.bond.set_ended(true);
  return EraseAllAhead(doing.transaction, doing.ledger);
}

absl::Status Do(const Performance& doing) {
  switch (doing.act.kind()) {
    case ActKind::kAvailability:
      return SetAvailability(doing);
    case ActKind::kProposeRhythm:
      return ProposeRhythm(doing);
    case ActKind::kAcceptRhythm:
      return AcceptRhythm(doing);
    case ActKind::kEndRhythm:
      return EndRhythm(doing);
    case ActKind::kReschedule:
      return ReschedulePromise(doing);
    case ActKind::kPause:
      return PauseBond(doing);
    case ActKind::kResume:
      return ResumeBond(doing);
    case ActKind::kEndBond:
      return EndBond(doing);
    case ActKind::kWithdraw:
      return WithdrawAhead(doing);
  }
  return Refuse(Reason::kMalformedField, "act.kind", "is not a known kind of act");
}

absl::Status PerformOne(Context& context, Transaction& transaction, const Identity& identity,
                        const v1::SignedStatement& statement, v1::LedgerItem& item) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried,
                            ReadSigned(statement, "act", limits::kActBytesMax));
  HOLDFAST_ASSIGN_OR_RETURN(const Act act, DecodeAct(carried.statement));
  HOLDFAST_ASSIGN_OR_RETURN(BondRecord bond,
                            BondOfParty(transaction, act.bond, identity.account, "act.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::ActIndex(act.bond, act.id)));
  if (known) {
    return AnswerRepeatedAct(context, transaction, act.bond, known->number(), carried, item);
  }
  HOLDFAST_RETURN_IF_ERROR(CheckAuthor(identity, act, carried));
  if (bond.ended()) return Refuse(Reason::kBondEnded, "act.bond", "the bond has ended");
  HOLDFAST_RETURN_IF_ERROR(CheckRole(bond, act));
  HOLDFAST_RETURN_IF_ERROR(context.batch.CheckRoom());
  HOLDFAST_RETURN_IF_ERROR(SpendAct(context, transaction, identity.account, act.kind()));
  HOLDFAST_ASSIGN_OR_RETURN(BondLedger ledger,
                            OpenLedger(context, transaction, act.bond, std::move(bond)));
  HOLDFAST_RETURN_IF_ERROR(CheckAct(act, ledger.at_ms));
  HOLDFAST_RETURN_IF_ERROR(Do({context, transaction, ledger, act, carried, item}));
  SaveLedger(transaction, ledger);
  return absl::OkStatus();
}

absl::Status CheckActs(const v1::PerformRequest& request) {
  const auto count = static_cast<std::size_t>(request.acts_size());
  if (count == 0 || count > limits::kActsPerCallMax) {
    return Refuse(Reason::kMalformedField, "acts",
                  "must be 1 to " + std::to_string(limits::kActsPerCallMax));
  }
  if (request.ByteSizeLong() > limits::kRequestBytesMax) {
    return Refuse(
        Reason::kTooLarge, "acts",
        "must be at most " + std::to_string(limits::kRequestBytesMax) + " bytes together");
  }
  return absl::OkStatus();
}

// Bonds in which an act failed for no fault of its own: it is offered again, and what was
// decided there after it must not go before it.
class StuckBonds {
 public:
  void Note(const v1::SignedStatement& act, const absl::Status& outcome) {
    const auto decoded = DecodeAct(act.statement());
    if (decoded.ok()) stuck_.emplace(decoded->bond, outcome);
  }
  absl::Status Refusal(const v1::SignedStatement& act) const {
    if (stuck_.empty()) return absl::OkStatus();
    const auto decoded = DecodeAct(act.statement());
    const auto found = decoded.ok() ? stuck_.find(decoded->bond) : stuck_.end();
    return found == stuck_.end() ? absl::OkStatus() : found->second;
  }

 private:
  std::map<BondId, absl::Status> stuck_;
};

}  // namespace

absl::Status Perform(Context& context, Transaction& transaction, const Caller& caller,
                     const v1::PerformRequest& request, v1::PerformResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_RETURN_IF_ERROR(CheckActs(request));
  absl::Status for_all;  // what is refused to one for everybody's sake, is to the rest
  StuckBonds stuck;
  for (const v1::SignedStatement& act : request.acts()) {
    v1::PerformResult& result = *response.add_results();
    absl::Status outcome = for_all.ok() ? stuck.Refusal(act) : for_all;
    if (outcome.ok()) {
      Savepoint savepoint(context, transaction);
      outcome = PerformOne(context, transaction, identity, act, *result.mutable_item());
      if (!outcome.ok()) savepoint.RollBack();
    }
    if (outcome.ok()) continue;
    *result.mutable_refusal() = OnTheWire(outcome);
    const Who who = RowOf(ReasonOf(outcome)).who;
    if (who == Who::kPractice) for_all = outcome;
    if (who == Who::kVault || who == Who::kProgram) stuck.Note(act, outcome);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::server
