#include "tests/models/fake_shop.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <QTimer>

#include <algorithm>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

const QString httpDateForm = u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s;

QJsonObject problem(int status, const QString& code)
{
    return {{u"status"_s, status}, {u"code"_s, code}, {u"detail"_s, code}};
}

QJsonObject data(const QJsonObject& object)
{
    return {{u"data"_s, object}};
}

bool isRead(const TransportRequest& request)
{
    return request.verb == "GET";
}

} // namespace

void FakeShop::addProduct(int id, int onHand, qint64 priceMinor, const QString& name)
{
    m_onHand[id] = onHand;
    m_price[id] = priceMinor;
    m_name[id] = name;
}

void FakeShop::setOnHand(int id, int onHand)
{
    m_onHand[id] = onHand;
    noteStock();
}

int FakeShop::held(int id) const
{
    int units = 0;
    for (const QJsonObject& hold : m_holds) {
        const QString state = hold[u"state"].toString();
        const bool committed =
            state == u"consumed" &&
            m_orders.value(hold[u"order"].toString())[u"state"] == u"pending_payment"_s;
        if (state != u"active" && !committed) {
            continue;
        }
        for (const QJsonValue line : hold[u"lines"].toArray()) {
            units += line[u"product_id"].toInt() == id ? line[u"qty"].toInt() : 0;
        }
    }
    return units;
}

int FakeShop::activeHolds() const
{
    return static_cast<int>(std::count_if(m_holds.begin(), m_holds.end(), [](const auto& hold) {
        return hold[u"state"_s] == u"active"_s;
    }));
}

int FakeShop::paidOrders() const
{
    return static_cast<int>(std::count_if(m_orders.begin(), m_orders.end(), [](const auto& order) {
        return order[u"state"_s] == u"paid"_s;
    }));
}

int FakeShop::seen(const QByteArray& what) const
{
    return static_cast<int>(std::count_if(
        m_log.begin(), m_log.end(), [&](const QByteArray& line) { return line.contains(what); }));
}

void FakeShop::letGo()
{
    std::deque<std::function<void()>> kept;
    kept.swap(m_kept);
    for (const auto& answer : kept) {
        answer();
    }
}

void FakeShop::take(const TransportRequest& request, const Transport::Done& done)
{
    const QByteArray line = request.verb + ' ' + request.path.toUtf8();
    m_log.append(line);
    const auto fault = std::find_if(m_faults.begin(), m_faults.end(), [&](const auto& candidate) {
        return line.contains(candidate.first);
    });
    if (m_away) {
        return reply(done, {0, {}});
    }
    if (fault != m_faults.end()) {
        const Fault kind = fault->second;
        m_faults.erase(fault);
        switch (kind) {
        case Fault::CutBefore:
            return reply(done, {0, {}});
        case Fault::CutAfter:
            answerOnce(request);
            return reply(done, {0, {}});
        case Fault::Busy:
            return reply(done, {503, problem(503, u"queue_full"_s)});
        case Fault::Keep:
            m_kept.emplace_back([this, request, done] { reply(done, answerOnce(request)); });
            return;
        }
    }
    if (!longPoll(request, done)) {
        reply(done, answerOnce(request));
    }
}

void FakeShop::reply(const Transport::Done& done, const Answer& answer)
{
    TransportReply result;
    result.status = answer.status;
    result.body = QJsonDocument(answer.body).toJson(QJsonDocument::Compact);
    result.sentAtMs = m_monotonicMs();
    result.answeredAtMs = m_monotonicMs();
    result.date = QLocale::c()
                      .toString(QDateTime::fromMSecsSinceEpoch(m_nowMs(), Qt::UTC), httpDateForm)
                      .toLatin1();
    QTimer::singleShot(0, this, [done, result] { done(result); });
}

