#include "server/core/members/expiries.h"

#include "server/core/records/keys.h"

namespace holdfast::server {

absl::StatusOr<std::vector<Expiry>> ReadExpiries(Transaction& transaction, BytesView first,
                                                 std::size_t max) {
  const Bytes begin(first.substr(0, 1 + AccountKey::size));
  std::vector<Expiry> expiries;
  absl::Status status;
  HOLDFAST_RETURN_IF_ERROR(
      transaction.Scan(begin, keys::AfterPrefix(begin), max, [&](BytesView key, BytesView value) {
        const auto lookup = Stored<LookupId>(Bytes(key.substr(begin.size())));
        status = lookup.status();
        if (lookup.ok()) expiries.push_back({*lookup, keys::LastNumber(value)});
        return lookup.ok();
      }));
  HOLDFAST_RETURN_IF_ERROR(status);
  return expiries;
}

}  // namespace holdfast::server
