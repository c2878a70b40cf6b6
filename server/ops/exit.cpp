#include "server/ops/exit.h"

#include <cstdio>

namespace holdfast {

int fail(const std::string& text, int code)
{
    std::fprintf(stderr, "holdfast-server: %s\n", text.c_str());
    return code;
}

} // namespace holdfast
