// Rows with holes where ids and times stand, to be filled with others: what a
// caseload wrote becomes what any number of caseloads would have written. The
// signatures stay those of the first: the practice checks none that it has stored.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "rules/identifiers.h"

namespace holdfast::bench {

class RowPattern {
 public:
  using Rows = std::map<Bytes, Bytes, std::less<>>;

  // Of the rows whose key holds one of the ids. The times are milliseconds since
  // 1970, far enough apart from any other number to be known where they stand.
  RowPattern(const Rows& rows, std::vector<Bytes> ids, std::vector<std::uint64_t> times);

  std::size_t rows() const { return rows_.size(); }
  // The rows of copy `number`, from 1, with all its times `later_ms` later.
  void Copy(std::uint64_t number, std::uint64_t later_ms,
            const std::function<void(BytesView key, BytesView value)>& row);

 private:
  struct Hole {
    std::size_t at = 0;
    std::size_t filling = 0;  // index into fillings_
  };
  struct Piece {
    Bytes bytes;  // filled anew for each copy
    std::vector<Hole> holes;
  };
  struct Row {
    Piece key;
    Piece value;
  };

  Piece PieceOf(const Bytes& bytes) const;
  void Fill(Piece& piece) const;

  std::vector<Bytes> ids_;
  std::vector<std::uint64_t> times_;
  std::vector<Bytes> sought_;    // each id, each time in both encodings
  std::vector<Bytes> fillings_;  // of the same sizes
  std::vector<Row> rows_;
};

}  // namespace holdfast::bench
