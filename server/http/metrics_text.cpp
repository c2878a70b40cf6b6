#include "server/http/metrics_text.h"

#include <array>
#include <cstdio>

namespace holdfast {

namespace {

constexpr std::string_view prefix = "holdfast_";

} // namespace

void MetricsText::counter(std::string_view name, std::uint64_t value)
{
    add(name, "counter", std::to_string(value));
}

void MetricsText::gauge(std::string_view name, std::uint64_t value)
{
    add(name, "gauge", std::to_string(value));
}

void MetricsText::gauge(std::string_view name, double value, int decimals)
{
    std::array<char, 64> shown{}; // times and shares; nothing near the largest double
    std::snprintf(shown.data(), shown.size(), "%.*f", decimals, value);
    add(name, "gauge", shown.data());
}

void MetricsText::counters(std::string_view name)
{
    addType(name, "counter");
}

void MetricsText::sample(std::string_view name, std::string_view label, std::string_view labelValue,
                         std::uint64_t value)
{
    m_text.append(prefix).append(name).append("{").append(label).append("=\"");
    m_text.append(labelValue).append("\"} ").append(std::to_string(value)).append("\n");
}

void MetricsText::addType(std::string_view name, std::string_view type)
{
    m_text.append("# TYPE ").append(prefix).append(name).append(" ").append(type).append("\n");
}

void MetricsText::add(std::string_view name, std::string_view type, const std::string& value)
{
    addType(name, type);
    m_text.append(prefix).append(name).append(" ").append(value).append("\n");
}

} // namespace holdfast
