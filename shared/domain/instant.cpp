#include "shared/domain/instant.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace holdfast {

namespace {

constexpr std::int64_t msPerDay = 86'400'000;
constexpr Instant yearsBegin{-62'167'219'200'000}; // 0000-01-01T00:00:00.000Z
constexpr Instant yearsEnd{253'402'300'800'000};   // 10000-01-01T00:00:00.000Z

/// Reads fixed-width fields from the front of a text.
class FieldReader
{
public:
    explicit FieldReader(std::string_view text) : m_text(text) {}

    [[nodiscard]] bool digits(std::size_t count, int& value)
    {
        if (m_text.size() < count) {
            return false;
        }
        value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const char digit = m_text[i];
            if (digit < '0' || digit > '9') {
                return false;
            }
            value = value * 10 + (digit - '0');
        }
        m_text.remove_prefix(count);
        return true;
    }

    [[nodiscard]] bool oneOf(std::string_view set)
    {
        if (m_text.empty() || set.find(m_text.front()) == std::string_view::npos) {
            return false;
        }
        m_last = m_text.front();
        m_text.remove_prefix(1);
        return true;
    }

    [[nodiscard]] char last() const { return m_last; }
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }

    /// A fraction of a second after its point: at least one digit, the first three count.
    [[nodiscard]] bool fraction(int& ms)
    {
        int scale = 100;
        bool any = false;
        ms = 0;
        while (oneOf("0123456789")) {
            ms += (m_last - '0') * scale;
            scale /= 10;
            any = true;
        }
        return any;
    }

private:
    std::string_view m_text;
    char m_last = 0;
};

struct DateTimeFields
{
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int ms = 0;
    int offsetMinutes = 0;
};

bool readOffset(FieldReader& reader, DateTimeFields& fields)
{
    if (reader.oneOf("Zz")) {
        return true;
    }
    if (!reader.oneOf("+-")) {
        return false;
    }
    const int sign = reader.last() == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (!reader.digits(2, hours) || !reader.oneOf(":") || !reader.digits(2, minutes)) {
        return false;
    }
    fields.offsetMinutes = sign * (hours * 60 + minutes);
    return hours < 24 && minutes < 60;
}

std::optional<DateTimeFields> readFields(std::string_view text)
{
    FieldReader reader(text);
    DateTimeFields f;
    const bool date = reader.digits(4, f.year) && reader.oneOf("-") && reader.digits(2, f.month) &&
                      reader.oneOf("-") && reader.digits(2, f.day) && reader.oneOf("Tt ");
    if (!date) {
        return std::nullopt;
    }
    const bool time = reader.digits(2, f.hour) && reader.oneOf(":") && reader.digits(2, f.minute) &&
                      reader.oneOf(":") && reader.digits(2, f.second);
    if (!time || (reader.oneOf(".") && !reader.fraction(f.ms))) {
        return std::nullopt;
    }
    if (!readOffset(reader, f) || !reader.atEnd()) {
        return std::nullopt;
    }
    return f;
}

} // namespace

std::string toString(Instant at)
{
    std::int64_t dayCount = at.ms / msPerDay;
    std::int64_t rest = at.ms % msPerDay;
    if (rest < 0) {
        rest += msPerDay;
        --dayCount;
    }
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(dayCount)}}};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(rest / 3'600'000),
                  static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60),
                  static_cast<int>(rest % 1000));
    return text.data();
}

std::optional<Instant> parseInstant(std::string_view text)
{
    const auto fields = readFields(text);
    if (!fields) {
        return std::nullopt;
    }
    const DateTimeFields& f = *fields;
    const std::chrono::year_month_day date{std::chrono::year{f.year},
                                           std::chrono::month{static_cast<unsigned>(f.month)},
                                           std::chrono::day{static_cast<unsigned>(f.day)}};
    // Second 60 is a leap second (RFC 3339 section 5.7); it falls together with the next one.
    if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) {
        return std::nullopt;
    }
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const std::int64_t minutes = (days * 24 + f.hour) * 60 + f.minute - f.offsetMinutes;
    const Instant at{(minutes * 60 + f.second) * 1000 + f.ms};
    // An offset or a leap second can lead out of the years that toString can write.
    if (at < yearsBegin || at >= yearsEnd) {
        return std::nullopt;
    }
    return at;
}

} // namespace holdfast
