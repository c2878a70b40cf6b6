#include "tests/ledger/memory_store.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast {

namespace {

template <class T>
std::optional<T> takeFirst(std::deque<std::optional<T>>& faults)
{
    if (faults.empty()) {
        return std::nullopt;
    }
    const auto fault = faults.front();
    faults.pop_front();
    return fault;
}

} // namespace

Result<void, StoreError> MemoryStore::open()
{
    HOLDFAST_ASSERT(!m_open);
    calls.emplace_back("open");
    if (whileOpening) {
        whileOpening();
    }
    if (const auto fault = takeFirst(openFaults)) {
        return Failure<StoreError>(*fault);
    }
    m_open = true;
    return {};
}

Result<Slice, StoreError> MemoryStore::begin(const SliceRequest& request, Instant now)
{
    if (!m_open) {
        if (const auto opened = open(); !opened) {
            return Failure<StoreError>(opened.error());
        }
    }
    calls.emplace_back("begin");
    if (const auto fault = takeFirst(beginFaults)) {
        m_open = false;
        return Failure<StoreError>(*fault);
    }
    return fetch(request, now);
}

Result<void, StoreError> MemoryStore::commit(const Slice& slice,
                                             std::span<const AnswerRecord> records, Instant now)
{
    HOLDFAST_ASSERT(m_open);
    calls.emplace_back("commit");
    m_open = false;
    if (poisoned && poisoned(slice)) {
        return Failure<StoreError>(StoreError::Rejected);
    }
    if (const auto fault = takeFirst(commitFaults)) {
        if (*fault == StoreError::OutcomeUnknown) {
            takeOver(slice, records, now); // done, but nobody is told
        }
        return Failure<StoreError>(*fault);
    }
    HOLDFAST_ASSERT(guardsHold(slice) && sumsFit(slice));
    HOLDFAST_ASSERT(std::none_of(records.begin(), records.end(), [this](const auto& record) {
        return answers.contains(record.claim.key);
    }));
    takeOver(slice, records, now);
    return {};
}

bool MemoryStore::sumsFit(const Slice& slice) const
{
    return std::all_of(slice.products.begin(), slice.products.end(), [this](const auto& named) {
        const auto at = products.find(named.first);
        const StockLevel before = at == products.end() ? StockLevel{} : at->second.stock;
        return before + named.second.delta == named.second.stock;
    });
}

void MemoryStore::rollback()
{
    if (m_open) {
        calls.emplace_back("rollback");
        m_open = false;
    }
}

} // namespace holdfast
