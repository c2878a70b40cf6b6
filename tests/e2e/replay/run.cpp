#include "tests/e2e/replay/run.h"

#include "tests/support/parallel.h"

#include <QElapsedTimer>
#include <QUuid>
#include <functional>
#include <memory>

namespace holdfast::replay {

using namespace Qt::StringLiterals;
using test::HeaderList;
using test::HttpClient;
using test::HttpReply;

namespace {

constexpr qsizetype faultsShownMax = 20;
constexpr int repeatEvery = 40;
constexpr std::int64_t receiptMax = 1'000'000;

/// The same name gives the same id in every run, so that terminals need not tell each other.
QString idOf(const QByteArray& name)
{
    static const QUuid space(u"{6f1a6f0c-9a3e-4b52-9c55-0b9a4f1d7c11}"_s);
    return QUuid::createUuidV5(space, name).toString(QUuid::WithoutBraces);
}

QString orderId(int order)
{
    return idOf("order/" + QByteArray::number(order));
}

/// One terminal: two identities over two connections, and what came of it.
class Terminal
{
public:
    Terminal(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids, qsizetype index);

    void connectAll() { m_ready = m_till.open() && m_manager.open(); }
    void work(const std::vector<PlannedStep>& steps);
    void createProducts(qsizetype from, qsizetype stride, std::vector<qint64>& ids);

    Deeds deeds;

private:
    HttpReply ask(HttpClient& client, const QByteArray& target, const QJsonObject& body,
                  const QByteArray& key);
    bool expect(const HttpReply& reply, int status, const PlannedStep& step,
                const QByteArray& what);
    void sell(const PlannedStep& step);
    void settle(const PlannedStep& step, const QString& order);
    void pay(const PlannedStep& step, const QString& order, const char* method, std::int64_t amount,
             std::int64_t tendered);
    void refund(const PlannedStep& step);
    void refuse(const PlannedStep& step);
    void move(const PlannedStep& step);
    void receive(qint64 product, std::int64_t qty, const QByteArray& key);
    [[nodiscard]] QJsonArray linesOf(const PlannedStep& step) const;

