// RFC 6962 section 2.1 Merkle trees over SHA-256: leaf = H(0x00 || bytes), node =
// H(0x01 || left || right).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rules/identifiers.h"

namespace holdfast::crypto {

Hash MerkleLeaf(BytesView leaf);
// At least one leaf hash.
Hash MerkleRoot(std::span<const Hash> leaves);
// The audit path of leaf `index`, leaf to root.
std::vector<Hash> MerklePath(std::span<const Hash> leaves, std::size_t index);
// All paths at once, for a batch.
std::vector<std::vector<Hash>> MerklePaths(std::span<const Hash> leaves);
// Whether `leaf` is number `index` of `size` leaves under `root`.
bool MerkleVerify(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                  std::span<const Hash> path, const Hash& root);

}  // namespace holdfast::crypto
