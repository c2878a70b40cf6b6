#include "tests/domain/property.h"

#include "shared/domain/ids.h"

#include <set>
#include <unordered_set>
#include <vector>

using namespace holdfast;

class IdsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textForm();
    void parseRefuses_data();
    void parseRefuses();
    void parseAcceptsAnyVersion();
    void textRoundTrips();
    void orderOfTextIsOrderOfIds();
    void layoutOfVersion7();
    void ascendingWithinOneMillisecond();
    void ascendingWhenTheClockGoesBack();
    void ascendingWhateverTheClockDoes();
    void sameTimeAndRandomMakeTheSameIds();
    void hashesDiffer();
};

namespace {

constexpr const char* sample = "0192f1c7-89ab-7def-8123-456789abcdef";

UuidV7Maker::Random64 constantRandom(std::uint64_t value)
{
    return [value] { return value; };
}

UuidV7Maker::Random64 countingRandom(std::uint64_t start)
{
    return [state = start]() mutable {
        state = state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return state;
    };
}

std::int64_t millisecondsOf(const Uuid& id)
{
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        ms = ms * 256 + id.bytes[i];
    }
    return ms;
}

} // namespace

void IdsTest::textForm()
{
    const auto id = parseUuid(sample);
    QVERIFY(id);
    QCOMPARE(toString(*id).c_str(), sample);
    QCOMPARE(id->bytes[0], std::uint8_t{0x01});
    QCOMPARE(id->bytes[15], std::uint8_t{0xef});
    QVERIFY(parseUuid("0192F1C7-89AB-7DEF-8123-456789ABCDEF") == id);
    QCOMPARE(toString(HoldId{*id}).c_str(), sample);
    QVERIFY(Uuid{}.isNil());
    QVERIFY(!id->isNil());
}

void IdsTest::parseRefuses_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << text; };
    row("empty", "");
    row("too short", "0192f1c7-89ab-7def-8123-456789abcde");
    row("too long", "0192f1c7-89ab-7def-8123-456789abcdef0");
    row("no dashes", "0192f1c789ab7def8123456789abcdef");
    row("36 digits", "0192f1c7089ab07def08123045678900cdef");
    row("dash moved", "0192f1c-789ab-7def-8123-456789abcdef");
    row("dash among the digits", "0192f1c7-89ab-7def-8123-456789abcde-");
    row("braces", "{0192f1c7-89ab-7def-8123-456789abcd}");
    row("letter past f", "0192f1c7-89ab-7def-8123-456789abcdeg");
    row("sign", "+192f1c7-89ab-7def-8123-456789abcdef");
    row("space in front", " 192f1c7-89ab-7def-8123-456789abcdef");
    row("prefix x", "0x92f1c7-89ab-7def-8123-456789abcdef");
    row("zero byte", QByteArray("0192f1c7-89ab-7def-8123-456789abcde\0", 36));
    row("full-width digit", QByteArray(sample).replace(0, 3, "\xef\xbc\x90"));
}

void IdsTest::parseRefuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseUuid({text.constData(), static_cast<std::size_t>(text.size())}));
}

