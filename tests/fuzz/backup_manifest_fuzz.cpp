// A backup may come from a disk that anybody could write to. Whatever stands in its manifest
// above a hash that holds, it names no file outside of the backup.
#include "crypto/public/file_hash.h"
#include "fuzz.h"
#include "server/ops/backup/backup_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const BytesView input = fuzz::View(data, size);
  (void)server::ParseManifest(input);
  crypto::FileHasher hasher;
  hasher.Add(input);
  const auto manifest = server::ParseManifest(Bytes(input) + "end " + hasher.Finish().hex() + "\n");
  if (!manifest.ok()) return 0;
  for (const server::BackupFile& file : manifest->files) {
    fuzz::Require(file.path.front() != '/' && file.path.find("..") == Bytes::npos);
  }
  fuzz::Require(server::ParseManifest(server::WriteManifest(*manifest)).ok());
  return 0;
}
