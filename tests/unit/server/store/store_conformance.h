// What every store promises, as checks that each store's own test runs.
#pragma once

#include "server/store/store.h"

namespace holdfast::server {

// On an empty store. Fails through Catch2.
void CheckStoreConformance(Store& store);

// Puts one row in a transaction of its own.
void PutCommitted(Store& store, BytesView key, BytesView value);
// What a fresh transaction reads; "(none)" where there is no row.
Bytes ReadCommitted(Store& store, BytesView key);

}  // namespace holdfast::server
