#include "server/ledger/slice.h"

#include <algorithm>

namespace holdfast {

std::vector<ProductId> scarce(std::span<const HoldLine> wanted, const Slice& slice)
{
    std::unordered_map<ProductId, Units> left;
    std::vector<ProductId> found;
    for (const HoldLine& line : wanted) {
        const auto entry = slice.products.find(line.product);
        if (entry == slice.products.end()) {
            continue; // there is no such product
        }
        const Units available = entry->second.stock.available();
        Units& units = left.try_emplace(line.product, available).first->second;
        if (units >= 0 && line.qty > units) {
            found.push_back(line.product);
        }
        units = line.qty > units ? -1 : units - std::max<Units>(line.qty, 0);
    }
    return found;
}

} // namespace holdfast
