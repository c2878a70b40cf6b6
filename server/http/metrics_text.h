#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// Writes figures in Prometheus' text format 0.0.4. Names are given without "holdfast_"; none of
/// them needs escaping.
class MetricsText
{
public:
    void counter(std::string_view name, std::uint64_t value);
    void gauge(std::string_view name, std::uint64_t value);
    void gauge(std::string_view name, double value, int decimals);

    /// A family of counters that differ in a label: this once, then sample() for each.
    void counters(std::string_view name);
    void sample(std::string_view name, std::string_view label, std::string_view labelValue,
                std::uint64_t value);

    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    void addType(std::string_view name, std::string_view type);
    void add(std::string_view name, std::string_view type, const std::string& value);

    std::string m_text;
};

} // namespace holdfast
