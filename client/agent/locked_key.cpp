#include "client/agent/locked_key.h"

#include <sys/mman.h>

namespace holdfast::client {

LockedKey::LockedKey() {
  void* const page =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  memory_ = static_cast<unsigned char*>(page);
  locked_ = mlock(page, size) == 0;
  // Where the system knows neither: the process writes no core dump and forks none.
  madvise(page, size, MADV_DONTDUMP);
  madvise(page, size, MADV_WIPEONFORK);
}

LockedKey::~LockedKey() {
  if (memory_ == nullptr) return;
  Wipe();
  munmap(memory_, size);
}

void LockedKey::Wipe() {
  if (memory_ != nullptr) crypto::Wipe(memory_, size);
}

}  // namespace holdfast::client
