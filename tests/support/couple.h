// What most scenarios begin with: a practice that serves, a therapist enrolled and
// a client who joined.
#pragma once

#include <functional>
#include <string>

#include "support/person.h"
#include "support/practice_process.h"

namespace holdfast::test {

struct Programs {
  std::string practice = HOLDFASTD;
  std::string device = HOLDFAST;
};

class Couple {
 public:
  Couple();
  explicit Couple(const Programs& programs);
  // Client and therapist reach the practice at these addresses, e.g. of proxies
  // made by `address_for`, which is called once the practice serves.
  using AddressFor = std::function<std::string(PracticeProcess&)>;
  Couple(const AddressFor& for_therapist, const AddressFor& for_client,
         const Programs& programs = {});

  const TempDir& files() const { return files_; }

 private:
  TempDir files_;

 public:
  PracticeProcess practice;
  Person therapist;
  Person client;
};

}  // namespace holdfast::test
