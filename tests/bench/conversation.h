// Two devices that write to each other with the product's own cryptography: body,
// capsule, ratchet and chains, as a client's engine uses them.
#pragma once

#include "crypto/chain.h"
#include "crypto/session_set.h"
#include "holdfast/v1/mailbox.pb.h"
#include "support/wire_device.h"

namespace holdfast::bench {

// The largest content in the 1 KiB bucket.
inline constexpr std::size_t kContentBytes = 1023;

class Conversation {
 public:
  // The devices must outlive it.
  Conversation(const test::WireDevice& therapist, const test::WireDevice& client,
               const BondId& bond, const crypto::PreSharedKey& psk);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // Whoever begins must be the client. A side that has not opened anything yet
  // carries the session's beginning along in every capsule.
  v1::SendRequest SealByClient(BytesView content) { return Seal(client_, therapist_, content); }
  v1::SendRequest SealByTherapist(BytesView content) { return Seal(therapist_, client_, content); }
  // The content; throws unless it opens and all hashes and the chain are right.
  Bytes OpenByTherapist(const v1::SendRequest& envelope) { return Open(therapist_, envelope); }
  Bytes OpenByClient(const v1::SendRequest& envelope) { return Open(client_, envelope); }

  // One message each way, after which capsules are as small as they stay.
  void Settle();

 private:
  struct Side {
    Side(const test::WireDevice& own, const test::WireDevice& other, crypto::PairContext context,
         const crypto::PreSharedKey& psk);

    const test::WireDevice& device;
    const test::WireDevice& peer;
    crypto::OwnKeys keys;
    crypto::SessionSet sessions;
    crypto::ChainHead own_chain;
    crypto::ChainHead peer_chain;
  };

  v1::SendRequest Seal(Side& from, const Side& to, BytesView content);
  static Bytes Open(Side& at, const v1::SendRequest& envelope);

  BondId bond_;
  crypto::PreSharedKey psk_;
  Side therapist_;
  Side client_;
};

}  // namespace holdfast::bench