    const Plan& m_plan;
    const std::vector<qint64>& m_ids;
    HttpClient m_till;
    HttpClient m_manager;
    bool m_ready = false;
};

Terminal::Terminal(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids,
                   qsizetype index)
    : m_plan(plan), m_ids(ids), m_till(shop.port, std::chrono::seconds(60)),
      m_manager(shop.port, std::chrono::seconds(60))
{
    m_till.setToken(shop.tillTokens.value(index, shop.adminToken));
    m_manager.setToken(shop.managerTokens.value(index, shop.adminToken));
}

/// Every request carries a key; some are sent twice and must be answered with the same bytes.
HttpReply Terminal::ask(HttpClient& client, const QByteArray& target, const QJsonObject& body,
                        const QByteArray& key)
{
    const HeaderList headers{{"Idempotency-Key", key}};
    const HttpReply reply = client.post(target, body, headers);
    if (++deeds.requests % repeatEvery == 0) {
        const HttpReply again = client.post(target, body, headers);
        ++deeds.repeats;
        if (again.body != reply.body || again.status != reply.status) {
            deeds.fault(u"repeat of %1 differs: %2 / %3"_s.arg(QString::fromUtf8(key),
                                                               QString::fromUtf8(reply.summary()),
                                                               QString::fromUtf8(again.summary())));
        }
    }
    return reply;
}

bool Terminal::expect(const HttpReply& reply, int status, const PlannedStep& step,
                      const QByteArray& what)
{
    if (reply.status == status) {
        return true;
    }
    deeds.fault(u"invoice %1, part %2: %3: %4"_s.arg(
        QString::fromUtf8(step.invoice), QString::number(step.part), QString::fromUtf8(what),
        QString::fromUtf8(reply.summary())));
    return false;
}

QJsonArray Terminal::linesOf(const PlannedStep& step) const
{
    QJsonArray lines;
    for (const PlannedLine& line : step.lines) {
        lines.append(QJsonObject{{u"product_id"_s, m_ids.at(std::size_t(line.product))},
                                 {u"qty"_s, qint64(line.qty)}});
    }
    return lines;
}

void Terminal::sell(const PlannedStep& step)
{
    const QByteArray name = step.invoice + '/' + QByteArray::number(step.part);
    const QString hold = idOf("hold/" + name);
    const QString order = orderId(step.order);
    const HttpReply held =
        ask(m_till, "/api/holds",
            {{u"id"_s, hold}, {u"lines"_s, linesOf(step)}, {u"note"_s, QString::fromUtf8(name)}},
            "hold-" + name);
    if (!expect(held, 201, step, "hold")) {
        return;
    }
    ++deeds.holds;
    const HttpReply placed =
        ask(m_till, "/api/orders", {{u"id"_s, order}, {u"hold_id"_s, hold}}, "order-" + name);
    if (!expect(placed, 201, step, "order")) {
        return;
    }
    ++deeds.orders;
    const qint64 total = placed.data().value("total_minor"_L1).toInteger(-1);
    deeds.ordersMinor += total;
    if (total != step.amountMinor) {
        deeds.fault(u"order %1: total %2, should be %3"_s.arg(QString::fromUtf8(name))
                        .arg(total)
                        .arg(step.amountMinor));
    }
    if (placed.data().value("state"_L1).toString() != "paid"_L1) {
        settle(step, order);
    }
}

void Terminal::settle(const PlannedStep& step, const QString& order)
{
    constexpr std::int64_t note = 500; // cash comes in whole five-pound notes
    const std::int64_t due = step.amountMinor;
    const std::int64_t notes = (due + note - 1) / note * note;
    switch (step.tender) {
    case Tender::Card:
        pay(step, order, "card", due, due);
        break;
    case Tender::Cash:
        pay(step, order, "cash", due, notes);
        break;
    case Tender::Other:
        pay(step, order, "other", due, due);
        break;
    case Tender::CardThenCash:
        if (due / 2 > 0) {
            pay(step, order, "card", due / 2, due / 2);
        }
        pay(step, order, "cash", due - due / 2, notes);
        break;
    }
    const QByteArray target = "/api/orders/" + order.toUtf8();
    const HttpReply after = m_till.get(target);
    if (after.data().value("state"_L1).toString() != "paid"_L1) {
        expect(after, 0, step, "not paid in the end");
    }
}

void Terminal::pay(const PlannedStep& step, const QString& order, const char* method,
                   std::int64_t amount, std::int64_t tendered)
{
    QJsonObject body{{u"method"_s, QString::fromLatin1(method)},
                     {u"amount_minor"_s, qint64(amount)}};
    if (tendered != amount) {
        body.insert(u"tendered_minor"_s, qint64(tendered));
    }
    const QByteArray key = "pay-" + QByteArray(method) + '-' + order.toUtf8();
    const HttpReply paid = ask(m_till, "/api/orders/" + order.toUtf8() + "/payments", body, key);
    if (expect(paid, 201, step, "payment")) {
        ++deeds.payments;
        deeds.changeMinor += tendered - amount;
    }
}

void Terminal::refund(const PlannedStep& step)
{
    QJsonObject body{{u"reason"_s, QString::fromUtf8(step.reason)},
                     {u"restock"_s, !step.lines.empty()}};
    if (step.lines.empty()) {
        body.insert(u"amount_minor"_s, qint64(step.amountMinor));
    } else {
        body.insert(u"lines"_s, linesOf(step));
    }
    const QByteArray key = "refund-" + step.invoice + '-' + QByteArray::number(step.part);
    const QByteArray target = "/api/orders/" + orderId(step.order).toUtf8() + "/refunds";
    const HttpReply before = m_manager.get("/api/orders/" + orderId(step.order).toUtf8());
    const HttpReply done = ask(m_manager, target, body, key);
    if (!expect(done, 201, step, "refund")) {
        return;
    }
    ++deeds.refunds;
    const HttpReply after = m_manager.get("/api/orders/" + orderId(step.order).toUtf8());
    const qint64 back = after.data().value("refunded_minor"_L1).toInteger() -
                        before.data().value("refunded_minor"_L1).toInteger();
    deeds.refundsMinor += back;
    if (back != step.amountMinor) {
        deeds.fault(u"refund of %1: %2 given back, should be %3"_s.arg(
            QString::fromUtf8(step.invoice), QString::number(back),
            QString::number(step.amountMinor)));
    }
}

void Terminal::refuse(const PlannedStep& step)
{
    const QString order = step.order >= 0 ? orderId(step.order) : idOf("unknown/" + step.invoice);
    const QJsonObject body{{u"reason"_s, QString::fromUtf8(step.reason)},
                           {u"restock"_s, true},
                           {u"lines"_s, linesOf(step)}};
    const QByteArray key = "refuse-" + step.invoice + '-' + QByteArray::number(step.part);
    const HttpReply reply = ask(m_manager, "/api/orders/" + order.toUtf8() + "/refunds", body, key);
    const bool asPlanned =
        step.order < 0 ? reply.status == 404 : reply.status == 409 || reply.status == 422;
    if (asPlanned) {
        ++deeds.refusals[reply.code()];
    } else {
        expect(reply, 0, step, "should have been refused");
    }
}

void Terminal::move(const PlannedStep& step)
{
    const QByteArray key = "move-" + step.invoice + '-' + QByteArray::number(step.part);
    const PlannedLine& line = step.lines.front();
    const HttpReply moved = ask(m_manager, "/api/stock/movements",
                                {{u"product_id"_s, m_ids.at(std::size_t(line.product))},
                                 {u"kind"_s, QString::fromUtf8(step.movement)},
                                 {u"qty"_s, qint64(line.qty)},
                                 {u"reason"_s, QString::fromUtf8(step.reason)}},
                                key);
    if (expect(moved, 201, step, "stock movement")) {
        ++deeds.movements;
    }
}

void Terminal::work(const std::vector<PlannedStep>& steps)
{
    QByteArray invoice;
    for (const PlannedStep& step : steps) {
        if (!m_ready || deeds.faultCount > 1000) {
            deeds.fault(u"terminal gave up"_s);
            return;
        }
        switch (step.kind) {
        case Step::Sell:
            sell(step);
            break;
        case Step::Refund:
            refund(step);
            break;
        case Step::RefusedRefund:
            refuse(step);
            break;
        case Step::Move:
            move(step);
            break;
        }
        deeds.invoicesDone += step.invoice != invoice ? 1 : 0;
        invoice = step.invoice;
    }
}

void Terminal::receive(qint64 product, std::int64_t qty, const QByteArray& key)
{
    for (int part = 0; qty > 0; ++part) {
        const std::int64_t now = std::min(qty, receiptMax);
        const HttpReply got = ask(m_manager, "/api/stock/movements",
                                  {{u"product_id"_s, product},
                                   {u"kind"_s, u"receipt"_s},
                                   {u"qty"_s, qint64(now)},
                                   {u"reason"_s, u"opening stock"_s}},
                                  "receive-" + key + '-' + QByteArray::number(part));
        expect(got, 201, {}, "receipt");
        qty -= now;
    }
}

void Terminal::createProducts(qsizetype from, qsizetype stride, std::vector<qint64>& ids)
{
    for (qsizetype i = from; i < qsizetype(m_plan.products.size()) && deeds.faultCount < 100;
         i += stride) {
        const PlannedProduct& product = m_plan.products[std::size_t(i)];
        const QByteArray& name = product.name.isEmpty() ? product.sku : product.name;
        const QByteArray key = QByteArray::number(i);
        const HttpReply made = ask(m_manager, "/api/products",
                                   {{u"sku"_s, QString::fromUtf8(product.sku)},
                                    {u"name"_s, QString::fromUtf8(name)},
                                    {u"price_minor"_s, qint64(product.priceMinor)},
                                    {u"currency"_s, u"GBP"_s},
                                    {u"tax_rate"_s, 0}},
                                   "product-" + key);
        if (expect(made, 201, {}, "product " + product.sku)) {
            ids[std::size_t(i)] = made.data().value("id"_L1).toInteger();
            receive(ids[std::size_t(i)], product.openingStock, key);
        }
    }
}

/// `work(i)` on `count` threads at once, and their deeds added up.
Deeds together(QList<Terminal*> terminals, const std::function<void(int)>& work)
{
    QElapsedTimer timer;
    timer.start();
    test::runTogether(
        int(terminals.size()), [&](int i) { terminals[i]->connectAll(); }, work);
    Deeds sum;
    for (const Terminal* terminal : terminals) {
        sum.add(terminal->deeds);
    }
    sum.seconds = double(timer.nsecsElapsed()) / 1e9;
    return sum;
}

} // namespace

void Deeds::fault(const QString& text)
{
    ++faultCount;
    if (faults.size() < faultsShownMax) {
        faults.append(text);
    }
}

void Deeds::add(const Deeds& other)
{
    requests += other.requests;
    holds += other.holds;
    orders += other.orders;
    payments += other.payments;
    refunds += other.refunds;
    movements += other.movements;
    repeats += other.repeats;
    ordersMinor += other.ordersMinor;
    refundsMinor += other.refundsMinor;
    changeMinor += other.changeMinor;
    invoicesDone += other.invoicesDone;
    for (auto it = other.refusals.begin(); it != other.refusals.end(); ++it) {
        refusals[it.key()] += it.value();
    }
    for (const QString& text : other.faults) {
        fault(text);
    }
    faultCount += other.faultCount - other.faults.size();
}

namespace {

using TerminalList = std::vector<std::unique_ptr<Terminal>>;

TerminalList makeTerminals(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids)
{
    TerminalList terminals;
    for (std::size_t i = 0; i < plan.terminals.size(); ++i) {
        terminals.push_back(std::make_unique<Terminal>(plan, shop, ids, qsizetype(i)));
    }
    return terminals;
}

QList<Terminal*> pointersTo(const TerminalList& terminals)
{
    QList<Terminal*> pointers;
    for (const auto& terminal : terminals) {
        pointers.append(terminal.get());
    }
    return pointers;
}

} // namespace

Deeds openShop(const Plan& plan, const Shop& shop, std::vector<qint64>& ids)
{
    ids.assign(plan.products.size(), 0);
    const TerminalList terminals = makeTerminals(plan, shop, ids);
    return together(pointersTo(terminals), [&](int i) {
        terminals[std::size_t(i)]->createProducts(i, qsizetype(terminals.size()), ids);
    });
}

Deeds replay(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids)
{
    const TerminalList terminals = makeTerminals(plan, shop, ids);
    return together(pointersTo(terminals), [&](int i) {
        terminals[std::size_t(i)]->work(plan.terminals[std::size_t(i)]);
    });
}

} // namespace holdfast::replay
