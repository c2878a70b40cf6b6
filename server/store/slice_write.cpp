#include "server/store/slice_write.h"

#include "server/store/journal_codec.h"
#include "server/store/product_write.h"
#include "server/store/slice_fetch.h"
#include "shared/domain/limits.h"
#include "shared/sql/bulk.h"

#include <algorithm>

namespace holdfast {

namespace {

using sql::Statement;

constexpr sql::BulkInsert insertHolds{
    "holds(id, state, expires_at, created_at, owner, terminal, note, order_id)", "btiiittb"};
constexpr sql::BulkInsert insertHoldLines{"hold_lines(hold_id, line, product_id, qty)", "biii"};
constexpr sql::BulkInsert insertOrders{
    "orders(number, id, hold_id, state, cancel_cause, currency, total_minor, tax_minor, "
    "discount_minor, paid_minor, refunded_minor, customer_note, owner, terminal, "
    "payment_deadline, created_at, updated_at)",
    "ibbtttiiiiititiii"};
constexpr sql::BulkInsert insertOrderLines{
    "order_lines(order_id, line, product_id, sku, name, qty, unit_price_minor, "
    "discount_minor, tax_rate_bp, tax_minor, total_minor, refunded_qty, refunded_minor)",
    "biittiiiiiiii"};
constexpr sql::BulkInsert insertPayments{
    "payments(id, order_id, method, amount_minor, tendered_minor, change_minor, "
    "rounding_minor, reference, at)",
    "bbtiiiiti"};
constexpr sql::BulkInsert insertRefunds{"refunds(id, order_id, amount_minor, restock, reason, at)",
                                        "bbiiti"};
constexpr sql::BulkInsert insertRefundLines{
    "refund_lines(refund_id, place, line, qty, amount_minor)", "biiii"};
constexpr sql::BulkInsert insertEvents{
    "payment_events(id, gateway, event_key, order_id, status, amount_minor, currency, "
    "payment_ref, occurred_at, received_at, result, raw)",
    "bttbtittiitb"};
constexpr sql::BulkInsert insertAlerts{
    "alerts(kind, order_id, event_key, amount_minor, detail, raw, at)", "tbtitbi"};
constexpr sql::BulkInsert insertMovements{
    "stock_movements(product_id, kind, qty, on_hand_after, reason, order_id, at, made_by)",
    "itiitbii"};
constexpr sql::BulkInsert insertTokens{
    "tokens(id, name, role, secret_hash, created_at, revoked_at)", "ittbii"};
constexpr sql::BulkInsert insertAnswers{"answers(claim, hash, status, body, at)", "bbibi"};

constexpr sql::BulkUpdate changeHolds{
    .table = "holds",
    .assignments = "state = v.column3, expires_at = v.column4, order_id = v.column5",
    .condition = "holds.id = v.column1 AND holds.state = v.column2",
    .types = "bttib"};
constexpr sql::BulkUpdate changeOrders{
    .table = "orders",
    .assignments = "state = v.column3, cancel_cause = v.column4, paid_minor = v.column5, "
                   "refunded_minor = v.column6, updated_at = v.column7",
    .condition = "orders.id = v.column1 AND orders.state = v.column2",
    .types = "btttiii"};
constexpr sql::BulkUpdate changeOrderLines{
    .table = "order_lines",
    .assignments = "refunded_qty = v.column3, refunded_minor = v.column4",
    .condition = "order_lines.order_id = v.column1 AND order_lines.line = v.column2",
    .types = "biii"};
constexpr sql::BulkUpdate settleEvents{
    .table = "payment_events",
    .assignments = "result = v.column2",
    .condition = "payment_events.id = v.column1 AND payment_events.result = 'waiting'",
    .types = "bt"};

/// A part of something, with what it belongs to and its place there.
template <class Owner, class Part>
struct Placed
{
    Owner owner;
    std::size_t place;
    const Part* part;
};

class SliceWriter
{
public:
    SliceWriter(sql::Connection& connection, const Slice& slice)
        : m_connection(connection), m_slice(slice)
    {}

