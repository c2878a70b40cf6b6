// Commands are stored before they are sent, and each has exactly one effect whatever the network
// does.
#include "app/store/local_store.h"
#include "app/sync/outbox.h"

#include <QTemporaryDir>
#include <QTest>

#include <deque>

using namespace holdfast;
using namespace Qt::StringLiterals;

namespace {

/// Keeps every request until the test answers it.
class StubTransport : public Transport
{
public:
    struct Sent
    {
        TransportRequest request;
        Done done;
    };
    std::deque<Sent> sent;

    void send(const TransportRequest& request, Done done) override
    {
        sent.push_back({request, std::move(done)});
    }

    QByteArray answer(int status, const QByteArray& body = "{}", qint64 atMs = 0)
    {
        const Sent first = sent.front();
        sent.pop_front();
        TransportReply reply;
        reply.status = status;
        reply.body = body;
        reply.answeredAtMs = atMs;
        first.done(reply);
        return first.request.idempotencyKey;
    }
};

ClientCommand command(const QString& id, const QString& sale)
{
    return {id, sale, CommandKind::PlaceHold, Endpoint::Server, "POST", u"/api/holds"_s, "{}"};
}

} // namespace

class TestOutbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void settledOrNot_data();
    void settledOrNot();
    void sendsOncePerSaleInOrder();
    void retriesTheSameIdUntilKnown();
    void answerIsOnDiskBeforeItIsTold();
    void restartSendsAgainWhatWasUnderWay();
    void diskThatRefusesKeepsTheCommand();

private:
    void open();
    void put(const ClientCommand& command);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<StubTransport> m_transport;
    std::unique_ptr<LocalStore> m_store;
    std::unique_ptr<Outbox> m_outbox;
    QList<CommandAnswer> m_answers;
};

void TestOutbox::init()
{
    m_outbox.reset();
    m_store.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_answers.clear();
    open();
}

void TestOutbox::open()
{
    m_outbox.reset();
    m_store.reset();
    m_transport = std::make_unique<StubTransport>();
    auto store = LocalStore::open(m_folder->filePath(u"till.db"_s));
    QVERIFY2(store.has_value(), store ? "" : qPrintable(store.error()));
    m_store = std::move(*store);
    m_outbox = std::make_unique<Outbox>(
        *m_store, *m_transport, Backoff([] { return std::uint64_t{0}; }, {100, 1'000}),
        Outbox::Hooks{[this](const CommandAnswer& answer) { m_answers.append(answer); },
                      [](const OutboxAge&) {}, [](const ClientCommand&, const TransportReply&) {}});
    const RestoredTill till = m_store->restore();
    m_outbox->restore(till.unanswered, till.unansweredStoredAtMs);
}

void TestOutbox::put(const ClientCommand& command)
{
    QVERIFY(m_store->storeStep({command.saleId, 1, "{}", false, command, {}}, 5));
    m_outbox->add(command, 5);
}

void TestOutbox::settledOrNot_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("settled");
    const QByteArray problem = R"({"code":"insufficient_stock"})";
    QTest::newRow("made") << 201 << QByteArray("{}") << true;
    QTest::newRow("refused") << 409 << problem << true;
    QTest::newRow("invalid") << 422 << problem << true;
    QTest::newRow("no answer") << 0 << QByteArray() << false;
    QTest::newRow("server fault") << 500 << QByteArray("{}") << false;
    QTest::newRow("busy") << 503 << QByteArray("{}") << false;
    QTest::newRow("too many") << 429 << QByteArray("{}") << false;
    QTest::newRow("not signed in") << 401 << QByteArray("{}") << false;
    QTest::newRow("still running")
        << 409 << QByteArray(R"({"code":"idempotency_in_progress"})") << false;
    QTest::newRow("a proxy's redirect") << 302 << QByteArray() << false;
}

void TestOutbox::settledOrNot()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(bool, settled);
    TransportReply reply;
    reply.status = status;
    reply.body = body;
    QCOMPARE(isSettled(reply), settled);
}

