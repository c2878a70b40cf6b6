#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast {

namespace {

/// The signed change of on-hand that a movement asks for, or why its quantity makes no sense.
Result<Units, Refused> signedChange(const MoveStock& command, const StockLevel& stock)
{
    switch (command.kind) {
    case MovementKind::Receipt:
    case MovementKind::WriteOff:
        if (command.qty < 1) {
            return Failure<Refused>(invalidField("qty", "must be at least 1"));
        }
        return command.kind == MovementKind::Receipt ? command.qty : -command.qty;
    case MovementKind::Adjustment:
        if (command.qty == 0) {
            return Failure<Refused>(invalidField("qty", "must not be 0"));
        }
        return command.qty;
    case MovementKind::Count:
        if (command.qty < 0) {
            return Failure<Refused>(invalidField("qty", "cannot be negative"));
        }
        return command.qty - stock.onHand;
    case MovementKind::Sale:
    case MovementKind::Return:
        break;
    }
    return Failure<Refused>(invalidField("kind", "only sales and refunds move stock so"));
}

void moveOnHand(Batch& batch, ProductId product, MovementKind kind, Units change,
                const std::string& reason)
{
    batch.record({.kind = EventKind::StockMoved,
                  .stock = {{product, {.onHand = change, .held = 0, .committed = 0}}},
                  .product = product,
                  .movement = kind,
                  .text = reason});
    batch.addMovement(product, kind, change, reason, std::nullopt);
}

/// True when another product owns one of these.
bool skuTaken(Batch& batch, const std::string& sku, std::optional<ProductId> self)
{
    const auto at = batch.slice().skus.find(sku);
    return at != batch.slice().skus.end() && at->second != self;
}

bool barcodeTaken(Batch& batch, const std::vector<std::string>& barcodes,
                  std::optional<ProductId> self)
{
    return std::any_of(barcodes.begin(), barcodes.end(), [&](const std::string& barcode) {
        const auto at = batch.slice().barcodes.find(barcode);
        return at != batch.slice().barcodes.end() && at->second != self;
    });
}

void forgetNames(Slice& slice, const ProductEntry& entry)
{
    slice.skus.erase(entry.product.details.sku);
    for (const std::string& barcode : entry.product.details.barcodes) {
        slice.barcodes.erase(barcode);
    }
}

void learnNames(Slice& slice, const ProductEntry& entry)
{
    slice.skus[entry.product.details.sku] = entry.product.id;
    for (const std::string& barcode : entry.product.details.barcodes) {
        slice.barcodes[barcode] = entry.product.id;
    }
}

/// With the stock version that the batch will leave: it raises it once when it moves stock.
ProductOutcome outcomeOf(const ProductEntry& entry)
{
    const std::int64_t raised = entry.delta == StockLevel{} ? 0 : 1;
    return {entry.product, entry.stock, entry.stockVersion + raised};
}

std::string ownSkuOf(ProductId id)
{
    return "P" + std::to_string(id.value);
}

/// The next id; for goods without an SKU the next one whose own SKU is free. Somebody may have
/// called other goods "P17".
ProductId nextProductId(Slice& slice, bool ownSku)
{
    do {
        ++slice.lastProductId;
    } while (ownSku && slice.skus.contains(ownSkuOf({slice.lastProductId})));
    return {slice.lastProductId};
}

ProductEntry& addProduct(Batch& batch, ProductDetails details, Units openingStock)
{
    Slice& slice = batch.slice();
    const ProductId id = nextProductId(slice, details.sku.empty());
    if (details.sku.empty()) {
        details.sku = ownSkuOf(id);
    }
    ProductEntry entry;
    entry.product = {.id = id,
                     .details = std::move(details),
                     .createdAt = batch.now(),
                     .updatedAt = batch.now()};
    entry.isNew = true;
    ProductEntry& added = slice.products.emplace(id, std::move(entry)).first->second;
    learnNames(slice, added);
    batch.record(
        {.kind = EventKind::ProductAdded, .product = id, .details = added.product.details});
    if (openingStock > 0) {
        moveOnHand(batch, id, MovementKind::Receipt, openingStock, "opening stock");
    }
    return added;
}

void changeDetails(Batch& batch, ProductEntry& entry, ProductDetails details)
{
    forgetNames(batch.slice(), entry);
    entry.product.details = std::move(details);
    learnNames(batch.slice(), entry);
    ++entry.product.version;
    entry.product.updatedAt = batch.now();
    entry.detailsChanged = true;
    batch.record({.kind = EventKind::ProductChanged,
                  .product = entry.product.id,
                  .details = entry.product.details});
}

template <class T>
void assignIfGiven(T& field, const std::optional<T>& given)
{
    if (given) {
        field = *given;
    }
}

ProductDetails merged(const ProductDetails& before, const ChangeProduct& change)
{
    ProductDetails details = before;
    assignIfGiven(details.sku, change.sku);
    assignIfGiven(details.name, change.name);
    assignIfGiven(details.brand, change.brand);
    assignIfGiven(details.quantityText, change.quantityText);
    assignIfGiven(details.category, change.category);
    assignIfGiven(details.barcodes, change.barcodes);
    assignIfGiven(details.priceMinor, change.priceMinor);
    assignIfGiven(details.taxRateBp, change.taxRateBp);
    assignIfGiven(details.image, change.image);
    assignIfGiven(details.favouriteRank, change.favouriteRank);
    return details;
}

/// The product that a row of a catalogue means: by its SKU, else by one of its barcodes.
std::optional<ProductId> meant(Batch& batch, const ProductDetails& details)
{
    const Slice& slice = batch.slice();
    if (!details.sku.empty()) {
        if (const auto at = slice.skus.find(details.sku); at != slice.skus.end()) {
            return at->second;
        }
    }
    for (const std::string& barcode : details.barcodes) {
        if (const auto at = slice.barcodes.find(barcode); at != slice.barcodes.end()) {
            return at->second;
        }
    }
    return std::nullopt;
}

/// What an import makes of a product: what the row leaves empty stays.
ProductDetails merged(const ProductDetails& before, const ImportProducts::Row& row)
{
    ProductDetails details = row.details;
    const auto keepIfEmpty = [](std::string& field, const std::string& old) {
        if (field.empty()) {
            field = old;
        }
    };
    keepIfEmpty(details.sku, before.sku);
    keepIfEmpty(details.brand, before.brand);
    keepIfEmpty(details.quantityText, before.quantityText);
    if (details.barcodes.empty()) {
        details.barcodes = before.barcodes;
    }
    if (!row.givesPrice) {
        details.priceMinor = before.priceMinor;
        details.currency = before.currency;
    }
    if (!row.givesTaxRate) {
        details.taxRateBp = before.taxRateBp;
    }
    if (!row.givesCategory) {
        details.category = before.category;
    }
    if (!row.givesImage) {
        details.image = before.image;
    }
    if (details.favouriteRank == 0) {
        details.favouriteRank = before.favouriteRank;
    }
    return details;
}

ImportOutcome::Row importRow(Batch& batch, const ImportProducts::Row& row)
{
    const auto id = meant(batch, row.details);
    if (!id) {
        addProduct(batch, row.details, row.openingStock);
        return ImportOutcome::Row::Added;
    }
    ProductEntry* entry = batch.product(*id);
    HOLDFAST_ASSERT(entry != nullptr);
    ProductDetails details = merged(entry->product.details, row);
    if (details == entry->product.details) {
        return ImportOutcome::Row::Unchanged;
    }
    if (skuTaken(batch, details.sku, *id)) {
        return ImportOutcome::Row::SkuTaken;
    }
    if (barcodeTaken(batch, details.barcodes, *id)) {
        return ImportOutcome::Row::BarcodeTaken;
    }
    changeDetails(batch, *entry, std::move(details));
    return ImportOutcome::Row::Changed;
}

} // namespace

