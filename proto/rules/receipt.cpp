#include "rules/receipt.h"

#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast {

Bytes EncodeReceiptLeaf(const ReceiptLeaf& leaf) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(leaf.practice)
      .Fixed(leaf.incarnation)
      .Fixed(leaf.bond)
      .U64(leaf.position)
      .Fixed(leaf.envelope)
      .Fixed(leaf.envelope_hash)
      .U64(leaf.stored_at_ms)
      .U64(leaf.due_at_ms)
      .U32(leaf.availability_version)
      .Take();
}

absl::StatusOr<ReceiptLeaf> DecodeReceiptLeaf(BytesView bytes) {
  Decoder decoder(bytes, "receipt.leaf");
  ReceiptLeaf leaf;
  decoder.Version(limits::kProtocolVersion);
  leaf.practice = decoder.Fixed<PracticeKey>("practice");
  leaf.incarnation = decoder.Fixed<Incarnation>("incarnation");
  leaf.bond = decoder.Fixed<BondId>("bond");
  leaf.position = decoder.U64("position");
  leaf.envelope = decoder.Fixed<EnvelopeId>("envelope");
  leaf.envelope_hash = decoder.Fixed<Hash>("envelope_hash");
  leaf.stored_at_ms = decoder.U64("stored_at_ms");
  leaf.due_at_ms = decoder.U64("due_at_ms");
  leaf.availability_version = decoder.U32("availability_version");
  if (leaf.position == 0) decoder.Fail("position", "starts at 1");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return leaf;
}

absl::Status CheckReceiptLeaf(const ReceiptLeaf& leaf) {
  return CheckReadsBack(leaf, EncodeReceiptLeaf(leaf), DecodeReceiptLeaf);
}

Bytes EncodeBatchStatement(const BatchStatement& batch) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(batch.practice)
      .Fixed(batch.incarnation)
      .U64(batch.batch)
      .U32(batch.leaves)
      .Fixed(batch.root)
      .U64(batch.signed_at_ms)
      .Take();
}

absl::StatusOr<BatchStatement> DecodeBatchStatement(BytesView bytes) {
  Decoder decoder(bytes, "receipt.batch");
  BatchStatement batch;
  decoder.Version(limits::kProtocolVersion);
  batch.practice = decoder.Fixed<PracticeKey>("practice");
  batch.incarnation = decoder.Fixed<Incarnation>("incarnation");
  batch.batch = decoder.U64("batch");
  batch.leaves = decoder.U32("leaves");
  batch.root = decoder.Fixed<Hash>("root");
  batch.signed_at_ms = decoder.U64("signed_at_ms");
  if (batch.leaves == 0 || batch.leaves > limits::kBatchLeavesMax) {
    decoder.Fail("leaves", "must be 1 to 1,024");
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return batch;
}

absl::Status CheckBatchStatement(const BatchStatement& batch) {
  return CheckReadsBack(batch, EncodeBatchStatement(batch), DecodeBatchStatement);
}

}  // namespace holdfast
