#include "tests/qml/twin/till_twin.h"

#include "app/devices/scanner_filter.h"

#include <QKeyEvent>
#include <QQuickWindow>
#include <QTest>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t oddStep = 0x9e3779b97f4a7c15ULL;
constexpr int patienceMs = 10'000;
constexpr int scannerGapMs = 5;
constexpr int personGapMs = 400;
/// Rows of the grid that the basket takes, in the order of scanning.
constexpr int basketRows[] = {1, 3, 6, 12, 9, 9, 3};

} // namespace

TillTwin::TillTwin(QObject* parent) : QObject(parent), m_goods(test::SampleGoods::stock(m_shop))
{
    m_shop.setClocks([this] { return m_nowMs; }, [this] { return wallMs(); });
    switchOn();
    reach([this] { return m_till->products()->count() > 0; });
}

TillTwin::~TillTwin()
{
    m_scanner.reset();
    m_engine->stop();
    m_till.reset();
}

void TillTwin::switchOn()
{
    const auto random = [this] { return m_random += oddStep; };
    const auto monotonic = [this] { return m_nowMs; };
    m_engine = std::make_unique<TillEngine>([this, random, monotonic] {
        EngineParts parts;
        auto store = LocalStore::open(m_folder.filePath(u"till.db"_s));
        if (store) {
            parts.store = std::move(*store);
        }
        parts.transport =
            std::make_unique<test::SampleWire>(m_shop, m_goods, [this] { return wallMs(); });
        parts.random = random;
        parts.monotonicMs = monotonic;
        parts.wallMs = [this] { return wallMs(); };
        parts.backoff = {1, 1};
        parts.serverUrl = u"http://twin"_s;
        return parts;
    });
    TillSettings settings;
    settings.shopName = u"Corner Shop"_s;
    settings.tillName = u"Till 1"_s;
    settings.personName = u"Amira"_s;
    settings.hasGateway = true;
    settings.book.tickMs = 5;
    settings.book.pollMs = 0;
    settings.clocks = {monotonic, [this] { return wallMs(); }};
    settings.random = random;
    m_till = std::make_unique<TillSession>(*m_engine, std::move(settings));
    m_engine->start();
}

bool TillTwin::reach(const std::function<bool()>& state)
{
    return QTest::qWaitFor(state, patienceMs);
}

bool TillTwin::settle()
{
    return reach([this] {
        const HoldView& hold = *m_till->hold();
        return !hold.busy() && hold.state() != HoldView::Placing;
    });
}

int TillTwin::productAt(int row) const
{
    return m_till->products()->productAt(row);
}

/// What another till does.
void TillTwin::holdElsewhere(int productId, int qty)
{
    TransportRequest request;
    request.verb = "POST";
    request.path = u"/api/holds"_s;
    request.body = QStringLiteral(R"({"id":"other","lines":[{"product_id":%1,"qty":%2}]})")
                       .arg(productId)
                       .arg(qty)
                       .toUtf8();
    request.idempotencyKey = "other";
    m_shop.take(request, [](const TransportReply&) {});
}

bool TillTwin::basket()
{
    m_shop.setOnHand(productAt(5), 3);
    m_shop.setOnHand(productAt(7), 2);
    holdElsewhere(productAt(7), 2);
    m_shop.setOnHand(productAt(11), 0);
    m_shop.setOnHand(productAt(14), 1);
    for (const int row : basketRows) {
        m_till->addProduct(productAt(row));
    }
    return settle();
}

QStringList TillTwin::scenes()
{
    return {u"empty"_s,       u"search"_s,  u"nothing"_s,     u"cart"_s,         u"expiring"_s,
            u"expired"_s,     u"refusal"_s, u"sales"_s,       u"typed"_s,        u"offline"_s,
            u"unknownCode"_s, u"paying"_s,  u"cardWaiting"_s, u"cardApproved"_s, u"declined"_s,
            u"cardUnknown"_s, u"change"_s,  u"paidCard"_s,    u"cashOffline"_s,  u"nextCustomer"_s};
}

