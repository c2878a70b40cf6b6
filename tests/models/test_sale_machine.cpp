// The rules of a sale as tables: in which state which wish is possible, and what each answer does
// to a card payment whose outcome may be unknown.
#include "app/session/sale_codec.h"
#include "app/session/sale_machine.h"

#include <QTest>

using namespace holdfast;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 startMs = 1'700'000'000'000;

const Goods oat{1, u"Oat drink"_s, 229, 700};
const Goods chocolate{2, u"Chocolate"_s, 299, 1'900};

/// A sale with the machine and the verbs of its world.
struct Story
{
    std::uint64_t random = 1;
    UuidV7Maker ids{[this] { return random += 0x9e3779b97f4a7c15ULL; }};
    SaleMachine machine{ids, {}};
    Sale sale = machine.begin(1, startMs);
    qint64 nowMs = startMs;
    std::optional<ClientCommand> command;

    void next() { command = machine.next(sale, nowMs); }

    void answer(int status, const QByteArray& body)
    {
        const Outcome outcome = status < 300 ? Outcome::Success : Outcome::Refusal;
        machine.apply(sale, {command->id, sale.id, command->kind, outcome, status, body}, nowMs);
        next();
    }

    void hold(int product, int qty)
    {
        answer(201, QByteArray(R"({"data":{"id":"h","state":"active","lines":[{"product_id":)") +
                        QByteArray::number(product) + R"(,"qty":)" + QByteArray::number(qty) +
                        R"(}],"created_at":"2023-11-14T22:13:20.000Z",)"
                        R"("expires_at":"2023-11-14T22:15:20.000Z"}})");
    }

    void order(const QByteArray& state, qint64 due) { answer(201, orderBody(state, due)); }

    static QByteArray orderBody(const QByteArray& state, qint64 due)
    {
        return R"({"data":{"id":"o","number":7,"state":")" + state +
               R"(","currency":"EUR","total_minor":229,"due_minor":)" + QByteArray::number(due) +
               "}}";
    }

    void seeOrder(const QByteArray& state, const QByteArray& cause = {})
    {
        OrderFacts order = *sale.order;
        order.state = *parseOrderState(state.toStdString());
        order.cancelCause = parseCancelCause(cause.toStdString()).value_or(CancelCause::None);
        machine.orderSeen(sale, order);
        next();
    }

    void seeCard(CardFacts::State state)
    {
        machine.cardSeen(sale, {{}, state, {}}, nowMs);
        next();
    }

    void heldSale()
    {
        machine.add(sale, oat, 1, nowMs);
        next();
        hold(1, 1);
    }

    void cardWaiting()
    {
        heldSale();
        machine.startPayment(sale);
        machine.startCard(sale, 229, nowMs);
        next();
        order("pending_payment", 229);
        answer(201, R"({"data":{"state":"processing"}})");
    }
};

QByteArray kindOf(const std::optional<ClientCommand>& command)
{
    return command ? QByteArray(command->verb + QByteArray(" ") +
                                command->path.section(u'/', 1, 2).toUtf8())
                   : QByteArray("nothing");
}

} // namespace

class TestSaleMachine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneCommandAtATime();
    void changesWhileAskedAreAskedAfterwards();
    void removedGoodsLeaveTheHold();
    void expiryIsTheServersTime();
    void lateAnswerIsTakenOnce();
    void differentAmountIsNotTaken();
    void orderThatCostsNothingIsPaidAtOnce();
    void cardStories_data();
    void cardStories();
    void patienceEndsInUnknown();
    void lostContactIsUnknownAndComesBack();
    void approvalThatIsNotRecordedIsTold();
    void cancelledOrderWithOpenCardIsNotOver();
    void unknownGoodsAreNamed();
    void everyStateSurvivesTheDisk();
};

void TestSaleMachine::oneCommandAtATime()
{
    Story s;
    QVERIFY(s.machine.add(s.sale, oat, 1, s.nowMs));
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("POST api/holds"));
    const std::optional<ClientCommand> second = s.machine.next(s.sale, s.nowMs);
    QVERIFY(!second);
    s.hold(1, 1);
    QVERIFY(!s.command);
    QVERIFY(isSettledHold(s.sale));
}

void TestSaleMachine::changesWhileAskedAreAskedAfterwards()
{
    Story s;
    s.machine.add(s.sale, oat, 1, s.nowMs);
    s.next();
    s.machine.add(s.sale, oat, 2, s.nowMs);
    s.machine.add(s.sale, chocolate, 1, s.nowMs);
    s.hold(1, 1);
    QCOMPARE(kindOf(s.command), QByteArray("PATCH api/holds"));
    QVERIFY(s.command->body.contains(R"({"product_id":1,"qty":3})"));
    QVERIFY(s.command->body.contains(R"({"product_id":2,"qty":1})"));
}

