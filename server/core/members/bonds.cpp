#include "server/core/members/bonds.h"

#include <algorithm>

#include "crypto/public/receipt.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/members/accounts.h"
#include "server/core/members/parties.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

absl::Status NumberBond(Transaction& transaction, const AccountKey& account, const AccountKey& peer,
                        const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, keys::Account(account)));
  if (record.bonds() >= kBondsPerAccountMax) {
    return Refuse(Reason::kInvitationsFull, "invitation",
                  "the account has as many bonds as this practice allows");
  }
  record.set_bonds(record.bonds() + 1);
  Save(transaction, keys::Account(account), record);
  transaction.Put(keys::BondOfAccount(account, record.bonds()), bond.view());
  transaction.Put(keys::Peer(account, peer), {});
  return absl::OkStatus();
}

}  // namespace

absl::Status FormBond(Context& context, Transaction& transaction, const NewBond& bond) {
  const crypto::BondStatement& stated = bond.stated;
  HOLDFAST_RETURN_IF_ERROR(NumberBond(transaction, stated.therapist, stated.client, stated.bond));
  HOLDFAST_RETURN_IF_ERROR(NumberBond(transaction, stated.client, stated.therapist, stated.bond));

  BondRecord record;
  record.set_therapist(stated.therapist.str());
  record.set_client(stated.client.str());
  if (!bond.lost_before) {
    HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                              context.batch.Practice(transaction));
    record.set_formed_in(static_cast<std::uint32_t>(practice->incarnations_size() - 1));
  }
  Save(transaction, keys::Bond(stated.bond), record);
  BondStatementsRecord statements;
  Copy(bond.statement, *statements.mutable_bond());
  statements.set_lookup_id(stated.invitation.str());
  statements.set_answer(bond.answer);
  statements.set_answer_mac(bond.answer_mac);
  Save(transaction, keys::BondStatements(stated.bond), statements);

  MailboxEntryRecord entry;
  entry.mutable_bond_formed()->set_bond(stated.bond.str());
  return AppendToAccount(context, transaction, stated.therapist, entry);
}

absl::Status TellBonds(Context& context, Transaction& transaction, const AccountKey& account,
                       const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::Account(account)));
  const std::uint64_t untold = record.bonds() - std::min(record.bonds(), kBondsToldMax);
  for (std::uint64_t number = untold + 1; number <= record.bonds(); ++number) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto id, transaction.Get(keys::BondOfAccount(account, number)));
    if (!id) return DamagedRecord("an account's bond");
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(*id));
    HOLDFAST_ASSIGN_OR_RETURN(const auto formed, Load(transaction, keys::Bond(bond)));
    if (BytesView(formed.therapist()) != account.view()) continue;
    MailboxEntryRecord entry;
    entry.mutable_bond_formed()->set_bond(bond.str());
    HOLDFAST_RETURN_IF_ERROR(AppendToMailbox(context, transaction, device, entry).status());
  }
  return absl::OkStatus();
}

absl::Status WriteBondFormed(Transaction& transaction, const BondId& bond, v1::BondFormed& formed) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::Bond(bond)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto statements, Load(transaction, keys::BondStatements(bond)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto client, Stored<AccountKey>(record.client()));
  Copy(statements.bond(), *formed.mutable_bond());
  formed.set_lookup_id(statements.lookup_id());
  formed.set_answer(statements.answer());
  formed.set_answer_mac(statements.answer_mac());
  return WriteDevices(transaction, client, 0, *formed.mutable_client());
}

absl::Status ListBonds(Context& context, Transaction& transaction, const Caller& caller,
                       const v1::ListBondsRequest& request, v1::ListBondsResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  if (request.has_newest_batch()) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed signed_batch,
                              ReadSigned(request.newest_batch(), "newest_batch"));
    const auto batch = crypto::VerifyBatch(signed_batch, context.practice);
    if (!batch.ok()) return Blame(batch.status(), "receipt.batch", "newest_batch");
    HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                              context.batch.Practice(transaction));
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_held, HoldsBatch(transaction, *practice, *batch));
    response.set_lost_batch(!is_held);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Load(transaction, keys::Account(identity.account)));
  for (std::uint64_t number = 1; number <= account.bonds(); ++number) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto id,
                              transaction.Get(keys::BondOfAccount(identity.account, number)));
    if (!id) return DamagedRecord("an account's bond");
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(*id));
    HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::Bond(bond)));
    HOLDFAST_ASSIGN_OR_RETURN(const auto statements, Load(transaction, keys::BondStatements(bond)));
    v1::Bond& answer = *response.add_bonds();
    Copy(statements.bond(), *answer.mutable_bond());
    answer.set_head_position(record.head_position());
    HOLDFAST_ASSIGN_OR_RETURN(const AccountKey other, OtherParty(record, identity.account));
    HOLDFAST_ASSIGN_OR_RETURN(const Hash devices, NameOfDevices(transaction, other));
    answer.set_devices(devices.str());
  }
  return absl::OkStatus();
}

}  // namespace holdfast::server