FakeShop::Answer FakeShop::answerOnce(const TransportRequest& request)
{
    if (isRead(request) || request.idempotencyKey.isEmpty()) {
        return route(request);
    }
    if (!m_answers.contains(request.idempotencyKey)) {
        m_answers[request.idempotencyKey] = route(request);
        noteStock();
    }
    return m_answers[request.idempotencyKey];
}

FakeShop::Answer FakeShop::route(const TransportRequest& request)
{
    const QStringList path = request.path.section(u'?', 0, 0).split(u'/', Qt::SkipEmptyParts);
    const QJsonObject body = QJsonDocument::fromJson(request.body).object();
    return request.endpoint == Endpoint::Server ? server(request.verb, path, body)
                                                : gateway(request.verb, path, body);
}

FakeShop::Answer FakeShop::server(const QByteArray& verb, const QStringList& path,
                                  const QJsonObject& body)
{
    const QString place = path.value(1);
    const QString id = path.value(2);
    if (place == u"snapshot") {
        QJsonArray products;
        for (const int productId : m_onHand.keys()) {
            products.append(product(productId));
        }
        return {200,
                {{u"data"_s, products},
                 {u"meta"_s, QJsonObject{{u"changes_cursor"_s, QString::number(m_cursor)}}}}};
    }
    if (place == u"holds" && verb == "POST" && path.size() == 2) {
        return placeHold(body);
    }
    if (place == u"holds" && verb == "PATCH") {
        return changeHold(id, body);
    }
    if (place == u"holds" && m_holds.contains(id)) {
        QJsonObject& hold = m_holds[id];
        if (hold[u"state"] != u"active"_s) {
            return {409, problem(409, u"hold_"_s + hold[u"state"].toString())};
        }
        if (verb == "DELETE") {
            hold[u"state"] = u"released"_s;
        } else {
            hold[u"expires_at"] = instant(m_nowMs() + m_holdSeconds * 1000);
        }
        return {200, data(hold)};
    }
    if (place == u"orders" && path.size() == 2) {
        return placeOrder(body);
    }
    if (place == u"orders" && m_orders.contains(id)) {
        if (path.value(3) == u"payments") {
            return pay(id, body);
        }
        if (path.value(3) == u"cancel") {
            if (m_orders[id][u"state"] == u"paid"_s) {
                return {409, problem(409, u"order_not_cancellable"_s)};
            }
            cancelOrder(id, u"staff"_s);
        }
        return {200, data(m_orders[id])};
    }
    return {404, problem(404, u"not_found"_s)};
}

FakeShop::Answer FakeShop::placeHold(const QJsonObject& body)
{
    const QJsonArray lines = body[u"lines"].toArray();
    const Answer tooShort = shortOf(lines, {});
    if (tooShort.status != 200) {
        return tooShort;
    }
    const QString id = body[u"id"].toString();
    m_holds[id] = {{u"id"_s, id},
                   {u"state"_s, u"active"_s},
                   {u"lines"_s, lines},
                   {u"created_at"_s, instant(m_nowMs())},
                   {u"expires_at"_s, instant(m_nowMs() + m_holdSeconds * 1000)}};
    return {201, data(m_holds[id])};
}

FakeShop::Answer FakeShop::changeHold(const QString& id, const QJsonObject& body)
{
    if (m_holds.value(id)[u"state"] != u"active"_s) {
        return {409, problem(409, u"hold_expired"_s)};
    }
    const QJsonArray lines = body[u"lines"].toArray();
    const Answer tooShort = shortOf(lines, id);
    if (tooShort.status == 200) {
        m_holds[id][u"lines"] = lines;
        return {200, data(m_holds[id])};
    }
    return tooShort;
}

FakeShop::Answer FakeShop::shortOf(const QJsonArray& lines, const QString& ownHold) const
{
    QJsonArray shortLines;
    for (const QJsonValue line : lines) {
        const int id = line[u"product_id"].toInt();
        int left = available(id);
        for (const QJsonValue own : m_holds.value(ownHold)[u"lines"].toArray()) {
            left += own[u"product_id"].toInt() == id ? own[u"qty"].toInt() : 0;
        }
        if (line[u"qty"].toInt() > left) {
            shortLines.append(QJsonObject{{u"product_id"_s, id}, {u"available_stock"_s, left}});
        }
    }
    if (shortLines.isEmpty()) {
        return {200, {}};
    }
    QJsonObject body = problem(409, u"insufficient_stock"_s);
    body[u"lines"] = shortLines;
    return {409, body};
}

