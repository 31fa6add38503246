#include "server/core/ledger/rhythms.h"

#include "rules/planted.h"
#include "server/core/ledger/slots.h"
#include "server/core/records/keys.h"

namespace holdfast::server {

absl::Status ProposeRhythm(const Performance& doing) {
  const auto& rhythm = doing.what<Rhythm>();
  LedgerHeadRecord& head = doing.ledger.head;
  if (rhythm.number != head.rhythm() + 1) {
    return Superseded("act.rhythm.number", "another rhythm was proposed meanwhile");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  head.set_rhythm(rhythm.number);
  head.set_proposal(rhythm.number);
  head.set_proposal_entry(head.number());
  return absl::OkStatus();
}

absl::Status AcceptRhythm(const Performance& doing) {
  const auto& accepted = doing.what<holdfast::AcceptRhythm>();
  BondLedger& ledger = doing.ledger;
  LedgerHeadRecord& head = ledger.head;
  const bool again = HOLDFAST_PLANTED(kAcceptTwice) && accepted.number == head.accepted();
  if ((head.proposal_entry() == 0 || accepted.number != head.proposal()) && !again) {
    return Superseded("act.accept.number", "is not the rhythm that is proposed now");
  }
  const std::uint64_t proposed = again ? head.rhythm_entry() : head.proposal_entry();
  HOLDFAST_ASSIGN_OR_RETURN(const auto proposal,
                            Load(doing.transaction, keys::LedgerEntry(ledger.id, proposed)));
  const auto entry = DecodeLedgerEntry(proposal.entry());
  if (!entry.ok()) return DamagedRecord("a ledger entry");
  if (entry->hash != accepted.act_hash) {
    return Superseded("act.accept.act_hash", "is not of the proposal as the practice has it");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Rhythm rhythm, RhythmAt(doing.transaction, ledger, proposed));
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  head.set_rhythm_entry(proposed);
  head.set_accepted(rhythm.number);
  head.set_proposal_entry(0);
  head.set_proposal(0);
  return ArmNextSlot(doing.context, doing.transaction, ledger, rhythm, ledger.at_ms);
}

absl::Status EndRhythm(const Performance& doing) {
  const std::uint32_t number = doing.what<holdfast::EndRhythm>().number;
  LedgerHeadRecord& head = doing.ledger.head;
  const bool is_proposal = head.proposal_entry() != 0 && number == head.proposal();
  const bool is_accepted = head.rhythm_entry() != 0 && number == head.accepted();
  if (!is_proposal && !is_accepted) {
    return Superseded("act.end.number", "is no rhythm that is proposed or kept now");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  if (is_proposal) {
    head.set_proposal_entry(0);
    head.set_proposal(0);
    return absl::OkStatus();
  }
  head.set_rhythm_entry(0);
  head.set_accepted(0);
  ForgetNextSlot(head);
  return absl::OkStatus();
}

}  // namespace holdfast::server
