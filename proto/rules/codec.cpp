#include "rules/codec.h"

#include <array>
#include <cstdlib>
#include <string>

#include "rules/limits.h"

namespace holdfast {
namespace {

template <class Integer>
void AppendBigEndian(Integer value, Bytes& out) {
  std::array<char, sizeof(Integer)> bytes;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(value));
    value = static_cast<Integer>(std::uint64_t{value} >> 8);
  }
  out.append(bytes.data(), bytes.size());
}

std::uint64_t BigEndian(BytesView bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

bool IsTime(std::uint64_t time_ms) {
  return time_ms >= limits::kTimeMinMs && time_ms <= limits::kTimeMaxMs;
}

Encoder& Encoder::Reserve(std::size_t size) {
  bytes_.reserve(size);
  return *this;
}
Encoder& Encoder::U8(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}
Encoder& Encoder::U16(std::uint16_t value) {
  AppendBigEndian(value, bytes_);
  return *this;
}
Encoder& Encoder::U32(std::uint32_t value) {
  AppendBigEndian(value, bytes_);
  return *this;
}
Encoder& Encoder::U64(std::uint64_t value) {
  AppendBigEndian(value, bytes_);
  return *this;
}
Encoder& Encoder::Raw(BytesView bytes) {
  bytes_ += bytes;
  return *this;
}
Encoder& Encoder::Var(BytesView bytes) {
  if (bytes.size() > 0xffff) std::abort();  // callers hold every payload below its limit
  return U16(static_cast<std::uint16_t>(bytes.size())).Raw(bytes);
}

std::string Decoder::Name(std::string_view field) const {
  std::string name(what_);
  if (!name.empty()) name += '.';
  name += scope_;
  return name += field;
}

DecoderScope::DecoderScope(Decoder& decoder, std::string_view name)
    : decoder_(decoder), size_before_(decoder.scope_.size()) {
  decoder_.scope_ += name;
  decoder_.scope_ += '.';
}

void Decoder::Fail(std::string_view field, std::string_view message) {
  if (status_.ok()) status_ = Refuse(Reason::kMalformedField, Name(field), message);
}

BytesView Decoder::Raw(std::size_t size, std::string_view field) {
  if (!status_.ok()) return {};
  if (rest_.size() < size) {
    Fail(field, "is cut short: needs " + std::to_string(size) + " bytes, has " +
                    std::to_string(rest_.size()));
    return {};
  }
  const BytesView bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

BytesView Decoder::Var(std::string_view field) { return Raw(U16(field), field); }

std::uint8_t Decoder::U8(std::string_view field) {
  return static_cast<std::uint8_t>(BigEndian(Raw(1, field)));
}
std::uint16_t Decoder::U16(std::string_view field) {
  return static_cast<std::uint16_t>(BigEndian(Raw(2, field)));
}
std::uint32_t Decoder::U32(std::string_view field) {
  return static_cast<std::uint32_t>(BigEndian(Raw(4, field)));
}
std::uint64_t Decoder::U64(std::string_view field) { return BigEndian(Raw(8, field)); }

bool Decoder::Flag(std::string_view field) {
  const std::uint8_t value = U8(field);
  if (value > 1) Fail(field, "must be 0 or 1");
  return value == 1;
}

std::int32_t Decoder::I32(std::string_view field) { return static_cast<std::int32_t>(U32(field)); }

std::uint64_t Decoder::Time(std::string_view field) {
  const std::uint64_t time_ms = U64(field);
  CheckTime(time_ms, field);
  return time_ms;
}

void Decoder::CheckTime(std::uint64_t time_ms, std::string_view field) {
  if (IsTime(time_ms)) return;
  Fail(field, "must be between the years 2020 and 2200, in milliseconds since 1970");
}

void Decoder::Version(std::uint8_t expected) {
  const std::uint8_t version = U8("version");
  if (status_.ok() && version != expected) {
    status_ = Refuse(Reason::kUnsupportedVersion, Name("version"),
                     "is " + std::to_string(version) + "; this program speaks " +
                         std::to_string(expected) + ". Update the older side");
  }
}

absl::Status Decoder::Finish() {
  if (status_.ok() && !rest_.empty()) {
    Fail("end", "is followed by " + std::to_string(rest_.size()) + " bytes too many");
  }
  return status_;
}

}  // namespace holdfast
