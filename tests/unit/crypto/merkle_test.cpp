// Merkle trees and paths, against published vectors.
#include "crypto/public/merkle.h"

#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

// The inputs and roots of the Certificate Transparency project's own tests.
constexpr std::string_view kInputs[] = {"",
                                        "00",
                                        "10",
                                        "2021",
                                        "3031",
                                        "40414243",
                                        "5051525354555657",
                                        "606162636465666768696a6b6c6d6e6f"};
constexpr std::string_view kRoots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

std::vector<Hash> Leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(MerkleLeaf(std::to_string(i)));
  return leaves;
}

TEST_CASE("roots agree with the RFC 6962 vectors", "[merkle]") {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < std::size(kInputs); ++i) {
    leaves.push_back(MerkleLeaf(Hex(kInputs[i])));
    CHECK(MerkleRoot(leaves).hex() == kRoots[i]);
  }
}

TEST_CASE("every leaf of every tree is proved by its path, and by no other", "[merkle]") {
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::vector<Hash> leaves = Leaves(size);
    const Hash root = MerkleRoot(leaves);
    const auto paths = MerklePaths(leaves);
    REQUIRE(paths.size() == size);
    for (std::size_t i = 0; i < size; ++i) {
      INFO("leaf " << i << " of " << size);
      CHECK(paths[i] == MerklePath(leaves, i));
      CHECK(MerkleVerify(leaves[i], i, size, paths[i], root));
      for (std::size_t other = 0; other < size; ++other) {
        if (other != i) {
          CHECK_FALSE(MerkleVerify(leaves[i], other, size, paths[i], root));
          CHECK_FALSE(MerkleVerify(leaves[other], i, size, paths[i], root));
        }
      }
    }
  }
}

TEST_CASE("a shortened, lengthened or changed path proves nothing", "[merkle]") {
  const std::vector<Hash> leaves = Leaves(11);
  const Hash root = MerkleRoot(leaves);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::vector<Hash> path = MerklePath(leaves, i);
    for (std::size_t step = 0; step < path.size(); ++step) {
      std::vector<Hash> changed = path;
      changed[step].data()[5] ^= 1;
      CHECK_FALSE(MerkleVerify(leaves[i], i, 11, changed, root));
      changed = path;
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(step));
      CHECK_FALSE(MerkleVerify(leaves[i], i, 11, changed, root));
    }
    std::vector<Hash> longer = path;
    longer.push_back(leaves[0]);
    CHECK_FALSE(MerkleVerify(leaves[i], i, 11, longer, root));
    CHECK_FALSE(MerkleVerify(leaves[i], i, 11, path, leaves[0]));
  }
  CHECK_FALSE(MerkleVerify(leaves[0], 11, 11, {}, root));
  CHECK_FALSE(MerkleVerify(leaves[0], 0, 0, {}, leaves[0]));
}

TEST_CASE("a node cannot be passed off as a leaf", "[merkle]") {
  const std::vector<Hash> leaves = Leaves(2);
  const Hash root = MerkleRoot(leaves);
  CHECK(MerkleLeaf(leaves[0].str() + leaves[1].str()) != root);
}

}  // namespace
}  // namespace holdfast::crypto
