#include "shared/domain/assert.h"

#include <cstdio>
#include <cstdlib>

namespace holdfast {

void assertionFailed(const char* condition, const char* file, int line)
{
    std::fprintf(stderr, "assertion failed: %s (%s:%d)\n", condition, file, line);
    std::fflush(stderr);
    std::abort();
}

} // namespace holdfast
