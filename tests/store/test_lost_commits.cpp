#include "tests/store/lost_shop.h"

#include <QTest>

using namespace holdfast;

namespace {

using Moment = test::TcpRelay::Moment;

/// What a customer does, on a shop where "kept" is held and "o" is ordered.
const std::vector<std::string> shopOpens{"product stock=20 price=100", "place kept 1x2",
                                         "place sold 1x1", "order o sold"};

struct Deed
{
    const char* name;
    const char* sentence;
};

constexpr std::array<Deed, 5> deeds{{
    {"hold", "place a 1x3"},
    {"order", "order p kept"},
    {"payment", "pay o cash amount=100"},
    {"event", "event e1 paid o amount=100 ref=r1"},
    {"refusal", "place b 1x99"},
}};

/// The deed with its key; an event is known by its own.
std::vector<Envelope> batchOf(const std::string& sentence)
{
    return {sentence.starts_with("event ") ? envelopeOf(sentence) : keyed(sentence, "once")};
}

/// As it stands at the end of its message, and not in "READ COMMITTED".
QByteArray commitMessage()
{
    const bool terminated = qgetenv("HOLDFAST_TEST_ENGINE") == "postgresql";
    return terminated ? QByteArray("COMMIT", sizeof "COMMIT") : QByteArray("COMMIT");
}

bool denies(const CommandAnswer& answer)
{
    return answer.status == 503 && answer.body.find("nothing was changed") != std::string::npos;
}

bool admitsNotToKnow(const CommandAnswer& answer)
{
    return answer.status == 503 && answer.body.find("not known") != std::string::npos;
}

bool isRepeat(const CommandAnswer& answer)
{
    return answer.replayed || answer.body.find("\"duplicate\":true") != std::string::npos;
}

} // namespace

Q_DECLARE_METATYPE(Moment)

/// The connection to the database is cut around a COMMIT, and at every other statement: what was
/// done is answered as done, what was not as not, and the same key leads to one effect and to one
/// answer in any case.
class TestLostCommits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_shop = std::make_unique<LostShop>(); }
    void init() { m_shop->empty(); }
    void aLostCommitIsSettled_data();
    void aLostCommitIsSettled();
    void whatCannotBeAskedIsNotKnown_data();
    void whatCannotBeAskedIsNotKnown();
    void aCutAtAnyStatement_data();
    void aCutAtAnyStatement();
    void whatOthersHaveJustCommittedIsToldOnceItIsDurable();
    void whatIsForgottenTriesTheStorage();

private:
    std::unique_ptr<LostShop> m_shop; ///< one for all: making a database takes longer than a test
};

void TestLostCommits::aLostCommitIsSettled_data()
{
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<Moment>("moment");
    for (const Deed& deed : deeds) {
        const QString sentence = QString::fromLatin1(deed.sentence);
        QTest::addRow("%s, COMMIT lost", deed.name) << sentence << Moment::BeforeRequest;
        QTest::addRow("%s, cut with the COMMIT", deed.name) << sentence << Moment::AfterRequest;
        QTest::addRow("%s, answer lost", deed.name) << sentence << Moment::AfterAnswer;
        QTest::addRow("%s, COMMIT late", deed.name) << sentence << Moment::RequestComesLater;
        QTest::addRow("%s, cut heard late", deed.name) << sentence << Moment::ServerHearsLater;
    }
}

void TestLostCommits::aLostCommitIsSettled()
{
    QFETCH(QString, sentence);
    QFETCH(Moment, moment);
    LostShop& shop = *m_shop;
    shop.prepare(shopOpens);
    const std::string before = shop.picture();
    const auto batch = batchOf(sentence.toStdString());
    shop.relay().cut({.moment = moment, .text = commitMessage()});
    const CommandAnswer first = shop.run(batch).front();
    QVERIFY(shop.relay().hasCut());

    const bool done = shop.picture() != before;
    if (moment == Moment::BeforeRequest || moment == Moment::ServerHearsLater) {
        QVERIFY(!done);
    } else if (moment != Moment::AfterRequest) {
        QVERIFY(done);
    }
    QVERIFY2(done ? first.status != 503 : denies(first), first.body.c_str());

    const std::string once = done ? shop.picture() : std::string();
    const CommandAnswer second = shop.repeat(batch).front();
    QVERIFY2(second.status != 503, second.body.c_str());
    QCOMPARE(isRepeat(second), done);
    if (done) {
        QCOMPARE(shop.picture(), once);
        QCOMPARE(second.status, first.status);
    }
    const std::string after = shop.picture();
    QVERIFY(after != before);
    QVERIFY(isRepeat(shop.repeat(batch).front()));
    QCOMPARE(shop.picture(), after);
    QCOMPARE(shop.difference(), std::string());
}

void TestLostCommits::whatCannotBeAskedIsNotKnown_data()
{
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<Moment>("moment");
    for (const Deed& deed : deeds) {
        const QString sentence = QString::fromLatin1(deed.sentence);
        QTest::addRow("%s, COMMIT lost", deed.name) << sentence << Moment::BeforeRequest;
        QTest::addRow("%s, answer lost", deed.name) << sentence << Moment::AfterAnswer;
    }
}

