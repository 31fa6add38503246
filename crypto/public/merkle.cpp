#include "crypto/public/merkle.h"

#include <bit>

#include "crypto/public/hash.h"

namespace holdfast::crypto {
namespace {

constexpr BytesView kLeafPrefix("\0", 1);
constexpr BytesView kNodePrefix("\1", 1);

Hash Node(const Hash& left, const Hash& right) {
  return Sha256({kNodePrefix, left.view(), right.view()});
}

// The root of `leaves`; appends to the paths of its leaves, leaf to root, where
// `paths` has one for each leaf.
Hash Build(std::span<const Hash> leaves, std::span<std::vector<Hash>> paths) {
  if (leaves.size() == 1) return leaves[0];
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  const bool with_paths = !paths.empty();
  const auto left_paths = with_paths ? paths.first(split) : paths;
  const auto right_paths = with_paths ? paths.subspan(split) : paths;
  const Hash left = Build(leaves.first(split), left_paths);
  const Hash right = Build(leaves.subspan(split), right_paths);
  for (std::vector<Hash>& path : left_paths) path.push_back(right);
  for (std::vector<Hash>& path : right_paths) path.push_back(left);
  return Node(left, right);
}

}  // namespace

Hash MerkleLeaf(BytesView leaf) { return Sha256({kLeafPrefix, leaf}); }

Hash MerkleRoot(std::span<const Hash> leaves) { return Build(leaves, {}); }

std::vector<Hash> MerklePath(std::span<const Hash> leaves, std::size_t index) {
  std::vector<Hash> path;
  while (leaves.size() > 1) {
    const std::size_t split = std::bit_floor(leaves.size() - 1);
    if (index < split) {
      path.push_back(MerkleRoot(leaves.subspan(split)));
      leaves = leaves.first(split);
    } else {
      path.push_back(MerkleRoot(leaves.first(split)));
      leaves = leaves.subspan(split);
      index -= split;
    }
  }
  return {path.rbegin(), path.rend()};
}

std::vector<std::vector<Hash>> MerklePaths(std::span<const Hash> leaves) {
  std::vector<std::vector<Hash>> paths(leaves.size());
  if (!leaves.empty()) Build(leaves, paths);
  return paths;
}

bool MerkleVerify(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                  std::span<const Hash> path, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : path) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = Node(sibling, hash);
      // A last node without a sibling rises unchanged to where it has one.
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = Node(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

}  // namespace holdfast::crypto
