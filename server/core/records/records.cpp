#include "server/core/records/records.h"

namespace holdfast::server {

absl::Status DamagedRecord(std::string_view what) {
  return Refuse(Reason::kStorageFailed, "",
                "a stored record is damaged or missing (" + std::string(what) +
                    "). Check the disk and restore the newest backup");
}

void Copy(const crypto::Signed& from, StoredStatement& to) {
  to.set_statement(from.statement);
  to.set_signature(from.signature);
}

void Copy(const StoredStatement& from, v1::SignedStatement& to) {
  to.set_statement(from.statement());
  to.set_signature(from.signature());
}

crypto::Signed ToSigned(const StoredStatement& stored) {
  return {stored.statement(), stored.signature()};
}

}  // namespace holdfast::server
