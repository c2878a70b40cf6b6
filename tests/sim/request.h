#pragma once

#include "shared/domain/command.h"

#include <cstdint>
#include <string>

namespace holdfast::sim {

/// One thing that a client or a gateway wants, however often it has to ask for it.
struct Request
{
    std::uint32_t number = 0;
    Envelope envelope = {};  ///< as it is sent; each attempt has a request id of its own
    std::string tag = {};    ///< the mark that its effect leaves in the journal; "" for none
    bool repeatable = false; ///< it has a key, an id or is an event: asking again does no harm
    bool makesId = false;    ///< of something new, for which the server makes an id at each attempt
    bool targetKnown = false; ///< somebody was told before that what it names exists
    std::uint32_t sender = 0;

    int attempts = 0;
    int repeatsLeft = 0; ///< sent so often again after the answer
    bool settled = false;
};

/// What it asks for, in one word.
[[nodiscard]] std::string_view wordOf(const Command& command);

} // namespace holdfast::sim
