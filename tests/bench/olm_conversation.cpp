#include "bench/olm_conversation.h"

#ifdef HOLDFAST_HAS_OLM
#include <olm/olm.h>
#include <sodium.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>
#endif

namespace holdfast::bench {

#ifdef HOLDFAST_HAS_OLM
namespace {

std::size_t Good(std::size_t result, const char* what) {
  if (result == olm_error()) throw std::runtime_error(std::string("libolm: ") + what);
  return result;
}

std::string Random(std::size_t bytes) {
  std::string random(bytes, '\0');
  randombytes_buf(random.data(), random.size());
  return random;
}

// What libolm calls an account: one device's identity.
class OlmDevice {
 public:
  OlmDevice() : memory_(olm_account_size()), account_(olm_account(memory_.data())) {
    std::string random = Random(olm_create_account_random_length(account_));
    Good(olm_create_account(account_, random.data(), random.size()), "create an account");
  }

  OlmAccount* get() const { return account_; }

  std::string IdentityKey() const {
    std::string keys(olm_account_identity_keys_length(account_), '\0');
    Good(olm_account_identity_keys(account_, keys.data(), keys.size()), "identity keys");
    return nlohmann::json::parse(keys).at("curve25519").get<std::string>();
  }

  std::string OneTimeKey() const {
    std::string random = Random(olm_account_generate_one_time_keys_random_length(account_, 1));
    Good(olm_account_generate_one_time_keys(account_, 1, random.data(), random.size()),
         "make a one-time key");
    std::string keys(olm_account_one_time_keys_length(account_), '\0');
    Good(olm_account_one_time_keys(account_, keys.data(), keys.size()), "one-time keys");
    return nlohmann::json::parse(keys).at("curve25519").begin()->get<std::string>();
  }

 private:
  std::vector<unsigned char> memory_;
  OlmAccount* account_;
};

struct OlmMessage {
  std::size_t type = 0;
  std::string text;
};

class OlmSide {
 public:
  OlmSide() : memory_(olm_session_size()), session_(olm_session(memory_.data())) {}

  void BeginWith(const OlmDevice& own, const OlmDevice& other) {
    const std::string identity = other.IdentityKey();
    const std::string one_time = other.OneTimeKey();
    std::string random = Random(olm_create_outbound_session_random_length(session_));
    Good(
        olm_create_outbound_session(session_, own.get(), identity.data(), identity.size(),
                                    one_time.data(), one_time.size(), random.data(), random.size()),
        "begin a session");
  }

  void AnswerTo(const OlmDevice& own, OlmMessage first) {
    Good(olm_create_inbound_session(session_, own.get(), first.text.data(), first.text.size()),
         "answer a session");
  }

  OlmMessage Encrypt(const std::string& content) {
    OlmMessage message;
    message.type = Good(olm_encrypt_message_type(session_), "message type");
    std::string random = Random(olm_encrypt_random_length(session_));
    message.text.resize(olm_encrypt_message_length(session_, content.size()));
    Good(olm_encrypt(session_, content.data(), content.size(), random.data(), random.size(),
                     message.text.data(), message.text.size()),
         "encrypt");
    return message;
  }

  // libolm decodes base64 in the caller's own memory, so it is given copies.
  std::string Decrypt(const OlmMessage& message) {
    std::string copy = message.text;
    std::string content(
        Good(olm_decrypt_max_plaintext_length(session_, message.type, copy.data(), copy.size()),
             "length of a message"),
        '\0');
    copy = message.text;
    content.resize(Good(olm_decrypt(session_, message.type, copy.data(), copy.size(),
                                    content.data(), content.size()),
                        "decrypt"));
    return content;
  }

 private:
  std::vector<unsigned char> memory_;
  OlmSession* session_;
};

class LinkedOlm final : public OlmConversation {
 public:
  LinkedOlm() {
    one_.BeginWith(one_device_, other_device_);
    const OlmMessage first = one_.Encrypt("hello");
    other_.AnswerTo(other_device_, first);
    if (other_.Decrypt(first) != "hello") throw std::runtime_error("libolm: the first message");
    Back("hello");
  }

  void There(const std::string& content) override { Carry(one_, other_, content); }
  void Back(const std::string& content) override { Carry(other_, one_, content); }

 private:
  static void Carry(OlmSide& from, OlmSide& to, const std::string& content) {
    if (to.Decrypt(from.Encrypt(content)) != content) {
      throw std::runtime_error("libolm: a message came out different");
    }
  }

  OlmDevice one_device_, other_device_;
  OlmSide one_, other_;
};

}  // namespace

std::unique_ptr<OlmConversation> OlmConversation::Begin() { return std::make_unique<LinkedOlm>(); }

#else

std::unique_ptr<OlmConversation> OlmConversation::Begin() { return nullptr; }

#endif

}  // namespace holdfast::bench
