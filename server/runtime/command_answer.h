#pragma once

#include "server/ledger/outcome.h"

#include <functional>
#include <string>

namespace holdfast {

/// What goes back to whoever sent a command.
struct CommandAnswer
{
    int status = 0;
    std::string body = {};
    std::string etag = {};   ///< of a product that was written; empty otherwise
    bool replayed = false;   ///< the recorded answer of an earlier request
    bool retryLater = false; ///< 503: nothing was decided, or it is not known what was
};

/// Called exactly once, on the writer thread (or on the caller's, when admission fails).
using AnswerSink = std::function<void(CommandAnswer&&)>;

/// The bytes of an answer; the same outcome always gives the same bytes.
[[nodiscard]] CommandAnswer encodeAnswer(const Envelope& envelope, const Outcome& outcome,
                                         Instant now);

/// "1.7": details version and stock version of a product, as they stand in its ETag.
[[nodiscard]] std::string productEtag(std::int64_t version, std::int64_t stockVersion);

} // namespace holdfast
