#include "shared/protocol/field_reader.h"

#include "shared/domain/characters.h"

#include <algorithm>

namespace holdfast {

std::optional<std::int64_t> FieldReader::integer(std::string_view name, std::int64_t min,
                                                 std::int64_t max)
{
    const rapidjson::Value* value = member(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->IsInt64()) {
        fail(name, value->IsUint64() ? "is too large" : "must be a whole number");
        return std::nullopt;
    }
    const std::int64_t number = value->GetInt64();
    if (number < min || number > max) {
        fail(name, "must be from " + std::to_string(min) + " to " + std::to_string(max));
        return std::nullopt;
    }
    return number;
}

std::optional<std::string> FieldReader::text(std::string_view name, std::size_t lengthMax)
{
    const rapidjson::Value* value = member(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->IsString()) {
        fail(name, "must be text");
        return std::nullopt;
    }
    const std::string_view content = textOf(*value);
    if (characterCount(content) > lengthMax) {
        fail(name, "must be at most " + std::to_string(lengthMax) + " characters long");
        return std::nullopt;
    }
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    if (std::any_of(content.begin(), content.end(), control)) {
        fail(name, "must not contain control characters");
        return std::nullopt;
    }
    if (beginsWithByteOrderMark(content)) {
        fail(name, "must not begin with a byte order mark");
        return std::nullopt;
    }
    return std::string(content);
}

std::optional<Uuid> FieldReader::uuid(std::string_view name)
{
    const rapidjson::Value* value = member(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto id = value->IsString() ? parseUuid(textOf(*value)) : std::nullopt;
    if (!id) {
        fail(name, "must be a UUID");
    }
    return id;
}

std::optional<bool> FieldReader::boolean(std::string_view name)
{
    const rapidjson::Value* value = member(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->IsBool()) {
        fail(name, "must be true or false");
        return std::nullopt;
    }
    return value->GetBool();
}

void FieldReader::require(std::string_view name, bool present)
{
    const std::string field = m_prefix + std::string(name);
    if (!present && !m_errors.contains(field)) {
        fail(name, "is required");
    }
}

void FieldReader::fail(std::string_view name, std::string_view what)
{
    m_errors[m_prefix + std::string(name)].emplace_back(what);
}

} // namespace holdfast
