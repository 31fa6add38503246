// The first byte chooses leaf, batch, or a proof made of the rest.
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "fuzz.h"

namespace {

using namespace holdfast;

void CheckProof(BytesView input) {
  if (input.size() < 8 + Hash::size) return;
  const Hash root = Hash::From(input.substr(0, Hash::size), "root").value();
  input.remove_prefix(Hash::size);
  const auto number = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
  const std::uint64_t index = number(0) * 256U + number(1);
  const std::uint64_t size = number(2) * 256U + number(3);
  std::vector<Hash> path;
  for (input.remove_prefix(8); input.size() >= Hash::size; input.remove_prefix(Hash::size)) {
    path.push_back(Hash::From(input.substr(0, Hash::size), "path").value());
  }
  // Nobody finds a path to a root that was not made from the leaf.
  fuzz::Require(!crypto::MerkleVerify(crypto::MerkleLeaf("leaf"), index, size, path, root));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView input = fuzz::View(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      fuzz::CheckCanonical(input, DecodeReceiptLeaf, EncodeReceiptLeaf);
      break;
    case 1:
      fuzz::CheckCanonical(input, DecodeBatchStatement, EncodeBatchStatement);
      break;
    default:
      CheckProof(input);
      break;
  }
  return 0;
}
