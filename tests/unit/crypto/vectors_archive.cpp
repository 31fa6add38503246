// The vectors of an account's archive, made and checked.
#include "crypto/archive.h"
#include "unit/crypto/vectors_devices.h"

namespace holdfast::crypto {
namespace {

// A field of a protobuf message: of the lengths here its length is one byte or two.
Bytes ProtoField(int tag, BytesView value) {
  Bytes field(1, static_cast<char>(tag << 3 | 2));
  if (value.size() > 0x7f) field += static_cast<char>((value.size() & 0x7f) | 0x80);
  field += static_cast<char>(value.size() > 0x7f ? value.size() >> 7 : value.size());
  return field.append(value);
}

Bytes NumberField(int tag, char value) { return {static_cast<char>(tag << 3), value}; }

// Facts (facts.proto): a label, the key to a message, and a bookmark on it.
std::vector<Bytes> VectorFacts() {
  const Bytes label = ProtoField(1, Bytes(16, '\x01')) + ProtoField(2, "Mira");
  const Bytes key = ProtoField(1, Bytes(16, '\x01')) + ProtoField(2, Bytes(16, '\x02')) +
                    ProtoField(3, Bytes(32, '\xd1')) + ProtoField(4, Bytes(32, '\x06')) +
                    NumberField(5, '\x01') + ProtoField(6, Bytes(32, '\x00'));
  const Bytes bookmark = ProtoField(1, Bytes(16, '\x02')) + NumberField(2, '\x07');
  return {ProtoField(1, ProtoField(2, label)), ProtoField(1, ProtoField(3, key)),
          ProtoField(1, ProtoField(11, bookmark))};
}

}  // namespace

// Each record draws a nonce.
Json ArchiveVectors() {
  const CountedRandomness counted;
  const VectorDevice second('\x02');
  const VectorDevice third('\x03');
  const std::vector<const VectorDevice*> writers = {&second, &third};
  const std::vector<Bytes> facts = VectorFacts();
  Json records = Json::array();
  Hash head;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto epoch = static_cast<std::uint32_t>(i + 1);
    const auto key = FilledSecret<ArchiveKey>(static_cast<char>(0x70 + epoch));
    const VectorDevice& writer = *writers[i % writers.size()];
    ArchiveRecord record{
        writer.certificate.account, i + 1, head, epoch, writer.id, kNowMs + i, Hash()};
    const Bytes sealed = SealArchiveRecord(key, record, facts[i]).value();
    REQUIRE(OpenArchiveRecord(key, record, sealed).value().Expose() == facts[i]);
    const Signed carried = SignArchiveRecord(writer.signing, record);
    REQUIRE(VerifyArchiveRecord(carried, writer.certificate.signing).value() == record);
    head = ArchiveRecordHash(carried.statement);
    Json json = SignedJson(carried, writer.signing, Purpose::kArchiveRecord);
    json["number"] = record.number;
    json["previous"] = record.previous.hex();
    json["epoch"] = record.epoch;
    json["device"] = record.device.hex();
    json["at_ms"] = record.at_ms;
    json["archive_key"] = ToHex(key.Expose());
    json["facts"] = ToHex(facts[i]);
    json["sealed"] = ToHex(sealed);
    json["sealed_hash"] = record.sealed_hash.hex();
    json["record_hash"] = head.hex();
    records.push_back(json);
  }
  return {{"description", "Three records of an archive (crypto/PROTOCOL.md, Archive)"},
          {"randomness", std::string(kDrawsNote)},
          {"account", second.certificate.account.hex()},
          {"records", records}};
}

}  // namespace holdfast::crypto
