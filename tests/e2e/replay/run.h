#pragma once

#include "tests/e2e/replay/plan.h"
#include "tests/support/http_client.h"

#include <QMap>
#include <QStringList>

namespace holdfast::replay {

/// Where the replay sells, and as whom.
struct Shop
{
    quint16 port = 0;
    QByteArray adminToken;
    QList<QByteArray> tillTokens;    ///< One cashier for each terminal of the plan.
    QList<QByteArray> managerTokens; ///< For refunds and stock; one for each terminal.
};

/// What the terminals did and were told.
struct Deeds
{
    std::int64_t requests = 0;
    std::int64_t holds = 0, orders = 0, payments = 0, refunds = 0, movements = 0;
    std::int64_t repeats = 0; ///< Requests sent twice on purpose, answered alike.
    std::int64_t ordersMinor = 0, refundsMinor = 0, changeMinor = 0;
    std::int64_t invoicesDone = 0;
    QMap<QString, std::int64_t> refusals; ///< By the code of the problem document.
    QStringList faults;                   ///< At most a few; `faultCount` has them all.
    std::int64_t faultCount = 0;
    double seconds = 0;

    void fault(const QString& text);
    void add(const Deeds& other);
};

/// The server's books after the replay, read through the public API.
struct Books
{
    std::int64_t products = 0, onHand = 0, held = 0, committed = 0, wrongProducts = 0;
    std::int64_t orders = 0, totalMinor = 0, paidMinor = 0, refundedMinor = 0;
    QMap<QString, std::int64_t> orderStates;
    QMap<QString, std::int64_t> holdStates;
    QMap<QString, std::int64_t> movedUnits; ///< By kind, signed as the server has them.
    QStringList faults;
};

/// Creates the products and receives their opening stock. `ids[i]` is the id of product i.
Deeds openShop(const Plan& plan, const Shop& shop, std::vector<qint64>& ids);

/// All terminals at once, each on its own connection, each in its own order of steps.
Deeds replay(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids);

Books readBooks(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids);

/// Prints the tables. Returns the differences, one sentence each; empty when everything agrees.
QStringList report(const Plan& plan, const Deeds& deeds, const Books& books);
/// Only what the file says and what the plan makes of it.
void printPlan(const Plan& plan);

} // namespace holdfast::replay
