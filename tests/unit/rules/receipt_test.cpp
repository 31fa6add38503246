// Receipts as bytes.
#include "rules/receipt.h"

#include "rules/codec.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "unit/rules/support.h"

namespace holdfast {
namespace {

ReceiptLeaf SampleLeaf() {
  return {.practice = Filled<PracticeKey>('p'),
          .incarnation = Filled<Incarnation>('i'),
          .bond = Filled<BondId>('b'),
          .position = 7,
          .envelope = Filled<EnvelopeId>('e'),
          .envelope_hash = Filled<Hash>('h'),
          .stored_at_ms = 1'800'000'000'000,
          .due_at_ms = 1'800'000'100'000,
          .availability_version = 2};
}

BatchStatement SampleBatch() {
  return {.practice = Filled<PracticeKey>('p'),
          .incarnation = Filled<Incarnation>('i'),
          .batch = 9,
          .leaves = 64,
          .root = Filled<Hash>('r'),
          .signed_at_ms = 1'800'000'000'001};
}

}  // namespace

TEST_CASE("a receipt's bytes come back as they were written, and have their stated size") {
  CHECK(EncodeReceiptLeaf(SampleLeaf()).size() == kReceiptLeafBytes);
  CHECK(DecodeReceiptLeaf(EncodeReceiptLeaf(SampleLeaf())).value() == SampleLeaf());
  CHECK(EncodeBatchStatement(SampleBatch()).size() == kBatchStatementBytes);
  CHECK(DecodeBatchStatement(EncodeBatchStatement(SampleBatch())).value() == SampleBatch());
}

TEST_CASE("a receipt that does not fit is refused by the name of its field") {
  ReceiptLeaf leaf = SampleLeaf();
  leaf.position = 0;
  CHECK(FieldOf(DecodeReceiptLeaf(EncodeReceiptLeaf(leaf)).status()) == "receipt.leaf.position");

  BatchStatement batch = SampleBatch();
  batch.leaves = 0;
  CHECK(FieldOf(DecodeBatchStatement(EncodeBatchStatement(batch)).status()) ==
        "receipt.batch.leaves");
  batch.leaves = limits::kBatchLeavesMax + 1;
  CHECK_FALSE(DecodeBatchStatement(EncodeBatchStatement(batch)).ok());
}

TEST_CASE("truncated receipts are refused at every length") {
  const Bytes leaf = EncodeReceiptLeaf(SampleLeaf());
  for (std::size_t size = 0; size < leaf.size(); ++size) {
    CHECK_FALSE(DecodeReceiptLeaf(leaf.substr(0, size)).ok());
  }
  CHECK_FALSE(DecodeReceiptLeaf(leaf + "x").ok());
}

TEST_CASE("a decoder names the first field that does not fit, and gives zeros after it") {
  const Bytes bytes("\x01\x02", 2);
  Decoder decoder(bytes, "thing");
  CHECK(decoder.U8("first") == 1);
  CHECK(decoder.U32("second") == 0);
  CHECK(decoder.U64("third") == 0);
  CHECK(FieldOf(decoder.Finish()) == "thing.second");
}

TEST_CASE("variable-length fields carry their length, and a lying length is refused") {
  const Bytes bytes = Encoder().Var("hello").U8(1).Take();
  Decoder decoder(bytes, "thing");
  CHECK(decoder.Var("text") == "hello");
  CHECK(decoder.Flag("flag"));
  CHECK(decoder.Finish().ok());

  Bytes lying = bytes;
  lying[1] = 100;
  Decoder refused(lying, "thing");
  CHECK(refused.Var("text").empty());
  CHECK(FieldOf(refused.Finish()) == "thing.text");
}

}  // namespace holdfast
