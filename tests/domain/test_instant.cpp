#include "tests/domain/property.h"

#include "shared/domain/instant.h"

using namespace holdfast;

class InstantTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void writes_data();
    void writes();
    void roundTrips();
    void offsetsNameTheSameInstant();
    void arithmetic();
};

namespace {

constexpr std::int64_t firstMs = -62'167'219'200'000; // 0000-01-01T00:00:00.000Z
constexpr std::int64_t lastMs = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

} // namespace

void InstantTest::reads_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("expected");
    const auto row = [](const char* text, const char* expected) {
        QTest::newRow(text) << std::string(text) << std::string(expected);
    };
    row("2026-11-22T14:00:00.000Z", "2026-11-22T14:00:00.000Z");
    row("2026-11-22T14:00:00Z", "2026-11-22T14:00:00.000Z");
    row("2026-11-22t14:00:00z", "2026-11-22T14:00:00.000Z");
    row("2026-11-22 14:00:00Z", "2026-11-22T14:00:00.000Z");
    row("2026-11-22T14:00:00.5Z", "2026-11-22T14:00:00.500Z");
    row("2026-11-22T14:00:00.05Z", "2026-11-22T14:00:00.050Z");
    row("2026-11-22T14:00:00.1239Z", "2026-11-22T14:00:00.123Z");
    row("2026-11-22T14:00:00.999999999999999999999Z", "2026-11-22T14:00:00.999Z");
    row("2026-11-22T15:30:00+01:30", "2026-11-22T14:00:00.000Z");
    row("2026-11-22T06:00:00-08:00", "2026-11-22T14:00:00.000Z");
    row("2026-11-22T14:00:00-00:00", "2026-11-22T14:00:00.000Z");
    row("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z");
    row("2025-12-31T23:30:00-23:59", "2026-01-01T23:29:00.000Z");
    row("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");
    row("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z");
    row("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
    row("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
    row("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z");
    row("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z");
    row("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z");
    // RFC 3339 section 5.8
    row("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z");
    row("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z");
    row("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z");
}

void InstantTest::reads()
{
    QFETCH(std::string, text);
    QFETCH(std::string, expected);
    const auto at = parseInstant(text);
    QVERIFY(at);
    QCOMPARE(toString(*at).c_str(), expected.c_str());
}

void InstantTest::refuses_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text :
         {"", "2026-11-22", "14:00:00Z", "2026-11-22T14:00:00", "2026-11-22T14:00Z",
          "2026-11-22T14:00:00.Z", "2026-11-22T14:00:00,5Z", "2026-11-22T14:00:00ZZ",
          "2026-11-22T14:00:00Z ", " 2026-11-22T14:00:00Z", "2026-11-22T24:00:00Z",
          "2026-11-22T14:60:00Z", "2026-11-22T14:00:61Z", "2026-11-22T14:00:00+24:00",
          "2026-11-22T14:00:00+01:60", "2026-11-22T14:00:00+0100", "2026-11-22T14:00:00+01",
          "2026-11-22T14:00:00 +01:00", "2026-00-22T14:00:00Z", "2026-13-22T14:00:00Z",
          "2026-11-00T14:00:00Z", "2026-11-31T14:00:00Z", "2026-02-29T14:00:00Z",
          "1900-02-29T14:00:00Z", "26-11-22T14:00:00Z", "02026-11-22T14:00:00Z",
          "-026-11-22T14:00:00Z", "+2026-11-22T14:00:00Z", "2026-11-2 T14:00:00Z",
          "2026/11/22T14:00:00Z", "20261122T140000Z", "2026-11-22T1:00:00Z",
          "2026-11-22T14:00:00.1.2Z", "1795356000", "2026-11-22X14:00:00Z",
          // Outside the years that can be written again.
          "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"}) {
        QTest::newRow(text) << std::string(text);
    }
}

void InstantTest::refuses()
{
    QFETCH(std::string, text);
    QVERIFY(!parseInstant(text));
}

void InstantTest::writes_data()
{
    QTest::addColumn<std::int64_t>("ms");
    QTest::addColumn<std::string>("expected");
    const auto row = [](std::int64_t ms, const char* expected) {
        QTest::newRow(expected) << ms << std::string(expected);
    };
    row(0, "1970-01-01T00:00:00.000Z");
    row(1, "1970-01-01T00:00:00.001Z");
    row(-1, "1969-12-31T23:59:59.999Z");
    row(-86'400'000, "1969-12-31T00:00:00.000Z");
    row(-86'400'001, "1969-12-30T23:59:59.999Z");
    row(951'782'400'000, "2000-02-29T00:00:00.000Z");
    row(2'147'483'648'000, "2038-01-19T03:14:08.000Z");
    row(firstMs, "0000-01-01T00:00:00.000Z");
    row(lastMs, "9999-12-31T23:59:59.999Z");
}

void InstantTest::writes()
{
    QFETCH(std::int64_t, ms);
    QFETCH(std::string, expected);
    QCOMPARE(toString(Instant{ms}).c_str(), expected.c_str());
    QVERIFY(parseInstant(expected) == Instant{ms});
}

void InstantTest::roundTrips()
{
    HOLDFAST_PROPERTY("an instant read back is the same instant", [] {
        const Instant at{*rc::gen::inRange<std::int64_t>(firstMs, lastMs + 1)};
        const std::string text = toString(at);
        RC_ASSERT(text.size() == 24U);
        RC_ASSERT(parseInstant(text) == at);
    });
}

void InstantTest::offsetsNameTheSameInstant()
{
    HOLDFAST_PROPERTY("local time minus its offset is UTC", [] {
        const auto minute = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000 / 60);
        const auto offset = *rc::gen::inRange(-1'439, 1'440);
        std::string local = toString(Instant{(minute + offset) * 60'000});
        local.pop_back();
        const int size = std::abs(offset);
        const auto two = [](int value) {
            return std::string(value < 10 ? "0" : "") + std::to_string(value);
        };
        local += (offset < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
        RC_LOG() << local;
        RC_ASSERT(parseInstant(local) == Instant{minute * 60'000});
    });
}

void InstantTest::arithmetic()
{
    constexpr Instant at{1'000};
    static_assert(at + Duration::seconds(2) == Instant{3'000});
    static_assert(at - Duration::seconds(2) == Instant{-1'000});
    static_assert(Instant{3'000} - at == Duration::seconds(2));
    static_assert(Duration::seconds(1) > Duration{999});
    QVERIFY(at < at + Duration{1});
}

QTEST_GUILESS_MAIN(InstantTest)
#include "test_instant.moc"
