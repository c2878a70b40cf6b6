// How the views follow the sales, the catalogue and the worker.
#include "app/session/till_session.h"

#include "app/models/texts.h"

#include <QMap>

namespace holdfast {

namespace {

/// Younger commands are simply under way; older ones worry people.
constexpr qint64 unsentWorthShowingMs = 2'000;

TillStatus::Connection connectionOf(LinkState state)
{
    switch (state) {
    case LinkState::Connecting:
        return TillStatus::Connecting;
    case LinkState::Online:
        return TillStatus::Online;
    case LinkState::Offline:
        return TillStatus::Offline;
    case LinkState::NotAllowed:
        return TillStatus::NotAllowed;
    }
    return TillStatus::Offline;
}

TillSession::Stage stageOf(const Sale& sale)
{
    switch (sale.payment.phase) {
    case PayPhase::Idle:
        return TillSession::Selling;
    case PayPhase::Paid:
        return TillSession::Finished;
    default:
        return TillSession::Paying;
    }
}

} // namespace

TillSession::TillSession(TillEngine& engine, TillSettings settings, QObject* parent)
    : QObject(parent), m_settings(std::move(settings)), m_engine(engine),
      m_book(engine, m_settings.book, m_settings.clocks, m_settings.random), m_products(m_catalogue)
{
    m_shop = {m_settings.shopName, m_settings.tillName, QStringLiteral("EUR"), m_settings.taxMode,
              m_settings.hasGateway};
    m_products.setPictureBase(m_settings.server);
    StatusFigures status;
    status.shopName = m_settings.shopName;
    status.tillName = m_settings.tillName;
    status.personName = m_settings.personName;
    status.printerText = tr("no printer");
    m_status.show(status);
    connectEngine();
    connectViews();
    refreshCategories();
    refresh();
}

TillSession::~TillSession() = default;

void TillSession::connectEngine()
{
    connect(&m_engine, &TillEngine::catalogueReplaced, this,
            [this](const ProductList& goods) { m_catalogue.replace(*goods); });
    connect(&m_engine, &TillEngine::changed, this,
            [this](const std::shared_ptr<const ChangeBatch>& batch) {
                m_catalogue.apply(batch->products, batch->removed, batch->stocks);
            });
    connect(&m_engine, &TillEngine::linkChanged, this, [this](LinkState state) {
        StatusFigures status = m_status.figures();
        status.connection = connectionOf(state);
        m_status.show(status);
        m_shop.serverAway = state == LinkState::Offline || state == LinkState::NotAllowed;
        refresh();
    });
    connect(&m_engine, &TillEngine::ageChanged, this,
            [this](const OutboxAge& age) { m_age = age; });
    connect(&m_engine, &TillEngine::storeFailed, this, [this](const QString& cause) {
        m_notice.say(Notice::Danger,
                     tr("The till cannot write to its disk. Do not sell on. %1").arg(cause));
        Q_EMIT refused();
    });
}

void TillSession::connectViews()
{
    connect(&m_catalogue, &Catalogue::replaced, this, [this] {
        refreshShop();
        refreshCategories();
        refresh();
    });
    connect(&m_book, &SaleBook::changed, this, &TillSession::refresh);
    connect(&m_book, &SaleBook::ticked, this, &TillSession::refreshClock);
    connect(&m_book, &SaleBook::currentChanged, this, [this] {
        m_keypad.clear();
        m_notice.dismiss();
    });
    connect(&m_book, &SaleBook::holdExpired, this, &TillSession::sayExpired);
    connect(&m_book, &SaleBook::lineRefused, this, &TillSession::refused);
    connect(&m_keypad, &KeypadEntry::entered, this, &TillSession::keypadEntered);
    connect(&m_keypad, &KeypadEntry::changed, this, &TillSession::refreshTyped);
}

void TillSession::sayExpired(bool current)
{
    if (current) {
        m_notice.say(Notice::Warning,
                     tr("The hold has run out. The cart stays, but others can buy its goods now."),
                     Notice::RetryHold, tr("Hold again"));
    }
    Q_EMIT refused();
}

TillSession::Stage TillSession::stage() const
{
    return m_stage;
}

void TillSession::setCategory(const QString& name)
{
    setSearchText({});
    if (name != m_category) {
        m_category = name;
        showGoods();
        Q_EMIT categoryChanged();
    }
}

void TillSession::setSearchText(const QString& words)
{
    if (words != m_searchText) {
        m_searchText = words;
        showGoods();
        Q_EMIT searchTextChanged();
    }
}

void TillSession::showGoods()
{
    // A search goes through all goods: what is not found must not be there at all.
    const bool searching = !m_searchText.trimmed().isEmpty();
    m_products.setFilter(searching ? QString() : m_category, m_searchText);
}

void TillSession::refresh()
{
    const Sale& sale = m_book.current();
    m_cart.setRows(figures::cart(sale, m_shop));
    m_totals.show(figures::totals(sale, m_shop));
    m_payment.quickAmounts()->setRows(figures::quickAmounts(sale, m_shop));
    m_payment.show(figures::payment(sale, m_shop));
    m_receipt.show(figures::receipt(sale, m_shop));
    refreshOwnUnits();
    refreshFlags();
    refreshTyped();
    refreshClock();
}

void TillSession::refreshFlags()
{
    const Sale& sale = m_book.current();
    const Stage stage = stageOf(sale);
    if (stage != m_stage) {
        m_stage = stage;
        m_keypad.setPurpose(stage == Paying ? KeypadEntry::Amount : KeypadEntry::Quantity,
                            texts::decimals(m_shop.currency));
        m_keypad.clear();
        Q_EMIT stageChanged();
    }
    const bool canPay = m_stage == Selling && !sale.lines.isEmpty() && !hasRefusal(sale) &&
                        sale.hold.wanted && !sale.voiding;
    if (canPay != m_canPay) {
        m_canPay = canPay;
        Q_EMIT canPayChanged();
    }
    const bool canUndo = m_stage == Selling && sale.removed.has_value();
    if (canUndo != m_canUndo) {
        m_canUndo = canUndo;
        Q_EMIT canUndoRemoveChanged();
    }
    const QString title =
        tr("Sale %1 of %2").arg(m_book.currentIndex() + 1).arg(m_book.sales().size());
    if (title != m_saleTitle) {
        m_saleTitle = title;
        Q_EMIT saleTitleChanged();
    }
}

void TillSession::refreshTyped()
{
    const bool part =
        m_stage == Paying && m_keypad.value() > 0 && m_keypad.value() < m_payment.dueMinor();
    if (part != m_typedIsPart) {
        m_typedIsPart = part;
        Q_EMIT typedIsPartChanged();
    }
}

void TillSession::refreshClock()
{
    const qint64 nowMs = m_book.nowMs();
    const SaleTiming& timing = m_book.timing();
    m_hold.show(figures::hold(m_book.current(), timing, nowMs));
    m_sales.setRows(figures::tabs(m_book.sales(), m_book.currentIndex(), m_shop, timing, nowMs));
    StatusFigures status = m_status.figures();
    const qint64 ageMs = m_settings.clocks.wallMs() - m_age.oldestStoredAtMs;
    const bool shown = m_age.count > 0 && ageMs >= unsentWorthShowingMs;
    status.unsentCount = shown ? m_age.count : 0;
    status.unsentOldestSeconds = shown ? static_cast<int>(ageMs / 1000) : 0;
    m_status.show(status);
}

void TillSession::refreshOwnUnits()
{
    QHash<int, int> asked;
    QHash<int, int> held;
    QHash<int, int> inCart;
    for (const Sale& sale : m_book.sales()) {
        for (const wire::LineWanted& line : sale.hold.lines) {
            held[line.productId] += line.qty;
        }
        if (sale.order || !sale.hold.wanted) {
            continue;
        }
        for (const SaleLine& line : sale.lines) {
            if (line.refusal == LineRefusal::None && line.qty > line.promised) {
                asked[line.productId] += line.qty - line.promised;
            }
        }
    }
    for (const SaleLine& line : m_book.current().lines) {
        inCart[line.productId] += line.qty;
    }
    m_catalogue.setOwnUnits(asked, held, inCart);
}

void TillSession::refreshShop()
{
    if (!m_catalogue.products().empty()) {
        m_shop.currency = m_catalogue.products().front().currency;
    }
}

void TillSession::refreshCategories()
{
    QMap<QString, int> counts;
    int favourites = 0;
    for (const TillProduct& product : m_catalogue.products()) {
        if (!product.category.isEmpty()) {
            ++counts[product.category];
        }
        favourites += product.favouriteRank > 0 ? 1 : 0;
    }
    QList<CategoryRow> rows;
    if (favourites > 0) {
        rows.append({Catalogue::favourites(), tr("Favourites"), favourites});
    }
    rows.append({QString(), tr("All"), static_cast<int>(m_catalogue.products().size())});
    for (auto category = counts.cbegin(); category != counts.cend(); ++category) {
        rows.append({category.key(), category.key(), category.value()});
    }
    m_categories.setRows(rows);
}

} // namespace holdfast
