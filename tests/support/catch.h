// Catch2 under either of its two header names.
#pragma once

#if HOLDFAST_CATCH2_MAJOR >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
