#include "app/session/sale_book.h"

#include "app/session/sale_codec.h"

#include <algorithm>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t openSalesMax = 20;

bool isBlank(const Sale& sale)
{
    return sale.lines.isEmpty() && !sale.order && !sale.pending &&
           sale.hold.phase != HoldPhase::Active;
}

bool hasExpired(const Sale& before, const Sale& after)
{
    return before.hold.phase != HoldPhase::Expired && after.hold.phase == HoldPhase::Expired;
}

} // namespace

SaleBook::SaleBook(TillEngine& engine, SaleBookSettings settings, TillClocks clocks,
                   std::function<std::uint64_t()> random, QObject* parent)
    : QObject(parent), m_engine(engine), m_settings(settings), m_clocks(std::move(clocks)),
      m_ids(std::move(random)), m_machine(m_ids, settings.timing), m_timer(this)
{
    m_serverClock.assumeOffset(m_clocks.wallMs() - m_clocks.monotonicMs());
    keepOne();
    connectEngine();
    connect(&m_timer, &QTimer::timeout, this, &SaleBook::tick);
    m_timer.start(m_settings.tickMs);
}

void SaleBook::connectEngine()
{
    connect(&m_engine, &TillEngine::restored, this,
            [this](const std::shared_ptr<const RestoredTill>& till) { restore(*till); });
    connect(&m_engine, &TillEngine::answered, this, &SaleBook::takeAnswer);
    connect(&m_engine, &TillEngine::queried, this, &SaleBook::takeRead);
    connect(&m_engine, &TillEngine::changed, this,
            [this](const std::shared_ptr<const ChangeBatch>& batch) { takeChanges(*batch); });
    connect(&m_engine, &TillEngine::clockSeen, this,
            [this](qint64 minMs, qint64 maxMs) { m_serverClock.observe(minMs, maxMs); });
}

void SaleBook::restore(const RestoredTill& till)
{
    m_lastNumber = std::max(m_lastNumber, till.lastNumber);
    std::deque<Sale> sales;
    for (const StoredSale& stored : till.sales) {
        std::optional<Sale> sale = decodeSale(stored.body);
        if (sale && !isBlank(*sale)) {
            sales.push_back(std::move(*sale));
        }
    }
    // What was begun before the database was read comes last.
    for (Sale& early : m_sales) {
        if (!isBlank(early)) {
            early.number = ++m_lastNumber;
            sales.push_back(std::move(early));
        }
    }
    m_sales = std::move(sales);
    m_current = m_sales.empty() ? 0 : m_sales.size() - 1;
    for (std::size_t i = 0; i < m_sales.size(); ++i) {
        if (isChargeOpen(m_sales[i]) || m_sales[i].payment.phase == PayPhase::Paid) {
            m_current = i; // a running payment is returned to
        }
    }
    m_restored = true;
    keepOne();
    for (const CommandAnswer& answer : till.answers) {
        takeAnswer(answer);
    }
    Q_EMIT currentChanged();
    Q_EMIT changed();
}

bool SaleBook::wish(const Wish& wish)
{
    Sale& sale = m_sales[m_current];
    const bool done = wish(m_machine, sale, nowMs());
    if (done) {
        settle(sale, {});
        dropClosed();
        Q_EMIT changed();
    }
    return done;
}

void SaleBook::selectLine(const QString& lineId)
{
    Sale& sale = m_sales[m_current];
    if (sale.selectedLineId != lineId && findLine(sale, lineId) != nullptr) {
        sale.selectedLineId = lineId;
        Q_EMIT changed();
    }
}

void SaleBook::startSale()
{
    if (isBlank(current()) || m_sales.size() >= openSalesMax) {
        return;
    }
    showBlank();
    Q_EMIT currentChanged();
    Q_EMIT changed();
}

void SaleBook::showBlank()
{
    const auto blank = std::find_if(m_sales.begin(), m_sales.end(), isBlank);
    m_current = static_cast<std::size_t>(std::distance(m_sales.begin(), blank));
    if (blank == m_sales.end()) {
        m_sales.push_back(m_machine.begin(++m_lastNumber, nowMs()));
    }
}

void SaleBook::switchTo(const QString& saleId)
{
    for (std::size_t i = 0; i < m_sales.size(); ++i) {
        if (m_sales[i].id == saleId && i != m_current) {
            m_current = i;
            Q_EMIT currentChanged();
            Q_EMIT changed();
            return;
        }
    }
}

void SaleBook::settle(Sale& sale, const QStringList& acknowledged)
{
    SaleStep step;
    step.command = m_machine.next(sale, nowMs());
    step.saleId = sale.id;
    step.number = sale.number;
    step.closed = sale.closed;
    step.acknowledged = acknowledged;
    step.body = encodeSale(sale);
    QMetaObject::invokeMethod(&m_engine, [&engine = m_engine, step] { engine.store(step); });
}

