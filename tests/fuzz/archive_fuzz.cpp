// Bytes that were not sealed never open as a record of the archive or as its key; what was sealed
// comes back.
#include "crypto/archive.h"
#include "crypto/public/hash.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::crypto;
  static const ArchiveKey key = ArchiveKey::From(Bytes(32, 'k'), "key").value();
  static const DhSecret identity = DhSecret::From(Bytes(32, 'i'), "identity").value();
  static const PreSharedKey psk = PreSharedKey::From(Bytes(32, 'p'), "psk").value();
  const BytesView input = fuzz::View(data, size);
  ArchiveRecord record;
  record.sealed_hash = ArchiveSealedHash(input);
  fuzz::Require(!OpenArchiveRecord(key, record, input).ok());
  const auto sealed = SealArchiveRecord(key, record, input);
  if (sealed.ok()) {
    fuzz::Require(OpenArchiveRecord(key, record, *sealed).value().Expose() == input);
  }
  const auto epoch = DecodeArchiveEpoch(input);
  if (!epoch.ok()) return 0;
  fuzz::Require(!OpenPreviousArchiveKey(*epoch, key).ok());
  for (const ArchiveEpoch::ForDevice& one : epoch->devices) {
    fuzz::Require(!OpenArchiveEpoch(*epoch, one.device, identity, psk).ok());
  }
  return 0;
}
