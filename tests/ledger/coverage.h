#pragma once

#include "server/ledger/ledger.h"

#include <set>
#include <span>
#include <string>

namespace holdfast {

/// What the ledger has shown of its rules: refusals, events, and how the state of holds, orders
/// and payment events changed. "hold active>expired" is such a word.
class Coverage
{
public:
    /// A batch as the ledger has left it.
    void add(const Slice& slice, std::span<const Decision> decisions);

    /// What no story has shown yet, one a line; empty when the stories are complete.
    [[nodiscard]] std::string missing() const;

    /// Changes of state that the rules do not know.
    [[nodiscard]] std::string unlawful() const;

private:
    std::set<std::string> m_seen;
};

} // namespace holdfast
