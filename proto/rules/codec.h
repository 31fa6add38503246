// The canonical encoding of everything that is signed, hashed or stored as bytes:
// fields in order, integers big-endian, no padding, no optional parts; a
// variable-length field carries its length in 16 bits before it. A decoder takes
// the whole input or refuses it (crypto/PROTOCOL.md, "Encoding").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rules/identifiers.h"

namespace holdfast {

// Whether a time is of the years that the protocol knows.
bool IsTime(std::uint64_t time_ms);

class Encoder {
 public:
  // Room for this many bytes, so that secret ones are not left behind by growing.
  Encoder& Reserve(std::size_t size);
  Encoder& U8(std::uint8_t value);
  Encoder& U16(std::uint16_t value);
  Encoder& U32(std::uint32_t value);
  Encoder& U64(std::uint64_t value);
  Encoder& I32(std::int32_t value) { return U32(static_cast<std::uint32_t>(value)); }
  Encoder& Raw(BytesView bytes);
  // Length in 16 bits, then the bytes. At most 65,535 bytes (checked).
  Encoder& Var(BytesView bytes);
  template <std::size_t kSize, class Tag>
  Encoder& Fixed(const FixedBytes<kSize, Tag>& value) {
    return Raw(value.view());
  }

  const Bytes& bytes() const { return bytes_; }
  Bytes Take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what Encoder wrote. The first field that does not fit is remembered;
// reads after it give zeros. Finish() must be asked before any value is used.
class Decoder {
 public:
  // `what` names the input in errors, e.g. "header".
  Decoder(BytesView bytes, std::string_view what) : rest_(bytes), what_(what) {}

  std::uint8_t U8(std::string_view field);
  std::uint16_t U16(std::string_view field);
  std::uint32_t U32(std::string_view field);
  std::uint64_t U64(std::string_view field);
  BytesView Raw(std::size_t size, std::string_view field);
  BytesView Var(std::string_view field);
  template <class Id>
  Id Fixed(std::string_view field) {
    const BytesView bytes = Raw(Id::size, field);
    return bytes.size() == Id::size ? Id::From(bytes, field).value() : Id();
  }
  // A field that must be 0 or 1.
  bool Flag(std::string_view field);
  // Signed, in two's complement.
  std::int32_t I32(std::string_view field);
  // Milliseconds since 1970, within the years that the protocol knows.
  std::uint64_t Time(std::string_view field);
  // The first byte of every statement; unsupported_version where it differs.
  void Version(std::uint8_t expected);
  // What Time says of a value that was read before.
  void CheckTime(std::uint64_t time_ms, std::string_view field);
  // Records a refusal of the decoder's caller, e.g. a value out of its range.
  void Fail(std::string_view field, std::string_view message);

  bool ok() const { return status_.ok(); }  // so far
  std::size_t remaining() const { return rest_.size(); }
  // OK when every field fitted and nothing is left over.
  absl::Status Finish();

 private:
  std::string Name(std::string_view field) const;

  BytesView rest_;
  friend class DecoderScope;

  std::string_view what_;  // may be empty
  std::string scope_;      // e.g. "availability.hours[2]."
  absl::Status status_;
};

// While it lives, fields are named below `name`: "from_minute" read within
// "hours[2]" within "availability" is "<what>.availability.hours[2].from_minute".
class DecoderScope {
 public:
  DecoderScope(Decoder& decoder, std::string_view name);
  ~DecoderScope() { decoder_.scope_.resize(size_before_); }
  DecoderScope(const DecoderScope&) = delete;
  DecoderScope& operator=(const DecoderScope&) = delete;

 private:
  Decoder& decoder_;
  std::size_t size_before_;
};

// Whether bytes that were written from `value` are read as it, and not refused: asked
// before anything is signed, sent or kept. What `decode` says, or internal.
template <class Value>
absl::Status CheckReadsBack(const Value& value, BytesView bytes,
                            absl::StatusOr<Value> (*decode)(BytesView)) {
  const absl::StatusOr<Value> read = decode(bytes);
  if (!read.ok()) return read.status();
  if (*read == value) return absl::OkStatus();
  return Refuse(Reason::kInternal, "", "would be read as something else, so it was not written");
}

}  // namespace holdfast