    Result<void, StoreError> write()
    {
        writeProducts(m_connection, m_slice);
        writeHolds();
        writeOrders();
        writeOrderParts();
        writeInbox();
        writeRecords();
        writeTokens();
        m_guardHeld = updateStock(m_connection, m_slice) && m_guardHeld;
        if (!m_guardHeld && !m_connection.error()) {
            return Failure<StoreError>(StoreError::Busy);
        }
        return {};
    }

private:
    template <class Row, class Bind>
    void insert(const sql::BulkInsert& into, const std::vector<Row>& rows, Bind bind)
    {
        sql::insertRows(m_connection, into, std::span<const Row>(rows), bind);
    }

    /// Changes of state, each of which must find the state that was fetched.
    template <class Row, class Bind>
    void update(const sql::BulkUpdate& how, const std::vector<Row>& rows, Bind bind)
    {
        const auto changed = sql::updateRows(m_connection, how, std::span<const Row>(rows), bind);
        m_guardHeld = m_guardHeld && changed == static_cast<std::int64_t>(rows.size());
    }

    void writeHolds()
    {
        std::vector<const Hold*> added;
        std::vector<const HoldEntry*> changed;
        std::vector<Placed<HoldId, HoldLine>> lines;
        for (const auto& [id, entry] : m_slice.holds) {
            if (entry.isNew) {
                added.push_back(&entry.hold);
            } else if (entry.changed) {
                changed.push_back(&entry);
            }
            if (entry.isNew || entry.linesChanged) {
                for (std::size_t at = 0; at < entry.hold.lines.size(); ++at) {
                    lines.push_back({id, at, &entry.hold.lines[at]});
                }
            }
        }
        updateHolds(changed);
        // In the order of their ids, which is that of time: new rows go to the end of the tree.
        std::sort(added.begin(), added.end(),
                  [](const Hold* a, const Hold* b) { return a->id < b->id; });
        insert(insertHolds, added, [](Statement& row, const Hold* hold) {
            row.bind(hold->id)
                .bind(toString(hold->state))
                .bind(hold->expiresAt)
                .bind(hold->createdAt)
                .bind(hold->owner)
                .bind(hold->terminal)
                .bind(hold->note)
                .bind(hold->order);
        });
        std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
            return std::tie(a.owner, a.place) < std::tie(b.owner, b.place);
        });
        insert(insertHoldLines, lines, [](Statement& row, const auto& line) {
            row.bind(line.owner).bind(line.place).bind(line.part->product).bind(line.part->qty);
        });
    }

    void updateHolds(const std::vector<const HoldEntry*>& entries)
    {
        update(changeHolds, entries, [](Statement& row, const HoldEntry* entry) {
            row.bind(entry->hold.id)
                .bind(toString(entry->fetchedState))
                .bind(toString(entry->hold.state))
                .bind(entry->hold.expiresAt)
                .bind(entry->hold.order);
        });
        std::vector<HoldId> relined;
        for (const HoldEntry* entry : entries) {
            if (entry->linesChanged) {
                relined.push_back(entry->hold.id);
            }
        }
        sql::eachOf(m_connection, "DELETE FROM hold_lines WHERE hold_id", "",
                    std::span<const HoldId>(relined), [](const Statement&) {});
    }

    void writeOrders()
    {
        std::vector<const Order*> added;
        std::vector<const OrderEntry*> changed;
        for (const auto& [id, entry] : m_slice.orders) {
            if (entry.isNew) {
                added.push_back(&entry.order);
            } else if (entry.changed) {
                changed.push_back(&entry);
            }
        }
        updateOrders(changed);
        std::sort(added.begin(), added.end(),
                  [](const Order* a, const Order* b) { return a->number < b->number; });
        insert(insertOrders, added, [](Statement& row, const Order* order) {
            row.bind(order->number)
                .bind(order->id)
                .bind(order->hold)
                .bind(toString(order->state))
                .bind(toString(order->cancelCause))
                .bind(order->currency.code())
                .bind(order->totalMinor)
                .bind(order->taxMinor)
                .bind(order->discountMinor)
                .bind(order->paidMinor)
                .bind(order->refundedMinor)
                .bind(order->customerNote)
                .bind(order->owner)
                .bind(order->terminal)
                .bind(order->paymentDeadline)
                .bind(order->createdAt)
                .bind(order->updatedAt);
        });
    }