Outcome decide(Batch& batch, const MoveStock& command)
{
    ProductEntry* entry = batch.product(command.product);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::ProductNotFound};
    }
    const auto change = signedChange(command, entry->stock);
    if (!change) {
        return change.error();
    }
    if (entry->stock.available() + *change < 0) {
        return Refused{.code = RefusalCode::StockInUse, .limit = entry->stock.available()};
    }
    if (entry->stock.onHand + *change > limits::stockMax) {
        return Refused{.code = RefusalCode::StockLimit,
                       .limit = limits::stockMax - entry->stock.onHand};
    }
    moveOnHand(batch, command.product, command.kind, *change, command.reason);
    return MovementOutcome{batch.slice().movements.back(), entry->stock};
}

Outcome decide(Batch& batch, const CreateProduct& command)
{
    if (skuTaken(batch, command.details.sku, std::nullopt)) {
        return Refused{.code = RefusalCode::SkuTaken};
    }
    if (barcodeTaken(batch, command.details.barcodes, std::nullopt)) {
        return Refused{.code = RefusalCode::BarcodeTaken};
    }
    return outcomeOf(addProduct(batch, command.details, command.openingStock));
}

Outcome decide(Batch& batch, const ChangeProduct& command)
{
    ProductEntry* entry = batch.sellable(command.id);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::ProductNotFound};
    }
    if (command.ifMatchVersion && *command.ifMatchVersion != entry->product.version) {
        return Refused{.code = RefusalCode::PreconditionFailed};
    }
    if (command.version && *command.version != entry->product.version) {
        return Refused{.code = RefusalCode::VersionConflict};
    }
    const Currency currency = entry->product.details.currency;
    if (command.currency && *command.currency != currency) {
        return invalidField("currency", "the product is priced in " + std::string(currency.code()));
    }
    ProductDetails details = merged(entry->product.details, command);
    if (details == entry->product.details) {
        return outcomeOf(*entry);
    }
    if (skuTaken(batch, details.sku, command.id)) {
        return Refused{.code = RefusalCode::SkuTaken};
    }
    if (barcodeTaken(batch, details.barcodes, command.id)) {
        return Refused{.code = RefusalCode::BarcodeTaken};
    }
    changeDetails(batch, *entry, std::move(details));
    return outcomeOf(*entry);
}

Outcome decide(Batch& batch, const ArchiveProduct& command)
{
    ProductEntry* entry = batch.product(command.id);
    if (entry == nullptr) {
        return Refused{.code = RefusalCode::ProductNotFound};
    }
    if (command.ifMatchVersion && *command.ifMatchVersion != entry->product.version) {
        return Refused{.code = RefusalCode::PreconditionFailed};
    }
    if (!entry->product.archived) {
        entry->product.archived = true;
        ++entry->product.version;
        entry->product.updatedAt = batch.now();
        entry->detailsChanged = true;
        batch.record({.kind = EventKind::ProductArchived, .product = command.id});
    }
    return outcomeOf(*entry);
}

Outcome decide(Batch& batch, const ImportProducts& command)
{
    HOLDFAST_ASSERT(command.rows.size() <= limits::importRowsPerCommandMax);
    ImportOutcome outcome;
    outcome.rows.reserve(command.rows.size());
    for (const ImportProducts::Row& row : command.rows) {
        outcome.rows.push_back(importRow(batch, row));
    }
    return outcome;
}

} // namespace holdfast
