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
    Slice slice;
    std::set<ProductId> wanted(request.products.begin(), request.products.end());
    for (const HoldId id : request.holds) {
        addHold(slice, wanted, id);
    }
    addOrders(slice, wanted, request, now);
    addNames(slice, wanted, request);
    addOverdueHolds(slice, wanted, request, now);
    for (const ProductId id : wanted) {
        if (const auto at = products.find(id); at != products.end()) {
            slice.products.emplace(id, at->second);
        }
    }
    for (const AnswerKey& key : request.answers) {
        if (const auto at = answers.find(key); at != answers.end()) {
            slice.answers.emplace(key, at->second);
        }
    }
    for (const std::int64_t id : request.tokens) {
        if (const auto at = tokens.find(id); at != tokens.end()) {
            slice.tokens.emplace(id, at->second);
        }
    }
    if (request.counters) {
        for (const auto& [id, order] : orders) {
            slice.lastOrderNumber = std::max(slice.lastOrderNumber, order.number);
        }
        slice.lastProductId = products.empty() ? 0 : products.rbegin()->first.value;
        slice.lastTokenId = tokens.empty() ? 0 : tokens.rbegin()->first;
    }
    return slice;
}

void MemoryStore::addHold(Slice& slice, std::set<ProductId>& wanted, HoldId id) const
{
    const auto at = holds.find(id);
    if (at == holds.end()) {
        return;
    }
    for (const HoldLine& line : at->second.lines) {
        wanted.insert(line.product);
    }
    slice.holds.emplace(id, HoldEntry{.hold = at->second, .fetchedState = at->second.state});
}

void MemoryStore::addOrders(Slice& slice, std::set<ProductId>& wanted, const SliceRequest& request,
                            Instant now) const
{
    std::set<OrderId> ids(request.orders.begin(), request.orders.end());
    for (const auto& [id, order] : orders) {
        if (order.overdueAt(now) && slice.overdueOrders.size() < request.overdueOrdersMax) {
            slice.overdueOrders.push_back(id);
            ids.insert(id);
        }
    }
    for (const OrderId id : ids) {
        const auto at = orders.find(id);
        if (at == orders.end()) {
            continue;
        }
        OrderEntry entry{.order = at->second, .fetchedState = at->second.state};
        entry.fetchedPayments = at->second.payments.size();
        entry.fetchedRefunds = at->second.refunds.size();
        for (const OrderLine& line : at->second.lines) {
            wanted.insert(line.product);
        }
        slice.orders.emplace(id, std::move(entry));
    }
    const std::set<EventName> named(request.events.begin(), request.events.end());
    for (const EventName& name : inboxOrder) {
        const InboxEvent& event = inbox.at(name);
        const bool waits = event.result == EventResult::Waiting &&
                           std::find(request.waitingFor.begin(), request.waitingFor.end(),
                                     event.event.order) != request.waitingFor.end();
        if (waits) {
            slice.waiting[event.event.order].push_back(name);
        }
        if (waits || named.contains(name)) {
            slice.inbox.emplace(name, InboxEntry{.inbox = event});
        }
    }
}

void MemoryStore::addNames(Slice& slice, std::set<ProductId>& wanted,
                           const SliceRequest& request) const
{
    for (const auto& [id, entry] : products) {
        const ProductDetails& details = entry.product.details;
        if (std::find(request.skus.begin(), request.skus.end(), details.sku) !=
            request.skus.end()) {
            slice.skus.emplace(details.sku, id);
            wanted.insert(id);
        }
        if (request.ownSkus && details.sku.starts_with('P')) {
            slice.skus.emplace(details.sku, id);
        }
        for (const std::string& barcode : details.barcodes) {
            if (std::find(request.barcodes.begin(), request.barcodes.end(), barcode) !=
                request.barcodes.end()) {
                slice.barcodes.emplace(barcode, id);
                wanted.insert(id);
            }
        }
    }
}

