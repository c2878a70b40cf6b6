#pragma once

#include "server/ledger/outcome.h"

#include <unordered_map>

namespace holdfast {

/// One key, one answer: finds what an envelope's keys were answered before, in the database or
/// earlier in this batch.
class AnswerBook
{
public:
    explicit AnswerBook(const Slice& slice) : m_slice(slice) {}

    /// A decision that is known already (a replay, or a refusal of a key used otherwise), or an
    /// open one that names the keys under which its answer has to be recorded.
    [[nodiscard]] Decision recall(const Envelope& envelope) const;

    /// Later commands of this batch find the answer of command `index` under its keys.
    void remember(std::size_t index, const Decision& decision);

private:
    struct InBatch
    {
        RequestHash hash{};
        std::size_t index = 0;
    };

    const Slice& m_slice;
    std::unordered_map<AnswerKey, InBatch> m_inBatch;
};

} // namespace holdfast