void TestSaleMachine::removedGoodsLeaveTheHold()
{
    Story s;
    s.heldSale();
    s.machine.add(s.sale, chocolate, 1, s.nowMs);
    s.machine.remove(s.sale, s.sale.lines.first().lineId);
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("PATCH api/holds"));
    s.hold(2, 1);
    s.machine.remove(s.sale, s.sale.lines.first().lineId);
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("DELETE api/holds"));
}

void TestSaleMachine::expiryIsTheServersTime()
{
    Story s;
    s.heldSale();
    QCOMPARE(s.sale.hold.lifeMs, 120'000);
    QVERIFY(!s.machine.tick(s.sale, s.sale.hold.expiresAtMs - 1));
    QVERIFY(s.machine.tick(s.sale, s.sale.hold.expiresAtMs));
    QCOMPARE(s.sale.hold.phase, HoldPhase::Expired);
    s.next();
    QVERIFY(!s.command); // a person decides
    QVERIFY(!s.machine.startPayment(s.sale));
    QVERIFY(s.machine.retryHold(s.sale));
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("POST api/holds"));
}

void TestSaleMachine::lateAnswerIsTakenOnce()
{
    Story s;
    s.machine.add(s.sale, oat, 1, s.nowMs);
    s.next();
    const ClientCommand first = *s.command;
    s.hold(1, 1);
    const Sale before = s.sale;
    s.machine.apply(s.sale, {first.id, s.sale.id, first.kind, Outcome::Refusal, 409, "{}"},
                    s.nowMs);
    QCOMPARE(s.sale, before);
}

void TestSaleMachine::differentAmountIsNotTaken()
{
    Story s;
    s.heldSale();
    s.machine.startPayment(s.sale);
    QVERIFY(s.machine.payCash(s.sale, 500, 229, s.nowMs));
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("POST api/orders"));
    s.order("pending_payment", 249); // the price has changed meanwhile
    QVERIFY(!s.command);
    QCOMPARE(s.sale.payment.phase, PayPhase::Choosing);
    QCOMPARE(s.sale.payment.message, PayMessage::AmountChanged);
}

void TestSaleMachine::orderThatCostsNothingIsPaidAtOnce()
{
    Story s;
    s.heldSale();
    s.machine.startPayment(s.sale);
    QVERIFY(s.machine.payCash(s.sale, 0, 0, s.nowMs));
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("POST api/orders"));
    s.order("paid", 0);
    QVERIFY(!s.command); // no payment of nothing
    QCOMPARE(s.sale.payment.phase, PayPhase::Paid);
}

void TestSaleMachine::cardStories_data()
{
    using State = CardFacts::State;
    QTest::addColumn<QList<int>>("gateway");
    QTest::addColumn<QString>("order");
    QTest::addColumn<PayPhase>("phase");
    QTest::addColumn<bool>("mayCharge");
    const auto row = [](const char* name, const QList<State>& gateway, const QString& order,
                        PayPhase phase, bool mayCharge) {
        QList<int> words;
        for (const State state : gateway) {
            words.append(static_cast<int>(state));
        }
        QTest::newRow(name) << words << order << phase << mayCharge;
    };
    row("nothing heard", {}, {}, PayPhase::CardWaiting, false);
    row("still waiting", {State::Waiting}, u"pending_payment"_s, PayPhase::CardWaiting, false);
    row("approved, webhook on its way", {State::Approved}, u"pending_payment"_s,
        PayPhase::CardApproved, false);
    row("approved and recorded", {State::Approved}, u"paid"_s, PayPhase::Paid, false);
    row("recorded before the gateway was asked", {}, u"paid"_s, PayPhase::Paid, false);
    row("declined", {State::Declined}, {}, PayPhase::CardDeclined, true);
    row("declined by webhook only", {}, u"payment_failed"_s, PayPhase::CardDeclined, true);
    row("cancelled", {State::Cancelled}, {}, PayPhase::CardDeclined, true);
    row("gateway does not know", {State::Unknown}, u"pending_payment"_s, PayPhase::CardUnknown,
        false);
    row("unknown, then approved", {State::Unknown, State::Approved}, u"paid"_s, PayPhase::Paid,
        false);
    row("unknown, then declined", {State::Unknown, State::Declined}, {}, PayPhase::CardDeclined,
        true);
    row("unknown, order lapsed", {State::Unknown}, u"payment_deadline"_s, PayPhase::CardUnknown,
        false);
    row("stale decline after approval is not believed over the order", {State::Approved}, u"paid"_s,
        PayPhase::Paid, false);
}

void TestSaleMachine::cardStories()
{
    QFETCH(QList<int>, gateway);
    QFETCH(QString, order);
    QFETCH(PayPhase, phase);
    QFETCH(bool, mayCharge);
    Story s;
    s.cardWaiting();
    for (const int word : gateway) {
        s.seeCard(static_cast<CardFacts::State>(word));
    }
    if (parseCancelCause(order.toStdString())) {
        s.seeOrder("cancelled", order.toLatin1());
    } else if (!order.isEmpty()) {
        s.seeOrder(order.toLatin1());
    }
    QCOMPARE(s.sale.payment.phase, phase);
    QCOMPARE(s.machine.startCard(s.sale, 229, s.nowMs), mayCharge);
    QVERIFY(phase == PayPhase::Paid || s.sale.lines.size() == 1);
}

