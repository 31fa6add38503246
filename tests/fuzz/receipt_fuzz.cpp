// The first byte chooses leaf, batch, or a proof made of the rest.
#include <bit>
#include <optional>
#include <span>

#include "crypto/public/hash.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "fuzz.h"

namespace {

using namespace holdfast;

// The root as RFC 6962 defines it, from the top down; nothing where the path does
// not have the tree's length.
std::optional<Hash> RootOf(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                           std::span<const Hash> path) {
  if (index >= size) return std::nullopt;
  if (size == 1) return path.empty() ? std::optional(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const std::uint64_t split = std::bit_floor(size - 1);
  const Hash& sibling = path.back();
  const auto below = path.first(path.size() - 1);
  const bool left = index < split;
  const auto child =
      left ? RootOf(leaf, index, split, below) : RootOf(leaf, index - split, size - split, below);
  if (!child) return std::nullopt;
  const Hash& first = left ? *child : sibling;
  const Hash& second = left ? sibling : *child;
  return crypto::Sha256({BytesView("\1", 1), first.view(), second.view()});
}

void CheckProof(BytesView input) {
  if (input.size() < 4) return;
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned char>(input[at]) * 256U + static_cast<unsigned char>(input[at + 1]);
  };
  const std::uint64_t index = number(0);
  const std::uint64_t size = number(2);
  std::vector<Hash> path;
  for (input.remove_prefix(4); input.size() >= Hash::size; input.remove_prefix(Hash::size)) {
    path.push_back(Hash::From(input.substr(0, Hash::size), "path").value());
  }
  const Hash leaf = crypto::MerkleLeaf("leaf");
  const auto root = RootOf(leaf, index, size, path);
  fuzz::Require(crypto::MerkleVerify(leaf, index, size, path, root.value_or(Hash())) ==
                root.has_value());
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
