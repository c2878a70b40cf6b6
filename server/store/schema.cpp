#include "server/store/schema.h"

#include <array>

namespace holdfast {

namespace {

/// Amounts are minor units, times milliseconds since 1970 UTC, ids 16 bytes, words those of
/// shared/domain/words.cpp. The rules stand here once more as constraints: what the ledger must
/// never do, the database does not take. Tables that only grow are ordered by what grows (journal
/// position, order number), so that new rows go to the end; big columns stay out of the trees
/// whose keys come in random order (answers).
constexpr std::string_view shop = R"sql(
CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    brand TEXT NOT NULL,
    quantity_text TEXT NOT NULL,
    category TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL,
    tax_rate_bp INTEGER NOT NULL CHECK (tax_rate_bp BETWEEN 0 AND 10000),
    image TEXT NOT NULL,
    favourite_rank INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
;;
CREATE INDEX products_by_category ON products(category, id)
;;
CREATE INDEX products_by_update ON products(updated_at, id)
;;
CREATE TABLE product_barcodes (
    barcode TEXT PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products(id),
    place INTEGER NOT NULL
) WITHOUT ROWID
;;
CREATE INDEX product_barcodes_by_product ON product_barcodes(product_id, place)
;;
CREATE VIRTUAL TABLE product_search USING fts5(
    name, brand, sku, barcodes,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4'
)
;;
CREATE TABLE stock (
    product_id INTEGER PRIMARY KEY REFERENCES products(id),
    on_hand INTEGER NOT NULL,
    held INTEGER NOT NULL CHECK (held >= 0),
    committed INTEGER NOT NULL CHECK (committed >= 0),
    version INTEGER NOT NULL,
    CHECK (held + committed <= on_hand)
)
;;
CREATE TABLE holds (
    id BLOB PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('active', 'consumed', 'released', 'expired')),
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    note TEXT NOT NULL,
    order_id BLOB,
    CHECK ((state = 'consumed') = (order_id IS NOT NULL))
) WITHOUT ROWID
;;
CREATE INDEX holds_overdue ON holds(expires_at) WHERE state = 'active'
;;
CREATE TABLE hold_lines (
    hold_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    qty INTEGER NOT NULL CHECK (qty > 0),
    PRIMARY KEY (hold_id, line)
) WITHOUT ROWID
;;
CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    hold_id BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending_payment', 'paid', 'partially_refunded',
                                         'refunded', 'cancelled', 'paid_unfulfilled')),
    cancel_cause TEXT NOT NULL,
    currency TEXT NOT NULL,
    total_minor INTEGER NOT NULL CHECK (total_minor >= 0),
    tax_minor INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL CHECK (paid_minor >= 0),
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor BETWEEN 0 AND paid_minor),
    customer_note TEXT NOT NULL,
    owner INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    payment_deadline INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
;;
CREATE INDEX orders_overdue ON orders(payment_deadline) WHERE state = 'pending_payment'
;;
CREATE TABLE order_lines (
    order_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    qty INTEGER NOT NULL CHECK (qty > 0),
    unit_price_minor INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    tax_rate_bp INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    refunded_qty INTEGER NOT NULL CHECK (refunded_qty BETWEEN 0 AND qty),
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor BETWEEN 0 AND total_minor),
    PRIMARY KEY (order_id, line)
) WITHOUT ROWID
;;
CREATE TABLE payments (
    id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL,
    method TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    tendered_minor INTEGER NOT NULL,
    change_minor INTEGER NOT NULL,
    rounding_minor INTEGER NOT NULL,
    reference TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID
;;
CREATE INDEX payments_by_order ON payments(order_id)
;;
CREATE TABLE refunds (
    id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    restock INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID
;;
CREATE INDEX refunds_by_order ON refunds(order_id)
;;
CREATE TABLE refund_lines (
    refund_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    line INTEGER NOT NULL,
    qty INTEGER NOT NULL CHECK (qty >= 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (refund_id, place)
) WITHOUT ROWID
;;
CREATE TABLE payment_events (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    gateway TEXT NOT NULL,
    event_key TEXT NOT NULL,
    order_id BLOB NOT NULL,
    status TEXT NOT NULL,
    amount_minor INTEGER,
    currency TEXT,
    payment_ref TEXT NOT NULL,
    occurred_at INTEGER,
    received_at INTEGER NOT NULL,
    result TEXT NOT NULL,
    raw BLOB NOT NULL,
    UNIQUE (gateway, event_key)
)
;;
CREATE INDEX payment_events_waiting ON payment_events(order_id) WHERE result = 'waiting'
;;
CREATE TABLE alerts (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    order_id BLOB,
    event_key TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    detail TEXT NOT NULL,
    raw BLOB NOT NULL,
    at INTEGER NOT NULL
)
;;
CREATE TABLE stock_movements (
    number INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    qty INTEGER NOT NULL,
    on_hand_after INTEGER NOT NULL,
    reason TEXT NOT NULL,
    order_id BLOB,
    at INTEGER NOT NULL,
    by INTEGER NOT NULL
)
;;
CREATE INDEX stock_movements_by_product ON stock_movements(product_id, number)
;;
CREATE TABLE answers (
    number INTEGER PRIMARY KEY,
    claim BLOB NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL
)
;;
CREATE TABLE journal (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    hash BLOB NOT NULL
)
;;
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
))sql";

constexpr std::array<sql::Migration, 1> migrations{{{1, shop}}};

} // namespace

std::span<const sql::Migration> schemaMigrations()
{
    return migrations;
}

} // namespace holdfast