FakeShop::Answer FakeShop::placeOrder(const QJsonObject& body)
{
    QJsonObject& hold = m_holds[body[u"hold_id"].toString()];
    if (hold[u"state"] != u"active"_s) {
        return {409, problem(409, u"hold_expired"_s)};
    }
    const QString id = body[u"id"].toString();
    hold[u"state"] = u"consumed"_s;
    hold[u"order"] = id;
    qint64 total = 0;
    QJsonArray lines;
    for (const QJsonValue line : hold[u"lines"].toArray()) {
        const int productId = line[u"product_id"].toInt();
        const qint64 sum = line[u"qty"].toInt() * m_price.value(productId);
        total += sum;
        lines.append(QJsonObject{{u"product_id"_s, productId},
                                 {u"name"_s, m_name.value(productId)},
                                 {u"qty"_s, line[u"qty"]},
                                 {u"unit_price_minor"_s, m_price.value(productId)},
                                 {u"tax_rate"_s, u"19.00"_s},
                                 {u"total_minor"_s, sum}});
    }
    m_orders[id] = {{u"id"_s, id},
                    {u"number"_s, m_orders.size() + 1},
                    {u"state"_s, u"pending_payment"_s},
                    {u"lines"_s, lines},
                    {u"currency"_s, u"EUR"_s},
                    {u"total_minor"_s, total},
                    {u"paid_minor"_s, 0},
                    {u"due_minor"_s, total},
                    {u"payments"_s, QJsonArray()}};
    return {201, data(m_orders[id])};
}

FakeShop::Answer FakeShop::pay(const QString& orderId, const QJsonObject& body)
{
    if (m_orders[orderId][u"state"] != u"pending_payment"_s) {
        return {409, problem(409, u"order_not_payable"_s)};
    }
    // As the server does it: what settles the rest is rounded to coins that exist.
    const qint64 due = m_orders[orderId][u"due_minor"].toInteger();
    const qint64 tendered = body[u"tendered_minor"].toInteger();
    const qint64 rounded = (due + m_cashStep / 2) / m_cashStep * m_cashStep;
    const qint64 amount = tendered >= rounded ? due : std::min(tendered, due);
    const qint64 taken = tendered >= rounded ? rounded : tendered;
    m_cashTakenMinor += taken;
    settleOrder(orderId, {{u"method"_s, u"cash"_s},
                          {u"amount_minor"_s, amount},
                          {u"tendered_minor"_s, tendered},
                          {u"rounding_minor"_s, taken - amount},
                          {u"change_minor"_s, tendered - taken}});
    return {201, data({{u"order"_s, m_orders[orderId]}})};
}

void FakeShop::settleOrder(const QString& orderId, const QJsonObject& payment)
{
    const qint64 amountMinor = payment[u"amount_minor"].toInteger();
    QJsonObject& order = m_orders[orderId];
    const qint64 due = order[u"due_minor"].toInteger() - amountMinor;
    order[u"due_minor"] = due;
    order[u"paid_minor"] = order[u"paid_minor"].toInteger() + amountMinor;
    QJsonArray payments = order[u"payments"].toArray();
    payments.append(payment);
    order[u"payments"] = payments;
    if (due == 0) {
        order[u"state"] = u"paid"_s;
        for (const QJsonValue line : order[u"lines"].toArray()) {
            m_onHand[line[u"product_id"].toInt()] -= line[u"qty"].toInt();
        }
    }
}

