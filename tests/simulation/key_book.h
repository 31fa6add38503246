// An onlooker on the wire: one message key seals one text, and one envelope id
// stands for one envelope, whatever is lost, repeated or restored.
#pragma once

#include <map>

#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

class KeyBook {
 public:
  explicit KeyBook(Verdict& verdict) : verdict_(verdict) {}
  void Sent(const v1::SendRequest& request);
  // For other devices than its bond has: it is sealed again for those.
  void RefusedForDevices(const v1::SendRequest& request);

 private:
  Verdict& verdict_;
  std::map<Bytes, std::size_t> sealed_;          // by the part that names the key
  std::map<EnvelopeId, std::size_t> envelopes_;  // hashes of the bytes
};

}  // namespace holdfast::simulation
