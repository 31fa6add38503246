// A key in a page of memory of its own: out of the swap space where the system allows that,
// out of core dumps and of what is forked, and zeroed before it goes.
#pragma once

#include <cstddef>

#include "crypto/vault_key.h"

namespace holdfast::client {

class LockedKey {
 public:
  static constexpr std::size_t size = crypto::VaultKey::size;

  LockedKey();
  ~LockedKey();
  LockedKey(const LockedKey&) = delete;
  LockedKey& operator=(const LockedKey&) = delete;

  // Where to put it and to read it; null where there is no memory.
  unsigned char* data() { return memory_; }
  // The system keeps it out of the swap space.
  bool is_locked() const { return locked_; }
  void Wipe();

 private:
  unsigned char* memory_ = nullptr;
  bool locked_ = false;
};

}  // namespace holdfast::client
