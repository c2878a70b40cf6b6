#pragma once

#include "shared/domain/refusal.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// RFC 9457 problem details (contract section 2), the one mapping from causes to HTTP.
namespace holdfast {

inline constexpr std::string_view problemContentType = "application/problem+json";

/// Field errors of a validation: {"field": ["…", …]}.
using FieldErrors = std::map<std::string, std::vector<std::string>>;

/// Causes outside the ledger; each has its status, word and title in problem.cpp.
enum class RequestProblem {
    MalformedJson,
    MalformedHeader,
    ValidationFailed,
    NotAuthenticated,
    RoleTooLow,
    NotFound,
    UnsupportedMediaType,
    BadSignature,
    QueueFull,
    DatabaseAway,
    DatabaseFull,
    Internal,
    CursorTooOld,
};

struct ProblemText
{
    int status = 500;
    std::string_view code = {};
    std::string_view title = {};
};

[[nodiscard]] ProblemText problemText(RequestProblem problem);
[[nodiscard]] ProblemText problemText(RefusalCode code);

/// The body for a cause outside the ledger.
[[nodiscard]] std::string problemBody(RequestProblem problem, std::string_view detail,
                                      std::string_view requestId, const FieldErrors& errors = {});

/// The body for a refusal, with what the caller needs to go on: what is still available, which
/// order used the hold, which field is wrong.
[[nodiscard]] std::string problemBody(const Refused& refused, std::string_view requestId);

} // namespace holdfast
