#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The thin layer over RapidJSON that both sides use. Written text is UTF-8 without white space;
/// read text must be valid UTF-8, and numbers that are whole stay whole.
namespace holdfast {

class JsonWriter
{
public:
    JsonWriter() : m_writer(m_buffer) {}
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;

    JsonWriter& beginObject();
    JsonWriter& endObject();
    JsonWriter& beginArray();
    JsonWriter& endArray();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter& value(bool truth);
    JsonWriter& value(const Uuid& id) { return value(toString(id)); }
    JsonWriter& value(Instant at) { return value(toString(at)); }
    JsonWriter& value(ProductId id) { return value(id.value); }
    JsonWriter& null();

    template <class Tag>
    JsonWriter& value(const TypedId<Tag>& id)
    {
        return value(id.value);
    }

    template <class T>
    JsonWriter& value(const std::optional<T>& maybe)
    {
        return maybe ? value(*maybe) : null();
    }

    template <class T>
    JsonWriter& field(std::string_view name, const T& content)
    {
        return key(name).value(content);
    }

    /// JSON that is written already.
    JsonWriter& raw(std::string_view json);

    [[nodiscard]] std::string_view text() const
    {
        return {m_buffer.GetString(), m_buffer.GetSize()};
    }
    [[nodiscard]] std::string take() const { return std::string(text()); }

private:
    rapidjson::StringBuffer m_buffer;
    rapidjson::Writer<rapidjson::StringBuffer> m_writer;
};

/// Parses without recursion, so that deep nesting cannot overflow the stack. Nothing when the text
/// is not exactly one JSON value in valid UTF-8, is nested too deep, or names a member twice.
[[nodiscard]] std::optional<rapidjson::Document> parseJson(std::string_view text);

/// The same content in one form: keys sorted, no white space. For comparing requests.
[[nodiscard]] std::string canonicalJson(const rapidjson::Value& value);

[[nodiscard]] inline std::string_view textOf(const rapidjson::Value& value)
{
    return {value.GetString(), value.GetStringLength()};
}

/// The member of that name; null when it is absent or null, which mean the same to us.
[[nodiscard]] const rapidjson::Value* memberOf(const rapidjson::Value& object,
                                               std::string_view name);

} // namespace holdfast
