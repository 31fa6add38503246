// Two devices that write to each other with libolm, Matrix's implementation of the same two
// specifications, where it is installed: the peer that ours is measured beside.
#pragma once

#include <memory>
#include <string>

namespace holdfast::bench {

class OlmConversation {
 public:
  // Null where it was built without libolm.
  static std::unique_ptr<OlmConversation> Begin();
  virtual ~OlmConversation() = default;
  // Encrypts and decrypts `content`, from one to the other; throws unless it comes out the same.
  virtual void There(const std::string& content) = 0;
  virtual void Back(const std::string& content) = 0;
};

}  // namespace holdfast::bench