void FakeShop::cancelOrder(const QString& orderId, const QString& cause)
{
    m_orders[orderId][u"state"] = u"cancelled"_s;
    m_orders[orderId][u"cancel_cause"] = cause;
    m_orders[orderId][u"due_minor"] = 0;
    noteStock();
}

FakeShop::Answer FakeShop::gateway(const QByteArray& verb, const QStringList& path,
                                   const QJsonObject& body)
{
    const QString id = path.value(2);
    if (verb == "POST" && path.size() == 2) {
        const QString made = body[u"id"].toString();
        m_cards[made] = {{u"id"_s, made},
                         {u"order_id"_s, body[u"order_id"]},
                         {u"amount_minor"_s, body[u"amount_minor"]},
                         {u"state"_s, u"processing"_s}};
        if (m_cardState != u"processing") {
            decideCard(m_cardState);
        }
        return {201, data(m_cards[made])};
    }
    if (!m_cards.contains(id)) {
        return {404, problem(404, u"payment_unknown"_s)};
    }
    if (path.value(3) == u"cancel") {
        if (m_cards[id][u"state"] == u"approved"_s) {
            return {409, problem(409, u"cancel_too_late"_s)};
        }
        m_cards[id][u"state"] = u"cancelled"_s;
    }
    return {200, data(m_cards[id])};
}

void FakeShop::decideCard(const QString& state)
{
    for (QJsonObject& card : m_cards) {
        const QString known = card[u"state"].toString();
        if (known != u"processing" && known != u"unknown") {
            continue;
        }
        card[u"state"] = state;
        const QString orderId = card[u"order_id"].toString();
        if (state == u"approved") {
            const qint64 amount = card[u"amount_minor"].toInteger();
            settleOrder(orderId, {{u"method"_s, u"card"_s},
                                  {u"amount_minor"_s, amount},
                                  {u"tendered_minor"_s, amount}});
            noteStock();
        } else if (state == u"declined") {
            cancelOrder(orderId, u"payment_failed"_s);
        }
    }
}

void FakeShop::expireHolds()
{
    for (QJsonObject& hold : m_holds) {
        if (hold[u"state"] == u"active"_s) {
            hold[u"state"] = u"expired"_s;
        }
    }
    noteStock();
}

QJsonObject FakeShop::product(int id) const
{
    return {{u"id"_s, id},
            {u"sku"_s, u"SKU-%1"_s.arg(id)},
            {u"name"_s, m_name.value(id)},
            {u"category"_s, u"Goods"_s},
            {u"barcodes"_s, QJsonArray{QString::number(4'000'000'000'000 + id)}},
            {u"price_minor"_s, m_price.value(id)},
            {u"currency"_s, u"EUR"_s},
            {u"tax_rate"_s, u"19.00"_s},
            {u"on_hand"_s, m_onHand.value(id)},
            {u"held"_s, held(id)},
            {u"available"_s, available(id)},
            {u"version"_s, 1}};
}

QString FakeShop::instant(qint64 atMs) const
{
    return QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

void FakeShop::noteStock()
{
    ++m_cursor;
    std::deque<Transport::Done> polls;
    polls.swap(m_polls);
    QJsonArray changes;
    for (const int id : m_onHand.keys()) {
        changes.append(
            QJsonObject{{u"kind"_s, u"product"_s}, {u"id"_s, id}, {u"product"_s, product(id)}});
    }
    for (const Transport::Done& poll : polls) {
        reply(poll, {200,
                     {{u"data"_s, changes},
                      {u"meta"_s, QJsonObject{{u"next_cursor"_s, QString::number(m_cursor)}}}}});
    }
}

bool FakeShop::longPoll(const TransportRequest& request, const Transport::Done& done)
{
    if (!request.path.startsWith(u"/api/changes")) {
        return false;
    }
    const bool behind = !request.path.contains(u"cursor=%1&"_s.arg(m_cursor));
    m_polls.push_back(done);
    if (behind || request.path.endsWith(u"wait=0")) {
        noteStock();
    }
    return true;
}

} // namespace holdfast::test
