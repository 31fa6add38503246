// How zones, availabilities, rhythms and acts are written into the vectors.
#pragma once

#include "crypto/public/ledger.h"
#include "unit/crypto/vectors_support.h"

namespace holdfast::crypto {

Json ZoneJson(const Zone& zone);
Json AvailabilityJson(const Availability& availability);
Json RhythmJson(const Rhythm& rhythm);
// The act's fields, beside its signature and hash.
Json ActJson(const Signed& carried, const SigningKey& device, const Act& act);

// What the vectors of acts and of the ledger are made of.
Availability VectorAvailability(std::uint32_t number);
Rhythm VectorRhythm(std::uint32_t number);

}  // namespace holdfast::crypto
