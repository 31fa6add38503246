// An envelope's header as bytes.
#include "rules/header.h"

#include <functional>
#include <string>
#include <vector>

#include "rules/codec.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "unit/rules/support.h"

namespace holdfast {
namespace {

Header Sample() {
  Header header;
  header.bond = Filled<BondId>('b');
  header.envelope = Filled<EnvelopeId>('e');
  header.sender_account = Filled<AccountKey>('a');
  header.sender_device = Filled<DeviceId>('d');
  header.kind = Kind::kCheckIn;
  header.reply_owed = true;
  header.slot = Filled<SlotId>('s');
  header.reply_to = Filled<EnvelopeId>('r');
  header.sent_at_ms = 1'800'000'000'000;
  header.body_bytes = 1024 + 72;
  header.sender_list_version = 3;
  header.receiver_list_version = 4;
  return header;
}

struct BadHeader {
  std::string field;
  std::function<void(Header&)> spoil;
};

std::vector<BadHeader> BadHeaders() {
  return {
      {"header.envelope", [](Header& h) { h.envelope = EnvelopeId(); }},
      {"header.kind", [](Header& h) { h.kind = static_cast<Kind>(6); }},
      {"header.kind", [](Header& h) { h.kind = static_cast<Kind>(0); }},
      {"header.sent_at_ms", [](Header& h) { h.sent_at_ms = limits::kTimeMinMs - 1; }},
      {"header.sent_at_ms", [](Header& h) { h.sent_at_ms = limits::kTimeMaxMs + 1; }},
      {"header.body_bytes", [](Header& h) { h.body_bytes = 1024; }},
      {"header.body_bytes", [](Header& h) { h.body_bytes = 0xffffffff; }},
      {"header.sender_list_version", [](Header& h) { h.sender_list_version = 0; }},
      {"header.receiver_list_version", [](Header& h) { h.receiver_list_version = 0; }},
      {"header.release.when", [](Header& h) { h.release.when = static_cast<ReleaseWhen>(5); }},
      {"header.release.at_ms", [](Header& h) { h.release.at_ms = limits::kTimeMinMs; }},
      {"header.release.at_ms", [](Header& h) { h.release.when = ReleaseWhen::kAtTime; }},
      {"header.release.slot", [](Header& h) { h.release.when = ReleaseWhen::kSlotOpens; }},
      {"header.release.slot", [](Header& h) { h.release.slot = Filled<SlotId>('x'); }},
  };
}

}  // namespace

TEST_CASE("a header comes back as it was written") {
  const Bytes bytes = EncodeHeader(Sample());
  CHECK(bytes.size() == kHeaderBytes);
  CHECK(DecodeHeader(bytes).value() == Sample());

  Header ahead = Sample();
  ahead.release = {ReleaseWhen::kSlotClosesEmpty, 0, Filled<SlotId>('z')};
  CHECK(DecodeHeader(EncodeHeader(ahead)).value() == ahead);
  ahead.release = {ReleaseWhen::kAtTime, 1'900'000'000'000, SlotId()};
  CHECK(DecodeHeader(EncodeHeader(ahead)).value() == ahead);
}

TEST_CASE("a header that does not fit is refused by the name of its field") {
  for (const BadHeader& bad : BadHeaders()) {
    Header header = Sample();
    bad.spoil(header);
    const auto decoded = DecodeHeader(EncodeHeader(header));
    CAPTURE(bad.field, decoded.status().ToString());
    REQUIRE_FALSE(decoded.ok());
    CHECK(FieldOf(decoded.status()) == bad.field);
    CHECK(ReasonOf(decoded.status()) == Reason::kMalformedField);
  }
}

TEST_CASE("a header of another protocol version says so") {
  Bytes bytes = EncodeHeader(Sample());
  bytes[0] = 2;
  const auto decoded = DecodeHeader(bytes);
  CHECK(ReasonOf(decoded.status()) == Reason::kUnsupportedVersion);
  CHECK(FieldOf(decoded.status()) == "header.version");
}

TEST_CASE("a truncated, lengthened or flipped header never passes as another encoding") {
  const Bytes bytes = EncodeHeader(Sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(DecodeHeader(bytes.substr(0, size)).ok());
  }
  CHECK_FALSE(DecodeHeader(bytes + '\0').ok());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = DecodeHeader(flipped);
    if (decoded.ok()) CHECK(EncodeHeader(*decoded) == flipped);
  }
}

TEST_CASE("hexadecimal goes both ways and refuses everything else") {
  CHECK(ToHex(Bytes("\x00\xff\x10", 3)) == "00ff10");
  CHECK(FromHex("00ff10", "id").value() == Bytes("\x00\xff\x10", 3));
  CHECK(FieldOf(FromHex("0", "id").status()) == "id");
  CHECK_FALSE(FromHex("0G", "id").ok());
  CHECK_FALSE(FromHex("AB", "id").ok());
}

}  // namespace holdfast
