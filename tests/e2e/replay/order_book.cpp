#include "tests/e2e/replay/order_book.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast::replay {

namespace {

/// whole × part / of, rounded half up. The file's largest product is far below 2^62.
std::int64_t proportionOf(std::int64_t whole, std::int64_t part, std::int64_t of)
{
    return (2 * whole * part + of) / (2 * of);
}

} // namespace

PlannedOrder::Line& PlannedOrder::lineOf(int product)
{
    const auto line = std::find_if(m_lines.begin(), m_lines.end(), [product](const Line& known) {
        return known.product == product;
    });
    return line == m_lines.end() ? m_lines.emplace_back(Line{.product = product}) : *line;
}

void PlannedOrder::sell(int product, std::int64_t qty, std::int64_t totalMinor)
{
    Line& line = lineOf(product);
    line.qty += qty;
    line.totalMinor += totalMinor;
    m_totalMinor += totalMinor;
}

std::int64_t PlannedOrder::takeBack(int product, std::int64_t qty)
{
    Line& line = lineOf(product);
    HOLDFAST_ASSERT(line.backQty + qty <= line.qty);
    line.backQty += qty;
    const std::int64_t owed = proportionOf(line.totalMinor, line.backQty, line.qty);
    const std::int64_t back = std::max<std::int64_t>(owed - line.backMinor, 0);
    line.backMinor += back;
    m_refundedMinor += back;
    return back;
}

void PlannedOrder::giveMoney(std::int64_t minor)
{
    const std::int64_t refundable = refundableMinor();
    HOLDFAST_ASSERT(minor <= refundable);
    std::int64_t passed = 0;
    std::int64_t given = 0;
    for (Line& line : m_lines) {
        passed += line.totalMinor - line.backMinor;
        const std::int64_t share = proportionOf(minor, passed, refundable) - given;
        line.backMinor += share;
        given += share;
    }
    HOLDFAST_ASSERT(given == minor);
    m_refundedMinor += minor;
}

} // namespace holdfast::replay