void TestOutbox::sendsOncePerSaleInOrder()
{
    put(command(u"a1"_s, u"a"_s));
    put(command(u"a2"_s, u"a"_s));
    put(command(u"b1"_s, u"b"_s));
    m_outbox->tick(0);
    m_outbox->tick(0);
    QCOMPARE(m_transport->sent.size(), std::size_t{2}); // a1 and b1; a2 waits for a1
    QCOMPARE(m_transport->sent[0].request.idempotencyKey, QByteArray("a1"));
    QCOMPARE(m_transport->sent[1].request.idempotencyKey, QByteArray("b1"));
    QCOMPARE(m_transport->answer(201), QByteArray("a1"));
    m_outbox->tick(0);
    QCOMPARE(m_transport->sent.back().request.idempotencyKey, QByteArray("a2"));
    QCOMPARE(m_outbox->age().count, 2);
}

void TestOutbox::retriesTheSameIdUntilKnown()
{
    put(command(u"a1"_s, u"a"_s));
    qint64 nowMs = 0;
    for (const int status : {0, 503, 0, 500}) {
        m_outbox->tick(nowMs);
        QCOMPARE(m_transport->answer(status, {}, nowMs), QByteArray("a1"));
        QVERIFY(m_answers.isEmpty());
        const std::optional<qint64> due = m_outbox->nextDueMs();
        QVERIFY(due && *due > nowMs);
        m_outbox->tick(*due - 1);
        QVERIFY(m_transport->sent.empty());
        nowMs = *due;
    }
    m_outbox->tick(nowMs);
    m_transport->answer(409, R"({"code":"insufficient_stock"})", nowMs);
    QCOMPARE(m_answers.size(), 1);
    QCOMPARE(m_answers.first().outcome, Outcome::Refusal);
    QCOMPARE(m_answers.first().status, 409);
    QCOMPARE(m_outbox->age().count, 0);
    QVERIFY(!m_outbox->nextDueMs());
}

void TestOutbox::answerIsOnDiskBeforeItIsTold()
{
    put(command(u"a1"_s, u"a"_s));
    m_outbox->tick(0);
    m_transport->answer(201, R"({"data":1})");
    QCOMPARE(m_answers.size(), 1);
    // The program dies before the sale has taken the answer in.
    open();
    QVERIFY(m_transport->sent.empty());
    const RestoredTill till = m_store->restore();
    QVERIFY(till.unanswered.empty());
    QCOMPARE(till.answers.size(), std::size_t{1});
    QCOMPARE(till.answers.front(), m_answers.first());
    // Taken in: gone.
    QVERIFY(m_store->storeStep({u"a"_s, 1, "{}", false, {}, {u"a1"_s}}, 6));
    QVERIFY(m_store->restore().answers.empty());
}

void TestOutbox::restartSendsAgainWhatWasUnderWay()
{
    put(command(u"a1"_s, u"a"_s));
    m_outbox->tick(0);
    QCOMPARE(m_transport->sent.size(), std::size_t{1});
    open(); // the acknowledgement never came
    m_outbox->tick(0);
    QCOMPARE(m_transport->sent.size(), std::size_t{1});
    QCOMPARE(m_transport->answer(201), QByteArray("a1"));
    QCOMPARE(m_answers.size(), 1);
    QCOMPARE(m_answers.first().commandId, u"a1"_s);
}

void TestOutbox::diskThatRefusesKeepsTheCommand()
{
    class FullDisk : public CommandStore
    {
    public:
        bool full = true;
        bool storeAnswer(const CommandAnswer&) override { return !full; }
    } disk;
    QList<CommandAnswer> told;
    Outbox outbox(disk, *m_transport, Backoff([] { return std::uint64_t{0}; }),
                  {[&](const CommandAnswer& answer) { told.append(answer); },
                   [](const OutboxAge&) {}, [](const ClientCommand&, const TransportReply&) {}});
    outbox.add(command(u"a1"_s, u"a"_s), 1);
    outbox.tick(0);
    m_transport->answer(201);
    QVERIFY(told.isEmpty()); // nothing is called done that is not safe
    disk.full = false;
    outbox.tick(100'000);
    m_transport->answer(201);
    QCOMPARE(told.size(), 1);
}

QTEST_GUILESS_MAIN(TestOutbox)
#include "test_outbox.moc"
