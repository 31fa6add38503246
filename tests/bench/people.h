// A therapist and a client who are registered at a practice over the wire: real
// keys, statements, invitation and logins.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/conversation.h"

namespace holdfast::bench {

class Pair {
 public:
  // Enrols with the practice's code, invites and joins.
  explicit Pair(const std::string& enrolment_code);

  // Distinct envelopes from the client, sealed and not yet sent.
  std::vector<v1::SendRequest> Envelopes(std::size_t count);

  test::WireDevice& therapist() { return therapist_; }
  test::WireDevice& client() { return client_; }

 private:
  test::WireDevice therapist_;
  test::WireDevice client_;
  std::unique_ptr<Conversation> conversation_;
};

using People = std::vector<std::unique_ptr<Pair>>;

// As many connections carry the load; each has a bond and a mailbox of its own.
inline constexpr std::size_t kPairs = 8;

}  // namespace holdfast::bench
