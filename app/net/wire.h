// JSON of the server and of the card gateway, to and from plain values. Pure, any thread.
//
// Reading is tolerant: unknown members and unknown kinds are passed over, so that an older till
// works with a newer server. A value without the members that its meaning needs is no value.
#pragma once

#include "app/models/product.h"
#include "app/models/till_stock.h"

#include "shared/domain/hold.h"
#include "shared/domain/order.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>
#include <vector>

namespace holdfast {

namespace wire {

/// A line of a hold.
struct LineWanted
{
    int productId = 0;
    int qty = 0;

    friend bool operator==(const LineWanted&, const LineWanted&) = default;
};

} // namespace wire

struct HoldFacts
{
    QString id;
    HoldState state = HoldState::Active;
    QList<wire::LineWanted> lines;
    qint64 expiresAtMs = 0;
    qint64 createdAtMs = 0;
};

struct OrderLineFacts
{
    int productId = 0;
    QString name;
    int qty = 0;
    qint64 unitPriceMinor = 0;
    qint64 discountMinor = 0;
    int taxRateBp = 0;
    qint64 taxMinor = 0;
    qint64 totalMinor = 0;

    friend bool operator==(const OrderLineFacts&, const OrderLineFacts&) = default;
};

struct PaymentFacts
{
    QString method; ///< cash, card, voucher, other
    qint64 amountMinor = 0;
    qint64 tenderedMinor = 0;
    qint64 changeMinor = 0;
    qint64 roundingMinor = 0;

    friend bool operator==(const PaymentFacts&, const PaymentFacts&) = default;
};

struct OrderFacts
{
    QString id;
    qint64 number = 0;
    OrderState state = OrderState::PendingPayment;
    QString currency;
    qint64 totalMinor = 0;
    qint64 taxMinor = 0;
    qint64 discountMinor = 0;
    qint64 paidMinor = 0;
    qint64 dueMinor = 0;
    CancelCause cancelCause = CancelCause::None;
    qint64 updatedAtMs = 0;
    std::vector<OrderLineFacts> lines;
    std::vector<PaymentFacts> payments;

    friend bool operator==(const OrderFacts&, const OrderFacts&) = default;
};

/// RFC 9457 problem details with the members of the contract.
struct Problem
{
    struct ShortLine
    {
        int productId = 0;
        int available = 0; ///< units that could be had in all, those of this hold included
    };

    int status = 0;
    QString code;
    QString detail;
    QString orderId; ///< of hold_consumed
    std::vector<ShortLine> lines;
    QList<int> faultyLines; ///< positions of lines that are not valid, e.g. goods that are not sold
    std::optional<int> availableStock;
};

/// What the gateway says about one card payment.
struct CardFacts
{
    enum class State { Waiting, Approved, Declined, Cancelled, Unknown };

    QString id;
    State state = State::Unknown;
    QString reason;
};

struct HoldChange
{
    QString id;
    QString state;
};

/// One answer of the change feed.
struct ChangeBatch
{
    std::vector<TillProduct> products;
    QList<int> removed; ///< archived or deleted
    QList<TillStock> stocks;
    std::vector<HoldChange> holds;
    std::vector<OrderFacts> orders;
    QString nextCursor;

    [[nodiscard]] bool isEmpty() const
    {
        return products.empty() && removed.isEmpty() && stocks.isEmpty() && holds.empty() &&
               orders.empty();
    }
};

/// A part of the catalogue; with all parts it is as the shop was at `changesCursor` or later.
struct SnapshotPage
{
    std::vector<TillProduct> products;
    QString nextCursor; ///< empty on the last page
    QString changesCursor;
};

namespace wire {

[[nodiscard]] QByteArray placeHold(const QString& holdId, const QList<LineWanted>& lines);
[[nodiscard]] QByteArray changeHold(const QList<LineWanted>& lines);
[[nodiscard]] QByteArray placeOrder(const QString& orderId, const QString& holdId);
/// Says only what was handed over: how much of it pays, is rounded and goes back the server
/// decides, which alone knows the shop's smallest coin.
[[nodiscard]] QByteArray cashPayment(const QString& paymentId, qint64 tenderedMinor);
[[nodiscard]] QByteArray cardStart(const QString& paymentId, const QString& orderId,
                                   qint64 amountMinor, const QString& currency);

/// Where the gateway keeps a card payment; without an id: where a new one is made.
[[nodiscard]] QString cardPath(const QString& paymentId);

[[nodiscard]] std::optional<HoldFacts> readHold(const QByteArray& body);
[[nodiscard]] std::optional<OrderFacts> readOrder(const QByteArray& body);
[[nodiscard]] Problem readProblem(int status, const QByteArray& body);
[[nodiscard]] std::optional<CardFacts> readCard(const QByteArray& body);
[[nodiscard]] std::optional<ChangeBatch> readChanges(const QByteArray& body);
[[nodiscard]] std::optional<SnapshotPage> readSnapshot(const QByteArray& body);

} // namespace wire
} // namespace holdfast