bool TillTwin::show(const QString& scene)
{
    if (scene == u"empty") {
        return true;
    }
    if (scene == u"search" || scene == u"nothing") {
        m_till->setSearchText(scene == u"search" ? u"choco"_s : u"zebra"_s);
        return true;
    }
    if (!scenes().contains(scene) || !basket()) {
        return false;
    }
    if (scene == u"cart") {
        holdHasLeft(102);
    } else if (scene == u"expiring") {
        holdHasLeft(24);
    } else if (scene == u"expired") {
        holdHasLeft(0);
    } else if (scene == u"refusal") {
        const CartRow line = m_till->cart()->rows().value(m_till->cart()->selectedRow());
        m_shop.setOnHand(line.productId, 2);
        m_till->changeQty(line.lineId, 3);
    } else if (scene == u"sales") {
        m_till->newSale();
        m_till->addProduct(productAt(2));
    } else if (scene == u"typed") {
        m_till->keypad()->press(KeypadEntry::Key1);
        m_till->keypad()->press(KeypadEntry::Key2);
    } else if (scene == u"offline") {
        m_shop.setAway(true);
        m_till->addProduct(productAt(0));
        m_nowMs += 40'000;
        return reach([this] { return m_till->status()->unsentCount() > 0; });
    } else if (scene == u"unknownCode") {
        m_till->addByCode(u"4001234567890"_s);
    } else {
        return pay(scene);
    }
    return settle();
}

bool TillTwin::pay(const QString& scene)
{
    const auto reaches = [this](PaymentSession::State state) {
        return reach([this, state] { return m_till->payment()->state() == state; });
    };
    m_till->startPayment();
    if (scene == u"paying") {
        return reaches(PaymentSession::Choosing);
    }
    if (scene == u"change") {
        m_till->payCash(5'000);
        return reaches(PaymentSession::Paid);
    }
    if (scene == u"cashOffline") {
        m_shop.setAway(true);
        m_till->payCash(5'000);
        m_nowMs += 4'000;
        return reach([this] { return m_till->status()->unsentCount() > 0; });
    }
    m_till->startCard();
    if (!reach([this] { return m_shop.cardCharges() == 1; }) || !settle()) {
        return false;
    }
    if (scene == u"cardApproved") {
        m_shop.breakNext("GET /api/orders", test::FakeShop::Fault::Keep);
        m_shop.decideCard(u"approved"_s);
        return reaches(PaymentSession::CardApproved);
    }
    if (scene == u"paidCard") {
        m_shop.decideCard(u"approved"_s);
        return reaches(PaymentSession::Paid);
    }
    if (scene == u"declined") {
        m_shop.decideCard(u"declined"_s);
        return reaches(PaymentSession::CardDeclined);
    }
    if (scene == u"cardUnknown") {
        m_shop.decideCard(u"unknown"_s);
        return reaches(PaymentSession::CardUnknown);
    }
    if (scene == u"nextCustomer") {
        m_till->newSale();
        m_till->addProduct(productAt(2));
        m_shop.decideCard(u"unknown"_s);
        return settle();
    }
    return reaches(PaymentSession::CardWaiting);
}

void TillTwin::holdHasLeft(int seconds)
{
    m_nowMs += (m_till->hold()->secondsLeft() - seconds) * 1'000;
    if (seconds <= 0) {
        m_shop.expireHolds();
    }
    reach([this, seconds] {
        return seconds <= 0 ? m_till->hold()->state() == HoldView::Expired
                            : m_till->hold()->secondsLeft() <= seconds;
    });
}

void TillTwin::scan(QQuickWindow* window, const QString& code)
{
    if (!m_scanner) {
        m_scanner =
            std::make_unique<ScannerFilter>(*window, ScanTiming{}, [this](const QKeyEvent&) {
                return m_keyMs += m_scanning ? scannerGapMs : personGapMs;
            });
        connect(m_scanner.get(), &ScannerFilter::scanned, m_till.get(), &TillSession::addByCode);
    }
    m_keyMs += personGapMs; // what was typed before is not part of it
    m_scanning = true;
    const QString keys = code + u'\r';
    for (const QChar letter : keys) {
        const int key = letter == u'\r' ? static_cast<int>(Qt::Key_Return) : letter.unicode();
        for (const QEvent::Type type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(type, key, Qt::NoModifier, QString(letter));
            QCoreApplication::sendEvent(window, &event);
        }
    }
    m_scanning = false;
}

} // namespace holdfast
