// Nothing but the header, so that there is a target to precompile it for:
// catch_main.cpp cannot share it, for it needs the framework's implementation too.
#include "support/catch.h"
