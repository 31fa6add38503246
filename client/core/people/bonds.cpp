#include "client/core/people/bonds.h"

#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "crypto/public/practice.h"

namespace holdfast::client {

absl::StatusOr<BondParties> PartiesOf(const vault::Bond& bond) {
  BondParties parties;
  HOLDFAST_ASSIGN_OR_RETURN(parties.bond, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(parties.therapist, AccountKey::From(bond.therapist(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(parties.client, AccountKey::From(bond.client(), "vault.bond"));
  return parties;
}

absl::StatusOr<std::vector<vault::Bond>> AllBonds(const VaultReader& reader) {
  std::vector<vault::Bond> bonds;
  HOLDFAST_RETURN_IF_ERROR(ForEachBond(reader, [&](vault::Bond bond) {
    if (bond.has_statement()) bonds.push_back(std::move(bond));
  }));
  return bonds;
}

absl::StatusOr<std::optional<vault::Bond>> FindBond(const VaultReader& reader, const BondId& bond) {
  return reader.Find(names::Bond(bond));
}

absl::StatusOr<vault::Bond> ReadBond(const VaultReader& reader, const BondId& bond) {
  return reader.Read(names::Bond(bond));
}

absl::Status ForEachBond(const VaultReader& reader,
                         const std::function<void(vault::Bond bond)>& take) {
  return reader.Scan(names::kBonds, [&](BytesView, vault::Bond bond) {
    take(std::move(bond));
    return true;
  });
}

void PutBond(VaultChange& change, const vault::Bond& bond) {
  change.Put(names::kBonds.At(bond.id()), bond);
}

PersonName WhoIs(const vault::Bond& bond, const AccountKey& own) {
  return {own.view() == bond.client() ? Who::kTherapist : Who::kClient, bond.label()};
}

absl::StatusOr<crypto::BondStatement> CheckBondStatement(const OwnDevice& own,
                                                         const v1::SignedStatement& statement,
                                                         const BondParties& expected,
                                                         const LookupId& invitation) {
  const crypto::Signed signed_statement = FromWire(statement);
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::BondStatement named,
                            crypto::DecodeBond(signed_statement.statement));
  if (!own.KnowsPractice(named.practice)) {
    return Refuse(Reason::kIntegrity, "bond.practice", "is of another practice");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::BondStatement bond,
                            crypto::VerifyBond(signed_statement, named.practice));
  if (bond.bond != expected.bond || bond.therapist != expected.therapist ||
      bond.client != expected.client || bond.invitation != invitation) {
    return Refuse(Reason::kIntegrity, "bond", "does not name the two people of the invitation");
  }
  return bond;
}

}  // namespace holdfast::client
