#include "server/store/schema.h"

#include <array>

namespace holdfast {

namespace {

/// The types in braces are those of shared/sql/dialect.cpp. Amounts are minor units, times
/// milliseconds since 1970 UTC, ids 16 bytes, words those of shared/domain/words.cpp. The rules
/// stand here once more as constraints: what the ledger must never do, the database does not take.
/// Tables that only grow are ordered by what grows (journal position, order number), so that new
/// rows go to the end; big columns stay out of the trees whose keys come in random order (answers).
constexpr std::string_view shop = R"sql(
CREATE TABLE products (
    id {int} PRIMARY KEY,
    sku {key} NOT NULL UNIQUE,
    name {key} NOT NULL,
    brand {key} NOT NULL,
    quantity_text {text} NOT NULL,
    category {key} NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    currency {word} NOT NULL,
    tax_rate_bp {int} NOT NULL CHECK (tax_rate_bp BETWEEN 0 AND 10000),
    image {text} NOT NULL,
    favourite_rank {int} NOT NULL,
    archived {int} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
)
;;
CREATE INDEX products_by_category ON products(category, id)
;;
CREATE INDEX products_by_update ON products(updated_at, id)
;;
CREATE TABLE product_barcodes (
    barcode {key} PRIMARY KEY,
    product_id {int} NOT NULL REFERENCES products(id),
    place {int} NOT NULL
){keyed}
;;
CREATE INDEX product_barcodes_by_product ON product_barcodes(product_id, place)
;;
{sqlite}CREATE VIRTUAL TABLE product_search USING fts5(
    name, brand, sku, barcodes,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4'
)
;;
CREATE TABLE stock (
    product_id {int} PRIMARY KEY REFERENCES products(id),
    on_hand {int} NOT NULL,
    held {int} NOT NULL CHECK (held >= 0),
    committed {int} NOT NULL CHECK (committed >= 0),
    version {int} NOT NULL,
    CHECK (held + committed <= on_hand)
){hot}
;;
CREATE TABLE holds (
    id {uuid} PRIMARY KEY,
    state {word} NOT NULL CHECK (state IN ('active', 'consumed', 'released', 'expired')),
    expires_at {int} NOT NULL,
    created_at {int} NOT NULL,
    owner {int} NOT NULL,
    terminal {key} NOT NULL,
    note {text} NOT NULL,
    order_id {uuid},
    CHECK ((state = 'consumed') = (order_id IS NOT NULL))
){keyed}
;;
CREATE INDEX holds_overdue ON holds{only expires_at|state = 'active'}
;;
CREATE TABLE hold_lines (
    hold_id {uuid} NOT NULL,
    line {int} NOT NULL,
    product_id {int} NOT NULL,
    qty {int} NOT NULL CHECK (qty > 0),
    PRIMARY KEY (hold_id, line)
){keyed}
;;
CREATE TABLE orders (
    number {int} PRIMARY KEY,
    id {uuid} NOT NULL UNIQUE,
    hold_id {uuid} NOT NULL UNIQUE,
    state {word} NOT NULL CHECK (state IN ('pending_payment', 'paid', 'partially_refunded',
                                         'refunded', 'cancelled', 'paid_unfulfilled')),
    cancel_cause {word} NOT NULL,
    currency {word} NOT NULL,
    total_minor {int} NOT NULL CHECK (total_minor >= 0),
    tax_minor {int} NOT NULL,
    discount_minor {int} NOT NULL,
    paid_minor {int} NOT NULL CHECK (paid_minor >= 0),
    refunded_minor {int} NOT NULL CHECK (refunded_minor BETWEEN 0 AND paid_minor),
    customer_note {text} NOT NULL,
    owner {int} NOT NULL,
    terminal {key} NOT NULL,
    payment_deadline {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
)
;;
CREATE INDEX orders_overdue ON orders{only payment_deadline|state = 'pending_payment'}
;;
CREATE TABLE order_lines (
    order_id {uuid} NOT NULL,
    line {int} NOT NULL,
    product_id {int} NOT NULL,
    sku {key} NOT NULL,
    name {key} NOT NULL,
    qty {int} NOT NULL CHECK (qty > 0),
    unit_price_minor {int} NOT NULL,
    discount_minor {int} NOT NULL,
    tax_rate_bp {int} NOT NULL,
    tax_minor {int} NOT NULL,
    total_minor {int} NOT NULL,
    refunded_qty {int} NOT NULL CHECK (refunded_qty BETWEEN 0 AND qty),
    refunded_minor {int} NOT NULL CHECK (refunded_minor BETWEEN 0 AND total_minor),
    PRIMARY KEY (order_id, line)
){keyed}
;;
CREATE TABLE payments (
    id {uuid} PRIMARY KEY,
    order_id {uuid} NOT NULL,
    method {word} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    tendered_minor {int} NOT NULL,
    change_minor {int} NOT NULL,
    rounding_minor {int} NOT NULL,
    reference {text} NOT NULL,
    at {int} NOT NULL
){keyed}
;;
CREATE INDEX payments_by_order ON payments(order_id)
;;
CREATE TABLE refunds (
    id {uuid} PRIMARY KEY,
    order_id {uuid} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    restock {int} NOT NULL,
    reason {text} NOT NULL,
    at {int} NOT NULL
){keyed}
;;
CREATE INDEX refunds_by_order ON refunds(order_id)
;;
CREATE TABLE refund_lines (
    refund_id {uuid} NOT NULL,
    place {int} NOT NULL,
    line {int} NOT NULL,
    qty {int} NOT NULL CHECK (qty >= 0),
    amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (refund_id, place)
){keyed}
;;
CREATE TABLE payment_events (
    number {serial},
    id {uuid} NOT NULL UNIQUE,
    gateway {word} NOT NULL,
    event_key {key} NOT NULL,
    order_id {uuid} NOT NULL,
    status {word} NOT NULL,
    amount_minor {int},
    currency {word},
    payment_ref {text} NOT NULL,
    occurred_at {int},
    received_at {int} NOT NULL,
    result {word} NOT NULL,
    raw {bytes} NOT NULL,
    UNIQUE (gateway, event_key)
)
;;
CREATE INDEX payment_events_waiting ON payment_events{only order_id|result = 'waiting'}
;;
CREATE TABLE alerts (
    number {serial},
    kind {word} NOT NULL,
    order_id {uuid},
    event_key {key} NOT NULL,
    amount_minor {int} NOT NULL,
    detail {text} NOT NULL,
    raw {bytes} NOT NULL,
    at {int} NOT NULL
)
;;
CREATE TABLE stock_movements (
    number {serial},
    product_id {int} NOT NULL,
    kind {word} NOT NULL,
    qty {int} NOT NULL,
    on_hand_after {int} NOT NULL,
    reason {text} NOT NULL,
    order_id {uuid},
    at {int} NOT NULL,
    {by} {int} NOT NULL
)
;;
CREATE INDEX stock_movements_by_product ON stock_movements(product_id, number)
;;
CREATE TABLE answers (
    number {serial},
    claim {claim} NOT NULL UNIQUE,
    hash {hash} NOT NULL,
    status {int} NOT NULL,
    body {bytes} NOT NULL,
    at {int} NOT NULL
)
;;
CREATE TABLE journal (
    position {int} PRIMARY KEY,
    at {int} NOT NULL,
    payload {bytes} NOT NULL,
    hash {hash} NOT NULL
)
;;
CREATE TABLE tokens (
    id {int} PRIMARY KEY,
    name {key} NOT NULL,
    role {word} NOT NULL,
    secret_hash {hash} NOT NULL UNIQUE,
    created_at {int} NOT NULL,
    revoked_at {int}
))sql";

/// The words that products are found by, where the engine has no search of its own that finds the
/// same (product_search.h); and who the shop is, for those who keep something about it elsewhere.
/// Its one row is also the lock of the ledger.
constexpr std::string_view severalEngines = R"sql(
{sqlite}ALTER TABLE stock_movements RENAME COLUMN by TO made_by
;;
{servers}CREATE TABLE product_words (
    word {key} NOT NULL,
    product_id {int} NOT NULL REFERENCES products(id),
    PRIMARY KEY (word, product_id)
)
;;
{servers}CREATE INDEX product_words_by_product ON product_words(product_id)
;;
CREATE TABLE shop (
    id {uuid} PRIMARY KEY
)
;;
INSERT INTO shop(id) SELECT {random} WHERE NOT EXISTS (SELECT 1 FROM shop))sql";

/// Something to write that changes nothing: whoever has to know whether the storage takes what is
/// written counts up (probeStorage). MariaDB does not write a row that stays as it is.
constexpr std::string_view storageProbe = R"sql(
ALTER TABLE shop ADD COLUMN probes {int} NOT NULL DEFAULT 0)sql";

/// Keys that callers choose mostly begin with the time, as UUIDs of version 7 do: with the scope
/// behind the key those of all callers stand together at the end of the tree, and a batch of many
/// callers changes few pages of it. Alone in its version: it must not be gone through again.
constexpr std::string_view keysBeforeScopes = R"sql(
{servers}SELECT id FROM shop FOR UPDATE
;;
UPDATE answers SET claim = {turned claim})sql";

constexpr std::array<sql::Migration, 4> migrations{
    {{1, shop}, {2, severalEngines}, {3, storageProbe}, {4, keysBeforeScopes}}};

} // namespace

std::span<const sql::Migration> schemaMigrations()
{
    return migrations;
}

} // namespace holdfast
