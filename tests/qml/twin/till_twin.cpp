#include "tests/qml/twin/till_twin.h"

#include "tests/qml/twin/twin_goods.h"
#include "tests/qml/twin/twin_session.h"

#include <functional>

namespace holdfast {

TillTwin::TillTwin(QObject* parent) : QObject(parent)
{
    auto parts = std::make_unique<TillSession::Private>();
    m_parts = parts.get();
    m_till = std::make_unique<TillSession>(std::move(parts));
}

TillTwin::~TillTwin() = default;

QStringList TillTwin::calls() const
{
    return m_parts->calls;
}

void TillTwin::forgetCalls()
{
    m_parts->calls.clear();
}

void TillTwin::basket()
{
    const ProductListModel& grid = m_parts->products;
    const auto left = [&](int row, int available, int held) {
        TillProduct& product = *m_parts->product(grid.productAt(row));
        product.available = available;
        product.held = held;
    };
    left(5, 3, 0);
    left(7, 0, 2);
    left(11, 0, 0);
    left(14, 1, 0);
    for (const int row : {1, 3, 6, 12, 9, 9, 3})
        m_till->addProduct(grid.productAt(row));
}

QStringList TillTwin::scenes()
{
    return {QStringLiteral("empty"),    QStringLiteral("search"),       QStringLiteral("nothing"),
            QStringLiteral("cart"),     QStringLiteral("expiring"),     QStringLiteral("expired"),
            QStringLiteral("refusal"),  QStringLiteral("sales"),        QStringLiteral("typed"),
            QStringLiteral("paying"),   QStringLiteral("cardWaiting"),  QStringLiteral("cardApproved"),
            QStringLiteral("declined"), QStringLiteral("cardUnknown"),  QStringLiteral("change"),
            QStringLiteral("paidCard"), QStringLiteral("offline"),      QStringLiteral("unknownCode")};
}

bool TillTwin::show(const QString& scene)
{
    using Scene = std::function<void()>;
    TillSession& till = *m_till;
    const QHash<QString, Scene> play{
        {QStringLiteral("empty"), [] {}},
        {QStringLiteral("search"), [&] { till.setSearchText(QStringLiteral("choco")); }},
        {QStringLiteral("nothing"), [&] { till.setSearchText(QStringLiteral("zebra")); }},
        {QStringLiteral("cart"), [&] { basket(); }},
        {QStringLiteral("expiring"), [&] { basket(); holdHasLeft(24); }},
        {QStringLiteral("expired"), [&] { basket(); holdHasLeft(0); }},
        {QStringLiteral("refusal"), [&] {
             basket();
             m_parts->product(m_parts->line(m_parts->selected)->productId)->available = 0;
             till.changeQty(m_parts->selected, 3);
         }},
        {QStringLiteral("sales"), [&] { basket(); till.newSale(); till.addProduct(12); }},
        {QStringLiteral("typed"), [&] { basket(); till.keypad()->press(KeypadEntry::Key1);
                                        till.keypad()->press(KeypadEntry::Key2); }},
        {QStringLiteral("paying"), [&] { basket(); till.startPayment(); }},
        {QStringLiteral("cardWaiting"), [&] { basket(); till.startPayment(); till.startCard(); }},
        {QStringLiteral("cardApproved"), [&] { show(QStringLiteral("cardWaiting"));
             m_parts->pay(PaymentSession::CardApproved, QStringLiteral("The sale is being closed.")); }},
        {QStringLiteral("declined"), [&] { show(QStringLiteral("cardWaiting"));
                                           cardAnswers(QStringLiteral("declined")); }},
        {QStringLiteral("cardUnknown"), [&] { show(QStringLiteral("cardWaiting"));
                                              cardAnswers(QStringLiteral("unknown")); }},
        {QStringLiteral("change"), [&] { basket(); till.startPayment(); till.payCash(5000); }},
        {QStringLiteral("paidCard"), [&] { show(QStringLiteral("cardWaiting"));
                                           cardAnswers(QStringLiteral("approved")); }},
        {QStringLiteral("offline"), [&] { basket(); setConnection(QStringLiteral("offline")); }},
        {QStringLiteral("unknownCode"), [&] { basket(); till.addByCode(QStringLiteral("4001234567890")); }},
    };
    const auto found = play.find(scene);
    if (found == play.end())
        return false;
    (*found)();
    return true;
}

void TillTwin::cardAnswers(const QString& answer)
{
    if (answer == QStringLiteral("approved"))
        m_parts->finish(QStringLiteral("Card"), m_parts->total());
    else if (answer == QStringLiteral("declined"))
        m_parts->pay(PaymentSession::CardDeclined,
                     QStringLiteral("The bank declined it. No money has moved; the sale is kept."));
    else
        m_parts->pay(PaymentSession::CardUnknown,
                     QStringLiteral("The terminal does not answer. The card may have been charged: "
                                    "check again before taking any other payment."));
    Q_EMIT m_till->stageChanged();
}

void TillTwin::holdHasLeft(int seconds)
{
    m_parts->showHold(seconds);
    Q_EMIT m_till->canPayChanged();
}

void TillTwin::setConnection(const QString& name)
{
    const bool offline = name == QStringLiteral("offline");
    m_parts->standing.connection = offline ? TillStatus::Offline : TillStatus::Online;
    m_parts->standing.unsentCount = offline ? 2 : 0;
    m_parts->standing.unsentOldestSeconds = offline ? 40 : 0;
    m_parts->status.show(m_parts->standing);
}

} // namespace holdfast
