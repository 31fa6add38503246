#include "server/core/members/parties.h"

#include "server/core/records/keys.h"

namespace holdfast::server {

absl::StatusOr<BondRecord> BondOfParty(Transaction& transaction, const BondId& bond,
                                       const AccountKey& account, std::string_view field) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Find(transaction, keys::Bond(bond)));
  if (!record || (BytesView(record->therapist()) != account.view() &&
                  BytesView(record->client()) != account.view())) {
    return Refuse(Reason::kUnknownBond, field, "is not a bond of this account at this practice");
  }
  return *std::move(record);
}

absl::StatusOr<AccountKey> OtherParty(const BondRecord& bond, const AccountKey& account) {
  const bool is_therapist = BytesView(bond.therapist()) == account.view();
  return Stored<AccountKey>(is_therapist ? bond.client() : bond.therapist());
}

absl::StatusOr<bool> MayHaveLostSome(Context& context, Transaction& transaction,
                                     const BondRecord& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  return bond.formed_in() < static_cast<std::uint32_t>(practice->incarnations_size() - 1);
}

}  // namespace holdfast::server