    void updateOrders(const std::vector<const OrderEntry*>& entries)
    {
        update(changeOrders, entries, [](Statement& row, const OrderEntry* entry) {
            const Order& order = entry->order;
            row.bind(order.id)
                .bind(toString(entry->fetchedState))
                .bind(toString(order.state))
                .bind(toString(order.cancelCause))
                .bind(order.paidMinor)
                .bind(order.refundedMinor)
                .bind(order.updatedAt);
        });
        std::vector<Placed<OrderId, OrderLine>> lines;
        for (const OrderEntry* entry : entries) {
            for (std::size_t at = 0; entry->linesChanged && at < entry->order.lines.size(); ++at) {
                lines.push_back({entry->order.id, at, &entry->order.lines[at]});
            }
        }
        update(changeOrderLines, lines, [](Statement& row, const auto& line) {
            row.bind(line.owner)
                .bind(line.place)
                .bind(line.part->refundedQty)
                .bind(line.part->refundedMinor);
        });
    }

    void writeOrderParts()
    {
        std::vector<Placed<OrderId, OrderLine>> lines;
        std::vector<Placed<OrderId, Payment>> payments;
        std::vector<Placed<OrderId, Refund>> refunds;
        std::vector<Placed<RefundId, RefundLine>> refundLines;
        for (const auto& [id, entry] : m_slice.orders) {
            const Order& order = entry.order;
            for (std::size_t at = 0; entry.isNew && at < order.lines.size(); ++at) {
                lines.push_back({id, at, &order.lines[at]});
            }
            for (std::size_t at = entry.fetchedPayments; at < order.payments.size(); ++at) {
                payments.push_back({id, at, &order.payments[at]});
            }
            for (std::size_t at = entry.fetchedRefunds; at < order.refunds.size(); ++at) {
                const Refund& refund = order.refunds[at];
                refunds.push_back({id, at, &refund});
                for (std::size_t place = 0; place < refund.lines.size(); ++place) {
                    refundLines.push_back({refund.id, place, &refund.lines[place]});
                }
            }
        }
        insertOrderLineRows(lines);
        insertMoney(payments, refunds, refundLines);
    }

    void insertOrderLineRows(const std::vector<Placed<OrderId, OrderLine>>& lines)
    {
        insert(insertOrderLines, lines, [](Statement& row, const auto& placed) {
            const OrderLine& line = *placed.part;
            row.bind(placed.owner)
                .bind(placed.place)
                .bind(line.product)
                .bind(line.sku)
                .bind(line.name)
                .bind(line.qty)
                .bind(line.unitPriceMinor)
                .bind(line.discountMinor)
                .bind(line.taxRateBp)
                .bind(line.taxMinor)
                .bind(line.totalMinor)
                .bind(line.refundedQty)
                .bind(line.refundedMinor);
        });
    }

    void insertMoney(const std::vector<Placed<OrderId, Payment>>& payments,
                     const std::vector<Placed<OrderId, Refund>>& refunds,
                     const std::vector<Placed<RefundId, RefundLine>>& refundLines)
    {
        insert(insertPayments, payments, [](Statement& row, const auto& placed) {
            const Payment& payment = *placed.part;
            row.bind(payment.id)
                .bind(placed.owner)
                .bind(toString(payment.method))
                .bind(payment.amountMinor)
                .bind(payment.tenderedMinor)
                .bind(payment.changeMinor)
                .bind(payment.roundingMinor)
                .bind(payment.reference)
                .bind(payment.at);
        });
        insert(insertRefunds, refunds, [](Statement& row, const auto& placed) {
            const Refund& refund = *placed.part;
            row.bind(refund.id)
                .bind(placed.owner)
                .bind(refund.amountMinor)
                .bind(refund.restock)
                .bind(refund.reason)
                .bind(refund.at);
        });
        insert(insertRefundLines, refundLines, [](Statement& row, const auto& placed) {
            row.bind(placed.owner)
                .bind(placed.place)
                .bind(placed.part->line)
                .bind(placed.part->qty)
                .bind(placed.part->amountMinor);
        });
    }

