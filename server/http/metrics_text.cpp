#include "server/http/metrics_text.h"

#include <array>
#include <charconv>

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
    // Not printf, whose decimal point is the locale's. Times and shares: nothing near the largest.
    std::array<char, 64> shown{};
    const auto end = std::to_chars(shown.data(), shown.data() + shown.size(), value,
                                   std::chars_format::fixed, decimals);
    add(name, "gauge", std::string(shown.data(), end.ptr));
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
