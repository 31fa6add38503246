// A bond whose client has a second device at hand, and what is refused of its account's changes.
#pragma once

#include <ostream>
#include <string>

#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {

struct ChangedAccount : ServerWorld {
  ChangedAccount() : bond(FormBond()), account(*this, bond.client), second(account.MakeFurther()) {}

  // What the therapist is told of the client's devices.
  Bytes NameOfClient() {
    v1::ListBondsResponse response;
    REQUIRE(Run([&](Core& the_core, Transaction& transaction) {
              return the_core.ListBonds(transaction, bond.therapist.caller(), {}, response);
            }).ok());
    return response.bonds(0).devices();
  }
  absl::Status Refused(const Caller& caller, const v1::ChangeAccountRequest& request) {
    FireDue();  // what an earlier change left to timers
    const MemoryStore::Rows before = RowsButClock();
    const absl::Status status = account.Change(caller, request);
    CHECK(RowsButClock() == before);
    return status;
  }

  TestBond bond;
  TestAccount account;
  TestDevice second;
};

struct Blamed {
  Reason reason = Reason::kInternal;
  std::string field;
  bool operator==(const Blamed&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Blamed& blamed) {
  return out << RowOf(blamed.reason).name << " " << blamed.field;
}
inline Blamed BlamedBy(const absl::Status& status) { return {ReasonOf(status), FieldOf(status)}; }

}  // namespace holdfast::server