    void writeInbox()
    {
        std::vector<const InboxEvent*> added;
        std::vector<const InboxEvent*> settled;
        std::vector<Uuid> forgotten;
        for (const auto& [name, entry] : m_slice.inbox) {
            if (entry.forgotten) {
                forgotten.push_back(entry.inbox.id);
            } else if (entry.isNew) {
                added.push_back(&entry.inbox);
            } else if (entry.changed) {
                settled.push_back(&entry.inbox);
            }
        }
        sql::eachOf(m_connection, "DELETE FROM payment_events WHERE id", "",
                    std::span<const Uuid>(forgotten), [](const Statement&) {});
        update(settleEvents, settled, [](Statement& row, const InboxEvent* inbox) {
            row.bind(inbox->id).bind(toString(inbox->result));
        });
        insert(insertEvents, added, [](Statement& row, const InboxEvent* inbox) {
            const PaymentEvent& event = inbox->event;
            row.bind(inbox->id)
                .bind(event.gateway)
                .bind(event.key)
                .bind(event.order)
                .bind(toString(event.status))
                .bind(event.amountMinor);
            if (event.currency) {
                row.bind(event.currency->code());
            } else {
                row.bindNull();
            }
            row.bind(event.paymentRef)
                .bind(event.occurredAt)
                .bind(inbox->receivedAt)
                .bind(toString(inbox->result))
                .bindBytes(event.raw);
        });
    }

    void writeRecords()
    {
        insert(insertAlerts, m_slice.alerts, [](Statement& row, const Alert& alert) {
            row.bind(toString(alert.kind))
                .bind(alert.order)
                .bind(alert.eventKey)
                .bind(alert.amountMinor)
                .bind(alert.detail)
                .bindBytes(alert.raw)
                .bind(alert.at);
        });
        insert(insertMovements, m_slice.movements,
               [](Statement& row, const StockMovement& movement) {
                   row.bind(movement.product)
                       .bind(toString(movement.kind))
                       .bind(movement.qty)
                       .bind(movement.onHandAfter)
                       .bind(movement.reason)
                       .bind(movement.order)
                       .bind(movement.at)
                       .bind(movement.by);
               });
    }

    void writeTokens()
    {
        std::vector<const TokenEntry*> added;
        for (const auto& [id, entry] : m_slice.tokens) {
            if (entry.isNew) {
                added.push_back(&entry);
            } else if (entry.changed) {
                m_connection.statement("UPDATE tokens SET revoked_at = ? WHERE id = ?")
                    .bind(entry.revokedAt)
                    .bind(id)
                    .run();
            }
        }
        insert(insertTokens, added, [](Statement& row, const TokenEntry* token) {
            row.bind(token->id)
                .bind(token->name)
                .bind(toString(token->role))
                .bindBytes(bytesOf(token->secretHash))
                .bind(token->createdAt)
                .bind(token->revokedAt);
        });
    }

    sql::Connection& m_connection;
    const Slice& m_slice;
    bool m_guardHeld = true;
};

} // namespace

Result<void, StoreError> writeSlice(sql::Connection& connection, const Slice& slice)
{
    return SliceWriter(connection, slice).write();
}

void writeAnswers(sql::Connection& connection, std::span<const AnswerRecord> answers, Instant now)
{
    sql::insertRows(connection, insertAnswers, answers,
                    [now](Statement& row, const AnswerRecord& record) {
                        row.bindBytes(claimBytes(record.claim.key))
                            .bindBytes(bytesOf(record.claim.hash))
                            .bind(record.answer.status)
                            .bindBytes(record.answer.body)
                            .bind(now);
                    });
}

void probeStorage(sql::Connection& connection)
{
    connection.statement("UPDATE shop SET probes = probes + 1").run();
}

void forgetAnswers(sql::Connection& connection, Instant before)
{
    probeStorage(connection); // it must write, also when all are too young
    // Numbers grow with time, but for the difference between the clocks of several servers.
    std::int64_t last = 0;
    connection
        .statement("SELECT COALESCE(MAX(number), 0) FROM (SELECT number, at FROM answers "
                   "ORDER BY number LIMIT ?) AS oldest WHERE at < ?")
        .bind(limits::answersForgottenAtOnce)
        .bind(before)
        .each([&last](const Statement& row) { last = row.integer(0); });
    connection.statement("DELETE FROM answers WHERE number <= ? AND at < ?")
        .bind(last)
        .bind(before)
        .run();
}

} // namespace holdfast
