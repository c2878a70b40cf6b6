#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/protocol/json.h"
#include "shared/protocol/problem.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Reads the fields of one JSON object and collects what is wrong with them, so that a caller is
/// told everything at once. Readers of nested objects share the errors of the outermost one.
class FieldReader
{
public:
    FieldReader(const rapidjson::Value& object, FieldErrors& errors, std::string prefix = {})
        : m_object(object), m_errors(errors), m_prefix(std::move(prefix))
    {}

    [[nodiscard]] const rapidjson::Value* member(std::string_view name) const
    {
        return memberOf(m_object, name);
    }

    // Absent or null fields give nothing, without an error.
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t min,
                                                      std::int64_t max);
    [[nodiscard]] std::optional<std::string> text(std::string_view name, std::size_t lengthMax);
    [[nodiscard]] std::optional<Uuid> uuid(std::string_view name);
    [[nodiscard]] std::optional<bool> boolean(std::string_view name);

    /// The elements of an array of objects, each with its own reader: lines.0.qty …
    template <class Read>
    void each(std::string_view name, std::size_t countMax, Read read);

    /// Notes that a field which must be there is not, unless it is already known to be wrong.
    void require(std::string_view name, bool present);
    void fail(std::string_view name, std::string_view what);

private:
    const rapidjson::Value& m_object;
    FieldErrors& m_errors;
    std::string m_prefix;
};

template <class Read>
void FieldReader::each(std::string_view name, std::size_t countMax, Read read)
{
    const rapidjson::Value* array = member(name);
    if (array == nullptr) {
        return;
    }
    if (!array->IsArray() || array->Empty() || array->Size() > countMax) {
        fail(name, "must be an array of 1 to " + std::to_string(countMax) + " objects");
        return;
    }
    for (rapidjson::SizeType at = 0; at < array->Size(); ++at) {
        const std::string place = m_prefix + std::string(name) + "." + std::to_string(at);
        if (!(*array)[at].IsObject()) {
            m_errors[place].emplace_back("must be an object");
            continue;
        }
        FieldReader reader((*array)[at], m_errors, place + ".");
        read(reader);
    }
}

} // namespace holdfast
