// Seal plus open of a 1 KiB message by the product's cryptography: in one
// direction, and in ping-pong, where each message turns the ratchet.
#pragma once

#include <memory>

#include "bench/conversation.h"
#include "bench/measurement.h"
#include "bench/olm_conversation.h"
#include "bench/options.h"

namespace holdfast::bench {

class Sealing : public Measurement {
 public:
  explicit Sealing(const Options& options);
  void Round() override;
  void Report(Table& table) const override;

 private:
  void RoundOfOlm(const std::string& content);
  void ReportOlm(Table& table) const;

  int messages_;
  test::WireDevice therapist_;
  test::WireDevice client_;
  Conversation conversation_;
  std::unique_ptr<OlmConversation> olm_;  // null where libolm is not installed
  // Microseconds of CPU for one message, one value a round.
  std::vector<double> one_way_us_;
  std::vector<double> ping_pong_us_;
  std::vector<double> three_x25519_us_;
  std::vector<double> olm_one_way_us_;
  std::vector<double> olm_ping_pong_us_;
};

}  // namespace holdfast::bench
