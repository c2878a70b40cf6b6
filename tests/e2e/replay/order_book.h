// The planned orders and what may still come back of them, by the same rule as the ledger's but
// written for itself: of a line as much has come back as its share of units, rounded half up, and
// what went back as money alone is spread over the lines and taken off what follows.
#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::replay {

class PlannedOrder
{
public:
    /// A product sold again on the same order adds to its line.
    void sell(int product, std::int64_t qty, std::int64_t totalMinor);
    /// What `qty` units give back; they must have been sold and not have come back yet.
    std::int64_t takeBack(int product, std::int64_t qty);
    /// Money without goods, at most what is refundable.
    void giveMoney(std::int64_t minor);

    [[nodiscard]] std::int64_t totalMinor() const { return m_totalMinor; }
    [[nodiscard]] std::int64_t refundedMinor() const { return m_refundedMinor; }
    [[nodiscard]] std::int64_t refundableMinor() const { return m_totalMinor - m_refundedMinor; }

private:
    struct Line
    {
        int product = 0;
        std::int64_t qty = 0;
        std::int64_t totalMinor = 0;
        std::int64_t backQty = 0;
        std::int64_t backMinor = 0;
    };

    Line& lineOf(int product);

    std::vector<Line> m_lines;
    std::int64_t m_totalMinor = 0;
    std::int64_t m_refundedMinor = 0;
};

} // namespace holdfast::replay
