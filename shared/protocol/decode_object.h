#pragma once

#include "shared/protocol/decode.h"
#include "shared/protocol/field_reader.h"

#include <utility>

namespace holdfast {

/// Parses the body as one object, lets `read` take its fields and fails with all that was wrong.
template <class T, class Read>
Decoded<T> decodeObject(std::string_view body, bool mayBeEmpty, Read read)
{
    const auto document = parseJson(body.empty() && mayBeEmpty ? "{}" : body);
    if (!document) {
        return Failure<RequestFault>({RequestProblem::MalformedJson, {}});
    }
    FieldErrors errors;
    T result;
    if (document->IsObject()) {
        FieldReader reader(*document, errors);
        read(reader, result);
    } else {
        errors["body"].emplace_back("must be a JSON object");
    }
    if (!errors.empty()) {
        return Failure<RequestFault>({RequestProblem::ValidationFailed, std::move(errors)});
    }
    return result;
}

} // namespace holdfast
