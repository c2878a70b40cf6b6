#pragma once

#include "shared/domain/instant.h"

#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

enum class LogLevel { Info, Warning, Error };

/// One line an event on standard error: JSON for machines, text for people. Thread-safe.
class Log
{
public:
    enum class Form { Json, Text };
    using Field = std::pair<std::string_view, std::string>;

    explicit Log(Form form) : m_form(form) {}

    void write(LogLevel level, std::string_view event, Instant at,
               std::initializer_list<Field> fields = {});

private:
    Form m_form;
    std::mutex m_mutex;
};

} // namespace holdfast