void IdsTest::parseAcceptsAnyVersion()
{
    QVERIFY(parseUuid("00000000-0000-0000-0000-000000000000")->isNil());
    QVERIFY(parseUuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
    QVERIFY(parseUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
}

void IdsTest::textRoundTrips()
{
    HOLDFAST_PROPERTY("an id read back is the same id", [](std::array<std::uint8_t, 16> bytes) {
        const Uuid id{bytes};
        const std::string text = toString(id);
        RC_ASSERT(text.size() == 36U);
        RC_ASSERT(parseUuid(text) == id);
    });
}

void IdsTest::orderOfTextIsOrderOfIds()
{
    using Bytes = std::array<std::uint8_t, 16>;
    HOLDFAST_PROPERTY("ids sort as their texts do", [](Bytes a, Bytes b, bool alike) {
        if (alike) {
            std::copy(a.begin(), a.begin() + 12, b.begin());
        }
        RC_ASSERT((Uuid{a} < Uuid{b}) == (toString(Uuid{a}) < toString(Uuid{b})));
    });
}

void IdsTest::layoutOfVersion7()
{
    // The example of RFC 9562 appendix A.6: 2022-02-22T19:22:22.000Z.
    UuidV7Maker ones(constantRandom(~0ULL));
    QCOMPARE(toString(ones.make(0x017F22E279B0)).c_str(), "017f22e2-79b0-71ff-bfff-ffffffffffff");
    UuidV7Maker zeros(constantRandom(0));
    QCOMPARE(toString(zeros.make(0x017F22E279B0)).c_str(), "017f22e2-79b0-7000-8000-000000000000");
    QCOMPARE(toString(zeros.make(0xffff'ffff'ffff)).substr(0, 14).c_str(), "ffffffff-ffff-");
}

void IdsTest::ascendingWithinOneMillisecond()
{
    UuidV7Maker maker(countingRandom(1));
    Uuid last = maker.make(1'700'000'000'000);
    for (int i = 0; i < 20'000; ++i) {
        const Uuid next = maker.make(1'700'000'000'000);
        QVERIFY(last < next);
        QCOMPARE(next.bytes[6] >> 4, 7);
        QCOMPARE(next.bytes[8] >> 6, 2);
        last = next;
    }
    // 4,096 ids fill a millisecond; the next ones borrow from the milliseconds ahead.
    QVERIFY(millisecondsOf(last) <= 1'700'000'000'000 + 20'000 / 4'096 + 1);
    QVERIFY(millisecondsOf(maker.make(1'700'000'001'000)) == 1'700'000'001'000);
}

void IdsTest::ascendingWhenTheClockGoesBack()
{
    UuidV7Maker maker(countingRandom(2));
    const Uuid before = maker.make(1'700'000'000'000);
    const Uuid after = maker.make(1'600'000'000'000);
    QVERIFY(before < after);
    QCOMPARE(millisecondsOf(after), std::int64_t{1'700'000'000'000});
    QVERIFY(after < maker.make(1'700'000'000'001));
    UuidV7Maker fresh(countingRandom(3));
    const Uuid epoch = fresh.make(0);
    QVERIFY(epoch < fresh.make(0));
}

void IdsTest::ascendingWhateverTheClockDoes()
{
    HOLDFAST_PROPERTY("ids of one maker ascend", [](std::uint64_t seed) {
        UuidV7Maker maker(countingRandom(seed));
        std::int64_t clock = 1'700'000'000'000;
        std::int64_t latest = 0;
        Uuid last;
        for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-3, 4))) {
            clock += step;
            latest = std::max(latest, clock);
            const Uuid next = maker.make(clock);
            RC_ASSERT(last < next);
            RC_ASSERT(millisecondsOf(next) == latest);
            last = next;
        }
    });
}

void IdsTest::sameTimeAndRandomMakeTheSameIds()
{
    UuidV7Maker a(countingRandom(7));
    UuidV7Maker b(countingRandom(7));
    UuidV7Maker other(countingRandom(8));
    for (const std::int64_t ms : {5, 5, 6, 4, 9}) {
        const Uuid id = a.make(ms);
        QVERIFY(id == b.make(ms));
        QVERIFY(id != other.make(ms));
    }
}

void IdsTest::hashesDiffer()
{
    UuidV7Maker maker(countingRandom(9));
    std::unordered_set<OrderId> ids;
    std::set<std::size_t> hashes;
    for (int i = 0; i < 2'000; ++i) {
        const OrderId id{maker.make(1'700'000'000'000)};
        QVERIFY(ids.insert(id).second);
        QVERIFY(ids.contains(id));
        hashes.insert(std::hash<OrderId>{}(id));
    }
    QCOMPARE(hashes.size(), std::size_t{2'000});
}

QTEST_GUILESS_MAIN(IdsTest)
#include "test_ids.moc"
