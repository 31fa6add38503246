// The hash of a file that is read in blocks: BLAKE2b-256 of its bytes and of nothing
// else, so that `b2sum -l 256` says the same.
#pragma once

#include <array>

#include "rules/identifiers.h"

namespace holdfast::crypto {

class FileHasher {
 public:
  FileHasher();
  FileHasher(const FileHasher&) = delete;
  FileHasher& operator=(const FileHasher&) = delete;

  void Add(BytesView block);
  Hash Finish();  // once

 private:
  static constexpr std::size_t kStateBytes = 384;
  alignas(64) std::array<unsigned char, kStateBytes> state_{};
};

}  // namespace holdfast::crypto
