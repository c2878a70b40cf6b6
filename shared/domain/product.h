#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/instant.h"
#include "shared/domain/money.h"
#include "shared/domain/quantity.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What a manager writes about a product. Barcodes are canonical (see barcode.h).
struct ProductDetails
{
    std::string sku = {};
    std::string name = {};
    std::string brand = {};
    std::string quantityText = {};
    std::string category = {};
    std::vector<std::string> barcodes = {};
    Minor priceMinor = 0;
    Currency currency = {};
    int taxRateBp = 0; ///< hundredths of a per cent: 1900 is 19 %
    std::string image = {};
    int favouriteRank = 0; ///< 0: no favourite; lower numbers come first

    friend bool operator==(const ProductDetails&, const ProductDetails&) = default;
};

struct Product
{
    ProductId id = {};
    ProductDetails details = {};
    bool archived = false;
    std::int64_t version = 1; ///< counts changes of the details, not of the stock
    Instant createdAt = {};
    Instant updatedAt = {};
};

/// The three counters of a product. available is derived and never stored as truth.
struct StockLevel
{
    Units onHand = 0;
    Units held = 0;
    Units committed = 0;

    [[nodiscard]] Units available() const { return onHand - held - committed; }
    [[nodiscard]] bool valid() const { return held >= 0 && committed >= 0 && available() >= 0; }

    StockLevel& operator+=(const StockLevel& delta)
    {
        onHand += delta.onHand;
        held += delta.held;
        committed += delta.committed;
        return *this;
    }
    friend StockLevel operator+(StockLevel a, const StockLevel& delta) { return a += delta; }
    friend bool operator==(const StockLevel&, const StockLevel&) = default;
};

/// A product with its counters, as every reader sees it.
struct ProductView
{
    Product product = {};
    StockLevel stock = {};
    std::int64_t stockVersion = 0;
};

/// A signed change of the counters of one product.
struct StockDelta
{
    ProductId product = {};
    StockLevel change = {};

    friend bool operator==(const StockDelta&, const StockDelta&) = default;
};

enum class MovementKind { Receipt, Adjustment, Count, WriteOff, Sale, Return };

[[nodiscard]] std::string_view toString(MovementKind kind);
[[nodiscard]] std::optional<MovementKind> parseMovementKind(std::string_view word);

struct StockMovement
{
    ProductId product = {};
    MovementKind kind = MovementKind::Adjustment;
    Units qty = 0; ///< signed change of on-hand
    Units onHandAfter = 0;
    std::string reason = {};
    std::optional<OrderId> order = {};
    Instant at = {};
    CallerId by = {};
};

} // namespace holdfast
