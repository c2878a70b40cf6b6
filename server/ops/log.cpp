#include "server/ops/log.h"

#include "shared/protocol/json.h"

#include <cstdio>

namespace holdfast {

namespace {

std::string_view wordOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Error:
        break;
    }
    return "error";
}

} // namespace

void Log::write(LogLevel level, std::string_view event, Instant at,
                std::initializer_list<Field> fields)
{
    std::string line;
    if (m_form == Form::Json) {
        JsonWriter json;
        json.beginObject().field("at", at).field("level", wordOf(level)).field("event", event);
        for (const Field& field : fields) {
            json.field(field.first, field.second);
        }
        json.endObject();
        line = json.take();
    } else {
        line = toString(at) + ' ' + std::string(wordOf(level)) + ' ' + std::string(event);
        for (const Field& field : fields) {
            line += ' ' + std::string(field.first) + '=' + field.second;
        }
    }
    line += '\n';
    const std::lock_guard lock(m_mutex);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace holdfast
