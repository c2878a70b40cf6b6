// A sale as the screen shows it: pure functions from values to values. GUI thread, because of
// words.
#pragma once

#include "app/models/cart_model.h"
#include "app/models/quick_amount_model.h"
#include "app/models/sale_tab_model.h"
#include "app/session/hold_view.h"
#include "app/session/payment_session.h"
#include "app/session/receipt_view.h"
#include "app/session/sale.h"
#include "app/session/sale_machine.h"
#include "app/session/sale_totals.h"

#include "shared/domain/pricing.h"

#include <deque>

namespace holdfast::figures {

struct ShopFacts
{
    QString shopName;
    QString tillName;
    QString currency;
    TaxMode taxMode = TaxMode::Inclusive;
    bool hasGateway = false;
    bool serverAway = false; ///< cannot be reached, or does not let this till in
};

[[nodiscard]] PricedSale priced(const Sale& sale, TaxMode mode);
/// Still to pay: the server's figure once there is an order, else the price of the cart.
[[nodiscard]] qint64 dueMinor(const Sale& sale, TaxMode mode);

[[nodiscard]] QList<CartRow> cart(const Sale& sale, const ShopFacts& shop);
[[nodiscard]] HoldFigures hold(const Sale& sale, const SaleTiming& timing, qint64 nowMs);
[[nodiscard]] TotalFigures totals(const Sale& sale, const ShopFacts& shop);
[[nodiscard]] QList<SaleTabRow> tabs(const std::deque<Sale>& sales, std::size_t current,
                                     const ShopFacts& shop, const SaleTiming& timing, qint64 nowMs);
[[nodiscard]] PaymentFigures payment(const Sale& sale, const ShopFacts& shop);
[[nodiscard]] QList<QuickAmountRow> quickAmounts(const Sale& sale, const ShopFacts& shop);
[[nodiscard]] ReceiptFigures receipt(const Sale& sale, const ShopFacts& shop);

} // namespace holdfast::figures