void MemoryStore::addOverdueHolds(Slice& slice, std::set<ProductId>& wanted,
                                  const SliceRequest& request, Instant now) const
{
    const std::set<ProductId> touched = wanted;
    for (const auto& [id, hold] : holds) {
        const bool touches =
            std::any_of(hold.lines.begin(), hold.lines.end(), [&touched](const HoldLine& line) {
                return touched.contains(line.product);
            });
        if (hold.overdueAt(now) &&
            (touches || slice.overdueHolds.size() < request.overdueHoldsMax)) {
            addHold(slice, wanted, id);
            slice.overdueHolds.push_back(id);
        }
    }
}

Result<void, StoreError> MemoryStore::commit(const Slice& slice,
                                             std::span<const AnswerRecord> records, Instant /*now*/)
{
    HOLDFAST_ASSERT(m_open);
    calls.emplace_back("commit");
    m_open = false;
    if (poisoned && poisoned(slice)) {
        return Failure<StoreError>(StoreError::Rejected);
    }
    if (const auto fault = takeFirst(commitFaults)) {
        if (*fault == StoreError::OutcomeUnknown) {
            takeOver(slice); // done, but nobody is told
        }
        return Failure<StoreError>(*fault);
    }
    HOLDFAST_ASSERT(guardsHold(slice));
    takeOver(slice);
    for (const AnswerRecord& record : records) {
        const bool isNew =
            answers.emplace(record.claim.key, StoredAnswer{record.claim.hash, record.answer})
                .second;
        HOLDFAST_ASSERT(isNew);
    }
    return {};
}

bool MemoryStore::guardsHold(const Slice& slice) const
{
    for (const auto& [id, entry] : slice.products) {
        const auto at = products.find(id);
        const StockLevel before = at == products.end() ? StockLevel{} : at->second.stock;
        const StockLevel after = before + entry.delta;
        if (entry.isNew == (at != products.end()) || !after.valid() || after != entry.stock) {
            return false;
        }
    }
    for (const auto& [id, entry] : slice.holds) {
        const auto at = holds.find(id);
        if (entry.isNew != (at == holds.end()) ||
            (!entry.isNew && at->second.state != entry.fetchedState)) {
            return false;
        }
    }
    return std::all_of(slice.orders.begin(), slice.orders.end(), [this](const auto& named) {
        const auto at = orders.find(named.first);
        return named.second.isNew == (at == orders.end()) &&
               (named.second.isNew || at->second.state == named.second.fetchedState);
    });
}

void MemoryStore::takeOver(const Slice& slice)
{
    for (const auto& [id, entry] : slice.products) {
        ProductEntry stored = entry;
        stored.stockVersion += entry.delta == StockLevel{} ? 0 : 1;
        stored.delta = {};
        stored.isNew = false;
        stored.detailsChanged = false;
        products.insert_or_assign(id, std::move(stored));
    }
    // Only what the slice says has changed: a forgotten mark must not go unnoticed.
    for (const auto& [id, entry] : slice.holds) {
        if (entry.isNew || entry.changed) {
            const auto before = holds.find(id);
            Hold stored = entry.hold;
            if (!entry.isNew && !entry.linesChanged) {
                stored.lines = before->second.lines;
            }
            holds.insert_or_assign(id, std::move(stored));
        }
    }
    for (const auto& [id, entry] : slice.orders) {
        if (entry.isNew || entry.changed) {
            const auto before = orders.find(id);
            Order stored = entry.order;
            if (!entry.isNew && !entry.linesChanged) {
                stored.lines = before->second.lines;
            }
            orders.insert_or_assign(id, std::move(stored));
        }
    }
    for (const auto& [name, entry] : slice.inbox) {
        if (entry.isNew) {
            inboxOrder.push_back(name);
        }
        if (entry.isNew || entry.changed) {
            inbox.insert_or_assign(name, entry.inbox);
        }
    }
    for (const auto& [id, entry] : slice.tokens) {
        if (entry.isNew || entry.changed) {
            tokens.insert_or_assign(id, entry);
        }
    }
    journal.insert(journal.end(), slice.events.begin(), slice.events.end());
    movements.insert(movements.end(), slice.movements.begin(), slice.movements.end());
    alerts.insert(alerts.end(), slice.alerts.begin(), slice.alerts.end());
}

void MemoryStore::rollback()
{
    if (m_open) {
        calls.emplace_back("rollback");
        m_open = false;
    }
}

} // namespace holdfast
