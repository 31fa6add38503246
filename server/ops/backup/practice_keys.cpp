#include "server/ops/backup/practice_keys.h"

#include <utility>

#include "rules/errors.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_identity.h"
#include "server/ops/tls_renewal.h"

namespace holdfast::server {

absl::Status CheckPracticeKeys(const std::filesystem::path& folder, const PracticeKey& practice) {
  return CheckPracticeKeys(folder, folder / "practice.key", practice);
}

absl::Status CheckPracticeKeys(const std::filesystem::path& folder,
                               const std::filesystem::path& practice_key,
                               const PracticeKey& practice) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::SigningKey key, ReadPracticeKey(practice_key));
  if (key.public_key<PracticeKey>() != practice) {
    return Refuse(Reason::kStorageFailed, "",
                  practice_key.string() +
                      " is another practice's key than the store's: bring the right one back from "
                      "a backup");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentityIn(folder));
  return InspectTlsIdentity(tls).status();
}

}  // namespace holdfast::server
