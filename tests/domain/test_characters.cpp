#include "shared/domain/characters.h"
#include "tests/domain/property.h"

#include <QString>

using namespace holdfast;

class TestCharacters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codePointsNotBytes();
    void likeQtCountsThem();
    void byteOrderMarks();
};

void TestCharacters::codePointsNotBytes()
{
    QCOMPARE(characterCount(""), 0U);
    QCOMPARE(characterCount("milk"), 4U);
    QCOMPARE(characterCount("K\xc3\xa4se"), 4U);      // 2 bytes
    QCOMPARE(characterCount("\xe2\x82\xac"), 1U);     // 3 bytes
    QCOMPARE(characterCount("\xf0\x9f\x8d\x8e"), 1U); // 4 bytes, two units of UTF-16
    QCOMPARE(characterCount("a\xcc\x88"), 2U);        // a and a combining mark: two code points
    QCOMPARE(characterCount(std::string("a\0b", 3)), 3U);
}

void TestCharacters::likeQtCountsThem()
{
    HOLDFAST_PROPERTY("any text counts as many characters as it has in UTF-32", [] {
        const auto genPoint = rc::gen::oneOf(rc::gen::inRange<char32_t>(1, 0xd800),
                                             rc::gen::inRange<char32_t>(0xe000, 0x110000));
        const auto points = *rc::gen::container<std::vector<char32_t>>(genPoint);
        const QString text = QString::fromUcs4(points.data(), static_cast<int>(points.size()));
        RC_ASSERT(characterCount(text.toStdString()) == points.size());
    });
}

void TestCharacters::byteOrderMarks()
{
    QVERIFY(beginsWithByteOrderMark("\xef\xbb\xbf"));
    QVERIFY(beginsWithByteOrderMark("\xef\xbb\xbfJam"));
    QVERIFY(beginsWithByteOrderMark("\xef\xbf\xbeJam"));
    for (const char* text : {"", "Jam", "J\xef\xbb\xbf", "\xef\xbb", "\xef\xbf\xbd", "\xff\xfe"}) {
        QVERIFY2(!beginsWithByteOrderMark(text), text);
    }
}

QTEST_GUILESS_MAIN(TestCharacters)
#include "test_characters.moc"
