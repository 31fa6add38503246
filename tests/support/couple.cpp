#include "support/couple.h"

#include "support/wire_device.h"

namespace holdfast::test {

Couple::Couple() : Couple({}, {}) {}

Couple::Couple(const AddressFor& for_therapist, const AddressFor& for_client)
    : practice(files_ / "practice"), therapist(files_ / "therapist"), client(files_ / "client") {
  practice.Start();
  std::string code = practice.EnrolmentCode();
  if (for_therapist) code = Readdressed(code, for_therapist(practice));
  therapist.Enroll(code);
  const std::string invitation = therapist.Invite();
  client.Join(Readdressed(invitation, for_client ? for_client(practice) : practice.address()));
  // The therapist's device learns of the bond.
  therapist.Sync();
}

}  // namespace holdfast::test
