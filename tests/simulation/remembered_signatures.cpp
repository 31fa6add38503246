// Half of a simulated year's work would be the same signatures, checked and checked
// again: by both sides, at every connection. Verifying and deriving a key pair are
// pure, so the real answer to the same question is remembered; and what was signed
// in this process verifies, as the tests of crypto prove. The linker puts these in
// front of libsodium's own (CMakeLists.txt: --wrap).
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace {

// A year asks some thousand different questions.
constexpr std::size_t kAnswersMax = 65'536;

using Question = std::string;

template <class Answer>
Answer& Slot(std::unordered_map<Question, Answer>& answers, const Question& question, bool& fresh) {
  if (answers.size() >= kAnswersMax) answers.clear();
  const auto [at, inserted] = answers.try_emplace(question);
  fresh = inserted;
  return at->second;
}

void Append(Question& question, const unsigned char* bytes, std::size_t size) {
  question.append(reinterpret_cast<const char*>(bytes), size);
}

std::unordered_map<Question, int>& Verified() {
  static std::unordered_map<Question, int> answers;
  return answers;
}

Question VerifyQuestion(const unsigned char* signature, const unsigned char* message,
                        unsigned long long size, const unsigned char* key) {
  Question question;
  question.reserve(crypto_sign_BYTES + crypto_sign_PUBLICKEYBYTES + size);
  Append(question, signature, crypto_sign_BYTES);
  Append(question, key, crypto_sign_PUBLICKEYBYTES);
  Append(question, message, size);
  return question;
}

struct KeyPair {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key{};
};

}  // namespace

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's.
int __real_crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message,
                                       unsigned long long size, const unsigned char* key);
int __real_crypto_sign_detached(unsigned char* signature, unsigned long long* signature_size,
                                const unsigned char* message, unsigned long long size,
                                const unsigned char* secret_key);
int __real_crypto_sign_seed_keypair(unsigned char* public_key, unsigned char* secret_key,
                                    const unsigned char* seed);

int __wrap_crypto_sign_verify_detached(const unsigned char* signature, const unsigned char* message,
                                       unsigned long long size, const unsigned char* key) {
  bool fresh = false;
  int& answer = Slot(Verified(), VerifyQuestion(signature, message, size, key), fresh);
  if (fresh) answer = __real_crypto_sign_verify_detached(signature, message, size, key);
  return answer;
}

int __wrap_crypto_sign_detached(unsigned char* signature, unsigned long long* signature_size,
                                const unsigned char* message, unsigned long long size,
                                const unsigned char* secret_key) {
  const int signed_it =
      __real_crypto_sign_detached(signature, signature_size, message, size, secret_key);
  // A secret key ends with its public key.
  const unsigned char* key = secret_key + crypto_sign_SEEDBYTES;
  bool fresh = false;
  if (signed_it == 0) Slot(Verified(), VerifyQuestion(signature, message, size, key), fresh) = 0;
  return signed_it;
}

int __wrap_crypto_sign_seed_keypair(unsigned char* public_key, unsigned char* secret_key,
                                    const unsigned char* seed) {
  static std::unordered_map<Question, KeyPair> answers;
  Question question;
  Append(question, seed, crypto_sign_SEEDBYTES);
  bool fresh = false;
  KeyPair& pair = Slot(answers, question, fresh);
  if (fresh) {
    __real_crypto_sign_seed_keypair(pair.public_key.data(), pair.secret_key.data(), seed);
  }
  std::copy(pair.public_key.begin(), pair.public_key.end(), public_key);
  std::copy(pair.secret_key.begin(), pair.secret_key.end(), secret_key);
  return 0;
}
// NOLINTEND(bugprone-reserved-identifier)
}
