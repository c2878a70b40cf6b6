#include "tests/ledger/memory_store.h"
#include "tests/ledger/story.h"

#include <QTest>

/// The rules of the ledger as stories: what happens, and what comes out.
class TestStories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stories_data();
    void stories();
    void everyRuleHasItsStory();
};

void TestStories::stories_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("index");
    for (const std::string& file : holdfast::storyFiles()) {
        const auto stories = holdfast::readStories(file);
        QVERIFY(!stories.empty());
        for (std::size_t index = 0; index < stories.size(); ++index) {
            const std::string name = file + ": " + stories[index].title;
            QTest::newRow(name.c_str()) << QString::fromStdString(file) << static_cast<int>(index);
        }
    }
}

void TestStories::stories()
{
    QFETCH(QString, file);
    QFETCH(int, index);
    const auto stories = holdfast::readStories(file.toStdString());
    holdfast::MemoryStore store;
    const std::string wrong = holdfast::tell(stories.at(static_cast<std::size_t>(index)), store);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

void TestStories::everyRuleHasItsStory()
{
    holdfast::Coverage coverage;
    for (const std::string& file : holdfast::storyFiles()) {
        for (const holdfast::Story& story : holdfast::readStories(file)) {
            holdfast::MemoryStore store;
            QCOMPARE(holdfast::tell(story, store, &coverage), std::string());
        }
    }
    const std::string missing = coverage.missing();
    QVERIFY2(missing.empty(), ("no story shows\n" + missing).c_str());
    const std::string unlawful = coverage.unlawful();
    QVERIFY2(unlawful.empty(), ("against the rules\n" + unlawful).c_str());
}

QTEST_GUILESS_MAIN(TestStories)
#include "test_stories.moc"
