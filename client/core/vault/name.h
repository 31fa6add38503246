// The names of the vault's values, and with each the record that stands under it: a
// record never meets another record's name. `Kept` is Bytes, or BytesView where the
// name is a constant.
#pragma once

#include <utility>

#include "rules/identifiers.h"

namespace holdfast::vault {

// One value's. `Record` is Bytes where the value is no record.
template <class Record, class Kept = Bytes>
class Name {
 public:
  constexpr explicit Name(Kept bytes) : bytes_(std::move(bytes)) {}

  constexpr BytesView view() const { return bytes_; }
  Bytes str() const { return Bytes(view()); }

 private:
  Kept bytes_;
};

// A table's, or a part's of one: what its values' names begin with.
template <class Record, class Kept = Bytes>
class Table {
 public:
  constexpr explicit Table(Kept prefix) : prefix_(std::move(prefix)) {}

  constexpr BytesView prefix() const { return prefix_; }
  // The value with this key, the rest of its name.
  Name<Record> At(BytesView key) const { return Name<Record>(Bytes(prefix()).append(key)); }
  // The part whose keys begin so.
  Table<Record> Part(BytesView key) const { return Table<Record>(Bytes(prefix()).append(key)); }

 private:
  Kept prefix_;
};

}  // namespace holdfast::vault
