#include "shared/protocol/json.h"

#include "shared/domain/limits.h"

#include <algorithm>
#include <vector>

namespace holdfast {

namespace {

rapidjson::SizeType sizeOf(std::string_view text)
{
    return static_cast<rapidjson::SizeType>(text.size());
}

using RapidWriter = rapidjson::Writer<rapidjson::StringBuffer>;

void writeCanonical(const rapidjson::Value& value, RapidWriter& out);

void writeObject(const rapidjson::Value& value, RapidWriter& out)
{
    std::vector<rapidjson::Value::ConstMemberIterator> members;
    for (auto at = value.MemberBegin(); at != value.MemberEnd(); ++at) {
        members.push_back(at);
    }
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
        return textOf(a->name) < textOf(b->name);
    });
    out.StartObject();
    for (const auto& member : members) {
        out.Key(member->name.GetString(), member->name.GetStringLength());
        writeCanonical(member->value, out);
    }
    out.EndObject();
}

void writeCanonical(const rapidjson::Value& value, RapidWriter& out)
{
    if (value.IsObject()) {
        writeObject(value, out);
    } else if (value.IsArray()) {
        out.StartArray();
        for (const auto& element : value.GetArray()) {
            writeCanonical(element, out);
        }
        out.EndArray();
    } else {
        value.Accept(out);
    }
}

/// canonicalJson() recurses.
/// Names that stand twice make two readers see two contents (RFC 8259 section 4), so nothing is
/// made of such a text.
bool repeatsNames(const rapidjson::Value& value)
{
    if (value.IsArray()) {
        return std::any_of(value.Begin(), value.End(), repeatsNames);
    }
    if (!value.IsObject()) {
        return false;
    }
    std::vector<std::string_view> names;
    names.reserve(value.MemberCount());
    for (const auto& member : value.GetObject()) {
        names.push_back(textOf(member.name));
        if (repeatsNames(member.value)) {
            return true;
        }
    }
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool tooDeep(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (inString) {
            at += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limits::jsonDepthMax) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

JsonWriter& JsonWriter::beginObject()
{
    m_writer.StartObject();
    return *this;
}

JsonWriter& JsonWriter::endObject()
{
    m_writer.EndObject();
    return *this;
}

JsonWriter& JsonWriter::beginArray()
{
    m_writer.StartArray();
    return *this;
}

JsonWriter& JsonWriter::endArray()
{
    m_writer.EndArray();
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name)
{
    m_writer.Key(name.data(), sizeOf(name));
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text)
{
    m_writer.String(text.data() == nullptr ? "" : text.data(), sizeOf(text));
    return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number)
{
    m_writer.Int64(number);
    return *this;
}

JsonWriter& JsonWriter::value(bool truth)
{
    m_writer.Bool(truth);
    return *this;
}

JsonWriter& JsonWriter::null()
{
    m_writer.Null();
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json)
{
    m_writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
}

std::optional<rapidjson::Document> parseJson(std::string_view text)
{
    // The parser takes a NUL for the end of its input and would not see what stands behind it.
    if (tooDeep(text) || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag>(
        text.data(), text.size());
    if (document.HasParseError() || repeatsNames(document)) {
        return std::nullopt;
    }
    return document;
}

std::string canonicalJson(const rapidjson::Value& value)
{
    rapidjson::StringBuffer buffer;
    RapidWriter writer(buffer);
    writeCanonical(value, writer);
    return {buffer.GetString(), buffer.GetSize()};
}

const rapidjson::Value* memberOf(const rapidjson::Value& object, std::string_view name)
{
    const rapidjson::Value key(rapidjson::StringRef(name.data(), sizeOf(name)));
    const auto at = object.FindMember(key);
    return at == object.MemberEnd() || at->value.IsNull() ? nullptr : &at->value;
}

} // namespace holdfast
