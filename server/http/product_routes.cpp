#include "server/http/call.h"

#include "shared/protocol/encode.h"

namespace holdfast {

namespace {

using http::Method;

bool matchesEtag(const http::Request& request, const QByteArray& etag)
{
    const QByteArray given = request.header("if-none-match");
    if (given.isEmpty()) {
        return false;
    }
    for (const QByteArray& each : given.split(',')) {
        const QByteArray tag = each.trimmed();
        if (tag == "*" || tag == etag || (tag.startsWith("W/") && tag.mid(2) == etag)) {
            return true;
        }
    }
    return false;
}

void answerProduct(const http::Request& request, const http::Reply& reply,
                   const CachedProduct& product)
{
    if (matchesEtag(request, product.etag)) {
        http::Response notModified;
        notModified.status = 304;
        notModified.with("ETag", product.etag);
        reply.send(std::move(notModified));
        return;
    }
    reply.send(http::Response::fromBlock(200, product.answer));
}

using ProductAnswer = std::function<void(const Call&, const CachedProduct&)>;

/// What is remembered may be sent: it is as new as this server has promised.
bool memoryCounts(const ApiParts& parts)
{
    return parts.others == nullptr || parts.others->isCurrent();
}

/// What the database knows of a product, unless the servers share a cache that does. Fills the
/// caches. Null when there is no such product.
Queried<CachedProductPtr> readProduct(const ApiParts& parts, ShopReader& reader, ProductId id)
{
    const std::uint64_t generation = parts.cache.generation();
    RedisCache* const sharedCache = memoryCounts(parts) ? parts.sharedCache : nullptr;
    RedisCache::Found shared;
    if (sharedCache != nullptr) {
        shared = sharedCache->find(id);
    }
    if (shared.view) {
        return parts.cache.fill(*shared.view, generation);
    }
    const auto view = reader.products.byId(id);
    if (!view) {
        return Failure<QueryError>(view.error());
    }
    if (!*view) {
        return CachedProductPtr();
    }
    if (sharedCache != nullptr) {
        sharedCache->fill(**view, std::move(shared.token));
    }
    return parts.cache.fill(**view, generation);
}

/// From the cache at once, else by a reading thread that fills the cache. An archived product is
/// not found.
void withProduct(Call&& call, ProductAnswer answer)
{
    const auto id = pathProduct(call);
    if (!id) {
        return;
    }
    const CachedProductPtr cached =
        memoryCounts(call.parts) ? call.parts.cache.find(*id) : CachedProductPtr();
    if (cached != nullptr) {
        if (cached->view.product.archived) {
            refuse(call, Refused{.code = RefusalCode::ProductNotFound});
        } else {
            answer(call, *cached);
        }
        return;
    }
    read(std::move(call), [id, answer = std::move(answer)](const Call& asked, ShopReader& reader) {
        const auto product = readProduct(asked.parts, reader, *id);
        if (!product) {
            refuse(asked, product.error());
        } else if (*product == nullptr || (*product)->view.product.archived) {
            refuse(asked, Refused{.code = RefusalCode::ProductNotFound});
        } else {
            answer(asked, **product);
        }
    });
}

void getProduct(Call&& call)
{
    withProduct(std::move(call), [](const Call& asked, const CachedProduct& product) {
        answerProduct(asked.request, asked.reply, product);
    });
}

void getAvailableStock(Call&& call)
{
    withProduct(std::move(call), [](const Call& asked, const CachedProduct& product) {
        answerJson(asked, 200, dataAnswer([&product](JsonWriter& json) {
                       json.beginObject()
                           .field("product_id", product.view.product.id)
                           .field("available_stock", product.view.stock.available())
                           .endObject();
                   }));
    });
}

void listProducts(Call&& call)
{
    const auto page = pageRequest(call);
    if (!page) {
        return;
    }
    QueryReader query(call);
    ProductFilter filter{.search = query.text("q", limits::searchTextLengthMax).value_or(""),
                         .category = query.text("category"),
                         .barcode = query.text("barcode"),
                         .updatedSince = query.instant("updated_since")};
    if (query.refuseIfWrong()) {
        return;
    }
    read(
        std::move(call), [filter = std::move(filter), page](const Call& asked, ShopReader& reader) {
            const auto products = reader.products.list(filter, *page);
            if (!products) {
                refuse(asked, products.error());
                return;
            }
            answerJson(asked, 200, listAnswer(products->items, products->nextCursor, writeProduct));
        });
}

void createProduct(Call&& call)
{
    auto command = decodeCreateProduct(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    submit(std::move(call), std::move(*command));
}

/// The details version out of "1.7"; nothing for "*" and without the header. An ETag that is not
/// one of ours is version 0, which no product has. Stock that moved meanwhile is no conflict: it
/// is not what is edited.
std::optional<std::int64_t> ifMatchVersion(const Call& call)
{
    QByteArray etag = call.request.header("if-match").trimmed();
    if (etag.isEmpty() || etag == "*") {
        return std::nullopt;
    }
    if (etag.size() < 2 || !etag.startsWith('"') || !etag.endsWith('"')) {
        return 0;
    }
    etag = etag.mid(1, etag.size() - 2);
    bool isNumber = false;
    const qlonglong version = etag.left(etag.indexOf('.')).toLongLong(&isNumber);
    return isNumber ? version : 0;
}

void changeProduct(Call&& call)
{
    const auto id = pathProduct(call);
    if (!id) {
        return;
    }
    auto command = decodeChangeProduct(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    command->id = *id;
    command->ifMatchVersion = ifMatchVersion(call);
    submit(std::move(call), std::move(*command));
}

void archiveProduct(Call&& call)
{
    if (const auto id = pathProduct(call)) {
        const auto version = ifMatchVersion(call);
        submit(std::move(call), ArchiveProduct{.id = *id, .ifMatchVersion = version});
    }
}

void moveStock(Call&& call)
{
    auto command = decodeMoveStock(call.body());
    if (!command) {
        refuse(call, command.error());
        return;
    }
    submit(std::move(call), std::move(*command));
}

void listMovements(Call&& call)
{
    const auto page = pageRequest(call);
    if (!page) {
        return;
    }
    QueryReader query(call);
    const auto product = query.integer("product_id", 1, INT64_MAX);
    const auto productShort = query.integer("product", 1, INT64_MAX);
    MovementFilter filter{.kind = query.word("kind", parseMovementKind),
                          .from = query.instant("from"),
                          .to = query.instant("to")};
    if (query.refuseIfWrong()) {
        return;
    }
    if (product || productShort) {
        filter.product = ProductId{product ? *product : *productShort};
    }
    read(std::move(call), [filter, page](const Call& asked, ShopReader& reader) {
        const auto movements = reader.records.movements(filter, *page);
        if (!movements) {
            refuse(asked, movements.error());
            return;
        }
        answerJson(asked, 200,
                   listAnswer(movements->items, movements->nextCursor,
                              [](JsonWriter& json, const StockMovement& movement) {
                                  json.beginObject();
                                  writeMovement(json, movement);
                                  json.endObject();
                              }));
    });
}

} // namespace

void addProductRoutes(http::Router& router, const ApiParts& parts)
{
    addRoute(router, parts, Method::Get, "/api/products", Access::Public, listProducts);
    addRoute(router, parts, Method::Post, "/api/products", Access::Manager, createProduct);
    addRoute(router, parts, Method::Get, "/api/products/{id}", Access::Public, getProduct);
    addRoute(router, parts, Method::Patch, "/api/products/{id}", Access::Manager, changeProduct);
    addRoute(router, parts, Method::Delete, "/api/products/{id}", Access::Manager, archiveProduct);
    addRoute(router, parts, Method::Get, "/api/products/{id}/available-stock", Access::Public,
             getAvailableStock);
    addRoute(router, parts, Method::Post, "/api/stock/movements", Access::Manager, moveStock);
    addRoute(router, parts, Method::Get, "/api/stock/movements", Access::Manager, listMovements);
}

} // namespace holdfast
