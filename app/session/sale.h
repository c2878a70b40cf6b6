// One sale of this till, from its first line to its receipt. Plain values, written to disk whole.
#pragma once

#include "app/net/wire.h"
#include "app/sync/client_command.h"

#include <QList>
#include <QString>

#include <optional>

namespace holdfast {

enum class LineRefusal {
    None,
    Short,      ///< fewer units are left than wanted
    NotSold,    ///< the server does not know the product, or sells it no more
    NotAllowed, ///< anything else; `Sale::fault` has the server's words
};

/// `qty` is what the person wants, `promised` what the hold has for it. They agree when the sale is
/// at rest; a refused line keeps both, so that the screen can say what is missing.
struct SaleLine
{
    QString lineId;
    int productId = 0;
    QString name;
    qint64 unitPriceMinor = 0;
    int taxRateBp = 0;
    int qty = 0;
    int promised = 0;
    LineRefusal refusal = LineRefusal::None;
    int left = 0; ///< units that could be had in all when it was refused

    friend bool operator==(const SaleLine&, const SaleLine&) = default;
};

enum class HoldPhase { None, Active, Expired };

struct SaleHold
{
    QString id;
    HoldPhase phase = HoldPhase::None;
    QList<wire::LineWanted> lines; ///< what the server has promised
    qint64 expiresAtMs = 0;        ///< by the server's clock
    qint64 lifeMs = 0;             ///< from the last answer to the end: what a full ring means
    bool wanted = true;            ///< false after an expiry or a plain refusal: a person decides
    bool extendWanted = false;

    friend bool operator==(const SaleHold&, const SaleHold&) = default;
};

enum class PayPhase {
    Idle,
    Choosing,
    Cash,
    CardWaiting,
    CardApproved,
    CardDeclined,
    CardUnknown,
    Paid,
};

/// Why the payment panel says what it says.
enum class PayMessage {
    None,
    AmountChanged,  ///< the server's total is higher than what was tendered
    PartlyPaid,     ///< the rest is still due
    Declined,       ///< by the card's bank
    CardCancelled,  ///< confirmed by the terminal
    GatewayRefused, ///< the terminal would not start
    PaymentRefused, ///< the server would not take the payment
    OrderLapsed,    ///< the payment deadline passed; nothing was taken
    NotRecorded,    ///< approved long ago, and the server still does not say paid
    Unfulfilled,    ///< paid after all, but the units are gone: a manager must refund
};

struct SalePayment
{
    PayPhase phase = PayPhase::Idle;
    PayMessage message = PayMessage::None;
    QString attemptId;        ///< one id per attempt to take money, cash or card
    qint64 expectedMinor = 0; ///< the due amount that the person saw
    qint64 tenderedMinor = 0;
    qint64 changeMinor = 0;
    bool attemptSent = false;     ///< the command for `attemptId` has been made
    bool cardStarted = false;     ///< the gateway has confirmed the attempt
    bool cancelRequested = false; ///< by a person
    bool cancelSent = false;
    qint64 cardSinceMs = 0; ///< server time of the attempt
    qint64 cardHeardMs = 0; ///< server time of the gateway's last word

    friend bool operator==(const SalePayment&, const SalePayment&) = default;
};

/// The one command of this sale whose answer is awaited.
struct PendingCommand
{
    QString id;
    CommandKind kind = CommandKind::PlaceHold;
    QString subjectId;             ///< the hold, order or payment that it makes
    QList<wire::LineWanted> lines; ///< of hold commands

    friend bool operator==(const PendingCommand&, const PendingCommand&) = default;
};

struct RemovedLine
{
    SaleLine line;
    int position = 0;

    friend bool operator==(const RemovedLine&, const RemovedLine&) = default;
};

struct Sale
{
    QString id;
    int number = 0;
    QList<SaleLine> lines; ///< at most one per product
    QString selectedLineId;
    QString touchedLineId; ///< added or raised last
    SaleHold hold;
    std::optional<OrderFacts> order;
    bool orderCancelWanted = false;
    bool orderStale = false; ///< read the order from the server before doing anything with it
    SalePayment payment;
    std::optional<PendingCommand> pending;
    std::optional<RemovedLine> removed;
    bool voiding = false;
    bool closed = false; ///< nothing left to do: forget it
    QString fault;       ///< the server's words of the last plain refusal

    friend bool operator==(const Sale&, const Sale&) = default;
};

[[nodiscard]] inline const SaleLine* findLine(const Sale& sale, const QString& lineId)
{
    for (const SaleLine& line : sale.lines) {
        if (line.lineId == lineId) {
            return &line;
        }
    }
    return nullptr;
}

/// Money may be moving and nobody knows yet: nothing else may be charged.
[[nodiscard]] bool isChargeOpen(const Sale& sale);
/// Every line has the units it wants, and nothing is under way that could change that.
[[nodiscard]] bool isSettledHold(const Sale& sale);
[[nodiscard]] bool hasRefusal(const Sale& sale);
/// The order on the server must be read again and again until this is false.
[[nodiscard]] bool needsOrder(const Sale& sale);
/// The gateway must be asked again and again until this is false.
[[nodiscard]] bool needsCard(const Sale& sale);

} // namespace holdfast