void TestLostCommits::whatCannotBeAskedIsNotKnown()
{
    QFETCH(QString, sentence);
    QFETCH(Moment, moment);
    LostShop& shop = *m_shop;
    shop.prepare(shopOpens);
    const std::string before = shop.picture();
    const auto batch = batchOf(sentence.toStdString());
    shop.relay().cut({.moment = moment, .text = commitMessage(), .stayAway = true});
    const CommandAnswer first = shop.run(batch).front();
    QVERIFY(shop.relay().hasCut());
    QVERIFY2(admitsNotToKnow(first), first.body.c_str());
    QVERIFY(first.retryLater);
    const bool done = shop.picture() != before;
    QCOMPARE(done, moment == Moment::AfterAnswer);

    // While it is away, what was not even sent is certainly not done.
    const CommandAnswer other = shop.run({keyed("place c 1x1", "other")}).front();
    QVERIFY2(denies(other), other.body.c_str());
    QVERIFY2(denies(shop.run(batch).front()), "a repeat while the database is away");
    const std::string once = shop.picture();
    QCOMPARE(once != before, done);

    shop.relay().letIn();
    const CommandAnswer second = shop.repeat(batch).front();
    QVERIFY2(second.status != 503, second.body.c_str());
    QCOMPARE(isRepeat(second), done);
    const std::string after = shop.picture();
    QCOMPARE(after == once, done);
    const CommandAnswer third = shop.repeat(batch).front();
    QVERIFY(isRepeat(third));
    QCOMPARE(third.status, second.status);
    QCOMPARE(shop.picture(), after);
    QCOMPARE(shop.difference(), std::string());
}

void TestLostCommits::aCutAtAnyStatement_data()
{
    QTest::addColumn<Moment>("moment");
    QTest::addRow("before it") << Moment::BeforeRequest;
    QTest::addRow("its answer") << Moment::AfterAnswer;
}

/// The whole day of two customers in one batch, cut at its first request, its second, and so on
/// until none is left.
void TestLostCommits::aCutAtAnyStatement()
{
    QFETCH(Moment, moment);
    LostShop& shop = *m_shop;
    shop.prepare({"product stock=100000 price=100"});
    int cuts = 0;
    int denied = 0;
    for (;; ++cuts) {
        const std::string n = std::to_string(cuts);
        shop.prepare(
            {"place kept" + n + " 1x2", "place sold" + n + " 1x1", "order o" + n + " sold" + n});
        const std::vector<Envelope> batch{keyed("place a" + n + " 1x3", "a" + n),
                                          keyed("order p" + n + " kept" + n, "b" + n),
                                          keyed("pay o" + n + " cash amount=40", "c" + n),
                                          envelopeOf("event e" + n + " paid o" + n + " amount=60"),
                                          keyed("place z" + n + " 1x200000", "d" + n)};
        const std::string before = shop.picture();
        shop.reconnect();
        shop.relay().cut({.moment = moment, .skipped = cuts});
        const auto first = shop.run(batch);
        const bool done = shop.picture() != before;
        for (const CommandAnswer& answer : first) {
            QVERIFY2(done ? answer.status != 503 : denies(answer),
                     (n + ": " + answer.body + shop.lastFailure()).c_str());
        }
        denied += done ? 0 : 1;
        const auto second = shop.repeat(batch);
        const std::string after = shop.picture();
        for (std::size_t index = 0; index < batch.size(); ++index) {
            QVERIFY2(second[index].status != 503, second[index].body.c_str());
            QCOMPARE(isRepeat(second[index]), done);
            const CommandAnswer third = shop.repeat({batch[index]}).front();
            QVERIFY2(isRepeat(third), (n + ": " + third.body + shop.lastFailure()).c_str());
        }
        QCOMPARE(shop.picture(), after);
        if (!shop.relay().hasCut()) {
            QVERIFY(done);
            break;
        }
    }
    // It has many statements, and only what opens the transaction or ends it may be cut in vain.
    QVERIFY2(cuts > 15, std::to_string(cuts).c_str());
    QVERIFY2(denied > 10 && denied < cuts, std::to_string(denied).c_str());
    QCOMPARE(shop.difference(), std::string());
}

/// MariaDB shows commits that are not on the disk yet. To tell a caller once more what another
/// server has committed is to promise it, so something is committed first.
void TestLostCommits::whatOthersHaveJustCommittedIsToldOnceItIsDurable()
{
    LostShop& shop = *m_shop;
    const auto probes = [&shop] { return shop.number("SELECT probes FROM shop"); };
    const bool showsEarly =
        qEnvironmentVariable("HOLDFAST_TEST_ENGINE") == QLatin1String("mariadb");
    shop.prepare(shopOpens);
    shop.prepare({"event e1 paid o amount=100"}); // another server
    QCOMPARE(probes(), 0);
    const std::string before = shop.picture();
    QVERIFY(isRepeat(shop.run({envelopeOf("event e1 paid o amount=100")}).front()));
    QCOMPARE(probes(), showsEarly ? 1 : 0);
    QVERIFY(isRepeat(shop.run({envelopeOf("event e1 paid o amount=100")}).front()));
    QCOMPARE(probes(), showsEarly ? 2 : 0); // each time: refusals leave no record to go by
    QCOMPARE(shop.picture(), before);
    shop.prepare({"place c 1x1"}); // nothing that is told again
    QCOMPARE(shop.run({envelopeOf("release nothing")}).front().status, 404);
    QCOMPARE(probes(), showsEarly ? 2 : 0);
}

void TestLostCommits::whatIsForgottenTriesTheStorage()
{
    LostShop& shop = *m_shop;
    shop.prepare(shopOpens);
    for (int round = 1; round <= 3; ++round) {
        QVERIFY(shop.run({envelopeOf("forget-answers")}).front().status / 100 == 2);
        QCOMPARE(shop.number("SELECT probes FROM shop"), round);
    }
}

QTEST_GUILESS_MAIN(TestLostCommits)
#include "test_lost_commits.moc"