void TestSaleMachine::patienceEndsInUnknown()
{
    Story s;
    s.cardWaiting();
    for (int second = 1; second <= 90; ++second) {
        s.nowMs += 1'000;
        s.seeCard(CardFacts::State::Waiting);
        QVERIFY(!s.machine.tick(s.sale, s.nowMs));
    }
    s.nowMs += 1'000;
    QVERIFY(s.machine.tick(s.sale, s.nowMs));
    QCOMPARE(s.sale.payment.phase, PayPhase::CardUnknown);
    s.seeCard(CardFacts::State::Waiting); // still open: a person has to look
    QCOMPARE(s.sale.payment.phase, PayPhase::CardUnknown);
    QVERIFY(!s.machine.payCash(s.sale, 229, 229, s.nowMs));
    QVERIFY(s.machine.cancelCard(s.sale));
    s.next();
    QCOMPARE(kindOf(s.command), QByteArray("POST v1/payments"));
    QVERIFY(s.command->path.endsWith(u"/cancel"_s));
    s.answer(409, R"({"code":"cancel_too_late"})");
    QVERIFY(!s.sale.payment.cancelRequested);
    QVERIFY(isChargeOpen(s.sale));
}

void TestSaleMachine::lostContactIsUnknownAndComesBack()
{
    Story s;
    s.cardWaiting();
    s.nowMs += 12'001;
    QVERIFY(s.machine.tick(s.sale, s.nowMs));
    QCOMPARE(s.sale.payment.phase, PayPhase::CardUnknown);
    s.seeCard(CardFacts::State::Waiting);
    QCOMPARE(s.sale.payment.phase, PayPhase::CardWaiting);
}

void TestSaleMachine::approvalThatIsNotRecordedIsTold()
{
    Story s;
    s.cardWaiting();
    s.seeCard(CardFacts::State::Approved);
    QVERIFY(!s.machine.tick(s.sale, s.nowMs + 12'000));
    QVERIFY(s.machine.tick(s.sale, s.nowMs + 12'001));
    QCOMPARE(s.sale.payment.message, PayMessage::NotRecorded);
    QVERIFY(!s.machine.startCard(s.sale, 229, s.nowMs));
    s.seeOrder("paid");
    QCOMPARE(s.sale.payment.phase, PayPhase::Paid);
}

void TestSaleMachine::cancelledOrderWithOpenCardIsNotOver()
{
    Story s;
    s.cardWaiting();
    s.seeOrder("cancelled", "payment_deadline");
    QVERIFY(isChargeOpen(s.sale)); // the card may still be charged
    s.seeCard(CardFacts::State::Declined);
    QCOMPARE(s.sale.payment.phase, PayPhase::CardDeclined);
    QCOMPARE(kindOf(s.command), QByteArray("POST api/holds")); // the goods are asked for again
    QVERIFY(!s.sale.order);
}

void TestSaleMachine::unknownGoodsAreNamed()
{
    Story s;
    s.machine.add(s.sale, oat, 1, s.nowMs);
    s.machine.add(s.sale, chocolate, 1, s.nowMs);
    s.next();
    s.answer(422, R"({"code":"validation_failed","errors":{"lines.1.product_id":["no such"]}})");
    QCOMPARE(s.sale.lines[1].refusal, LineRefusal::NotSold);
    QCOMPARE(s.sale.lines[0].refusal, LineRefusal::None);
    QCOMPARE(kindOf(s.command), QByteArray("POST api/holds")); // the rest is tried by itself
    QVERIFY(!s.command->body.contains(R"("product_id":2)"));
}

void TestSaleMachine::everyStateSurvivesTheDisk()
{
    Story s;
    const auto kept = [&] {
        Sale copy = s.sale;
        copy.touchedLineId.clear(); // only a flash on the screen
        copy.removed.reset();
        const std::optional<Sale> back = decodeSale(encodeSale(s.sale));
        return back && *back == copy;
    };
    QVERIFY(kept());
    s.machine.add(s.sale, oat, 3, s.nowMs);
    s.next();
    QVERIFY(kept());
    s.answer(409,
             R"({"code":"insufficient_stock","lines":[{"product_id":1,"available_stock":2}]})");
    QVERIFY(kept());
    s.machine.takeAvailable(s.sale, s.sale.lines.first().lineId);
    s.next();
    s.hold(1, 2);
    QVERIFY(kept());
    s.machine.startPayment(s.sale);
    s.machine.startCard(s.sale, 229, s.nowMs);
    s.next();
    QVERIFY(kept());
    s.order("pending_payment", 229);
    s.machine.cancelCard(s.sale);
    QVERIFY(kept());
    QVERIFY(!decodeSale("not a sale"));
}

QTEST_APPLESS_MAIN(TestSaleMachine)
#include "test_sale_machine.moc"
