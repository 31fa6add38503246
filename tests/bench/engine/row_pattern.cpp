#include "bench/engine/row_pattern.h"

#include <algorithm>
#include <stdexcept>

#include "rules/codec.h"

namespace holdfast::bench {
namespace {

Bytes BigEndian(std::uint64_t number) { return Encoder().U64(number).Take(); }

// As protobuf writes it.
Bytes Varint(std::uint64_t number) {
  Bytes bytes;
  for (; number >= 0x80; number >>= 7) bytes.push_back(static_cast<char>(number | 0x80));
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

// SplitMix64: evenly spread, like the random ids that it stands for.
std::uint64_t Mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

Bytes OtherId(const Bytes& id, std::uint64_t copy) {
  Bytes other;
  for (std::size_t at = 0; at < id.size(); at += sizeof(std::uint64_t)) {
    Decoder word(BytesView(id).substr(at, sizeof(std::uint64_t)), "id");
    other += BigEndian(Mix(word.U64("word") ^ Mix(copy)));
  }
  return other;
}

}  // namespace

RowPattern::RowPattern(const Rows& rows, std::vector<Bytes> ids, std::vector<std::uint64_t> times)
    : ids_(std::move(ids)), times_(std::move(times)), sought_(ids_) {
  for (const std::uint64_t time : times_) {
    sought_.push_back(BigEndian(time));
    sought_.push_back(Varint(time));
  }
  fillings_ = sought_;
  for (const auto& [key, value] : rows) {
    Row row{PieceOf(key), PieceOf(value)};
    const bool is_ours = std::ranges::any_of(
        row.key.holes, [&](const Hole& hole) { return hole.filling < ids_.size(); });
    if (is_ours) rows_.push_back(std::move(row));
  }
}

RowPattern::Piece RowPattern::PieceOf(const Bytes& bytes) const {
  Piece piece{bytes, {}};
  for (std::size_t i = 0; i < sought_.size(); ++i) {
    for (std::size_t at = bytes.find(sought_[i]); at != Bytes::npos;
         at = bytes.find(sought_[i], at + 1)) {
      piece.holes.push_back({at, i});
    }
  }
  return piece;
}

void RowPattern::Fill(Piece& piece) const {
  for (const Hole& hole : piece.holes) {
    std::ranges::copy(fillings_[hole.filling],
                      piece.bytes.begin() + static_cast<std::ptrdiff_t>(hole.at));
  }
}

void RowPattern::Copy(std::uint64_t number, std::uint64_t later_ms,
                      const std::function<void(BytesView, BytesView)>& row) {
  for (std::size_t i = 0; i < ids_.size(); ++i) fillings_[i] = OtherId(ids_[i], number);
  for (std::size_t i = 0; i < times_.size(); ++i) {
    fillings_[ids_.size() + 2 * i] = BigEndian(times_[i] + later_ms);
    fillings_[ids_.size() + 2 * i + 1] = Varint(times_[i] + later_ms);
  }
  for (std::size_t i = 0; i < fillings_.size(); ++i) {
    if (fillings_[i].size() != sought_[i].size()) throw std::runtime_error("a hole does not fit");
  }
  for (Row& one : rows_) {
    Fill(one.key);
    Fill(one.value);
    row(one.key.bytes, one.value.bytes);
  }
}

}  // namespace holdfast::bench
