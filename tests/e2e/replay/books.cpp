#include "tests/e2e/replay/run.h"

#include <QHash>
#include <functional>

namespace holdfast::replay {

using namespace Qt::StringLiterals;
using test::HttpClient;
using test::HttpReply;

namespace {

/// Every element of a paged list; a page that cannot be read is a fault.
void forEach(HttpClient& client, const QByteArray& target, QStringList& faults,
             const std::function<void(const QJsonObject&)>& take)
{
    QByteArray cursor;
    do {
        const QByteArray page = target + (target.contains('?') ? '&' : '?') + "limit=500" +
                                (cursor.isEmpty() ? QByteArray() : "&cursor=" + cursor);
        const HttpReply reply = client.get(page);
        if (reply.status != 200) {
            faults.append(QString::fromUtf8(page + ": " + reply.summary()));
            return;
        }
        for (const QJsonValue value : reply.list()) {
            take(value.toObject());
        }
        cursor = reply.json().value("meta"_L1)["next_cursor"_L1].toString().toUtf8();
    } while (!cursor.isEmpty());
}

void readProducts(const Plan& plan, HttpClient& client, const std::vector<qint64>& ids,
                  Books& books)
{
    QHash<qint64, int> indexById;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        indexById.insert(ids.at(i), int(i));
    }
    forEach(client, "/api/products", books.faults, [&](const QJsonObject& product) {
        const auto index = indexById.constFind(product.value("id"_L1).toInteger());
        if (index == indexById.cend()) {
            return;
        }
        const PlannedProduct& planned = plan.products[std::size_t(*index)];
        const qint64 onHand = product.value("on_hand"_L1).toInteger(-1);
        const qint64 held = product.value("held"_L1).toInteger(-1);
        const qint64 committed = product.value("committed"_L1).toInteger(-1);
        ++books.products;
        books.onHand += onHand;
        books.held += held;
        books.committed += committed;
        if (onHand != planned.closingStock || held != 0 || committed != 0 ||
            product.value("available"_L1).toInteger(-1) != onHand) {
            ++books.wrongProducts;
            if (books.wrongProducts <= 10) {
                books.faults.append(u"%1: on hand %2, held %3, committed %4; on hand should be %5"_s
                                        .arg(QString::fromUtf8(planned.sku))
                                        .arg(onHand)
                                        .arg(held)
                                        .arg(committed)
                                        .arg(planned.closingStock));
            }
        }
    });
}

} // namespace

Books readBooks(const Plan& plan, const Shop& shop, const std::vector<qint64>& ids)
{
    Books books;
    HttpClient client(shop.port, std::chrono::seconds(60));
    client.setToken(shop.adminToken);
    readProducts(plan, client, ids, books);
    forEach(client, "/api/orders", books.faults, [&](const QJsonObject& order) {
        ++books.orders;
        books.totalMinor += order.value("total_minor"_L1).toInteger();
        books.paidMinor += order.value("paid_minor"_L1).toInteger();
        books.refundedMinor += order.value("refunded_minor"_L1).toInteger();
        ++books.orderStates[order.value("state"_L1).toString()];
    });
    forEach(client, "/api/holds", books.faults, [&](const QJsonObject& hold) {
        ++books.holdStates[hold.value("state"_L1).toString()];
    });
    forEach(client, "/api/stock/movements", books.faults, [&](const QJsonObject& movement) {
        books.movedUnits[movement.value("kind"_L1).toString()] +=
            movement.value("qty"_L1).toInteger();
    });
    return books;
}

} // namespace holdfast::replay
