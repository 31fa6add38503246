#include "support/couple.h"

#include "support/wire_device.h"

namespace holdfast::test {

Couple::Couple() : Couple({}, {}) {}

Couple::Couple(const Programs& programs) : Couple({}, {}, programs) {}

Couple::Couple(const AddressFor& for_therapist, const AddressFor& for_client,
               const Programs& programs)
    : practice(files_ / "practice", programs.practice),
      therapist(files_ / "therapist", programs.device),
      client(files_ / "client", programs.device) {
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