void SaleBook::update(const QString& saleId, const QStringList& acknowledged,
                      const std::function<void(Sale&)>& change)
{
    Sale* sale = find(saleId);
    if (sale == nullptr) {
        return;
    }
    const Sale before = *sale;
    change(*sale);
    if (*sale == before && acknowledged.isEmpty()) {
        return;
    }
    const bool isCurrent = sale == &m_sales[m_current];
    const bool expired = hasExpired(before, *sale);
    const bool refused = !hasRefusal(before) && hasRefusal(*sale);
    settle(*sale, acknowledged);
    dropClosed();
    if (expired) {
        Q_EMIT holdExpired(isCurrent);
    }
    if (refused) {
        Q_EMIT lineRefused();
    }
    Q_EMIT changed();
}

void SaleBook::takeAnswer(const CommandAnswer& answer)
{
    update(answer.saleId, {answer.commandId},
           [&](Sale& sale) { m_machine.apply(sale, answer, nowMs()); });
}

void SaleBook::takeRead(const ReadAnswer& answer)
{
    m_readsUnderWay.remove(answer.query.saleId + answer.query.subjectId);
    if (answer.status == 404 && answer.query.kind == ReadQuery::Kind::Order) {
        update(answer.query.saleId, {},
               [&](Sale& sale) { m_machine.orderGone(sale, answer.query.subjectId); });
    }
    if (answer.status != 200) {
        return;
    }
    update(answer.query.saleId, {}, [&](Sale& sale) {
        if (answer.query.kind == ReadQuery::Kind::Order) {
            if (const std::optional<OrderFacts> order = wire::readOrder(answer.body)) {
                m_machine.orderSeen(sale, *order);
            }
        } else if (const std::optional<CardFacts> card = wire::readCard(answer.body)) {
            m_machine.cardSeen(sale, *card, nowMs());
        }
    });
}

void SaleBook::takeChanges(const ChangeBatch& batch)
{
    for (const HoldChange& hold : batch.holds) {
        if (hold.state != u"expired" && hold.state != u"released") {
            continue;
        }
        const auto owner = std::find_if(m_sales.begin(), m_sales.end(),
                                        [&](const Sale& sale) { return sale.hold.id == hold.id; });
        if (owner != m_sales.end()) {
            update(owner->id, {}, [&](Sale& sale) { m_machine.holdEnded(sale, hold.id); });
        }
    }
    for (const OrderFacts& order : batch.orders) {
        for (const Sale& sale : m_sales) {
            if (needsOrder(sale) && sale.order->id == order.id) {
                update(sale.id, {}, [&](Sale& mine) { m_machine.orderSeen(mine, order); });
                break; // the list may have changed
            }
        }
    }
}

void SaleBook::tick()
{
    if (!m_restored) {
        return;
    }
    QStringList ids;
    for (const Sale& sale : m_sales) {
        ids.append(sale.id);
    }
    for (const QString& id : ids) {
        update(id, {}, [this](Sale& sale) {
            // The till's own clock may be wrong: it ends no hold that the server may still keep.
            if (m_serverClock.isMeasured() || sale.hold.phase != HoldPhase::Active) {
                m_machine.tick(sale, nowMs());
            }
        });
    }
    if (m_clocks.monotonicMs() - m_polledAtMs >= m_settings.pollMs) {
        checkNow();
    }
    Q_EMIT ticked();
}

void SaleBook::checkNow()
{
    m_polledAtMs = m_clocks.monotonicMs();
    for (const Sale& sale : m_sales) {
        poll(sale);
    }
}

void SaleBook::poll(const Sale& sale)
{
    if (needsOrder(sale)) {
        read(ReadQuery::Kind::Order, sale, sale.order->id);
    }
    // Before the gateway has confirmed the start it may not know the payment yet.
    if (needsCard(sale) && sale.payment.cardStarted) {
        read(ReadQuery::Kind::Card, sale, sale.payment.attemptId);
    }
}

void SaleBook::read(ReadQuery::Kind kind, const Sale& sale, const QString& subjectId)
{
    const QString key = sale.id + subjectId;
    if (m_readsUnderWay.contains(key)) {
        return;
    }
    m_readsUnderWay.insert(key);
    const ReadQuery query{kind, sale.id, subjectId};
    QMetaObject::invokeMethod(&m_engine, [&engine = m_engine, query] { engine.query(query); });
}

void SaleBook::dropClosed()
{
    const QString currentId = current().id;
    const std::size_t before = m_sales.size();
    std::erase_if(m_sales, [](const Sale& sale) { return sale.closed; });
    if (m_sales.size() == before) {
        return;
    }
    const auto kept = std::find_if(m_sales.begin(), m_sales.end(),
                                   [&](const Sale& sale) { return sale.id == currentId; });
    if (kept != m_sales.end()) {
        m_current = static_cast<std::size_t>(std::distance(m_sales.begin(), kept));
        return;
    }
    // Never on to another shopper's open sale: the next goods would land in it.
    showBlank();
    Q_EMIT currentChanged();
}

void SaleBook::keepOne()
{
    if (m_sales.empty()) {
        m_sales.push_back(m_machine.begin(++m_lastNumber, nowMs()));
        m_current = 0;
    }
}

Sale* SaleBook::find(const QString& saleId)
{
    const auto found = std::find_if(m_sales.begin(), m_sales.end(),
                                    [&](const Sale& sale) { return sale.id == saleId; });
    return found == m_sales.end() ? nullptr : &*found;
}

} // namespace holdfast
