#pragma once

#include "server/cache/redis_connection.h"
#include "server/cache/redis_options.h"
#include "shared/domain/product.h"

#include <string>
#include <string_view>

/// What Redis holds for a shop, and the scripts that are the only ones to touch it. Redis runs a
/// script as one step. Key names begin with "holdfast:{SHOP}:".
///
///   state   a hash: e the epoch (32 hexadecimal digits), g the generation of the markers,
///           and for each product with a recent committed change its marker "VERSION.STOCKVERSION"
///   p:ID    a value: the epoch, "VERSION.STOCKVERSION ", then the product (product_codec.h)
///   changes the channel: "SERVER POSITION"
///
/// Whatever else stands there counts as nothing and is replaced.
namespace holdfast::redis {

struct Keys
{
    std::string state;
    std::string values; ///< the beginning of a value's key
    std::string channel;

    explicit Keys(const Uuid& shop);
    [[nodiscard]] std::string value(ProductId id) const;
};

/// Scripts by the name that Redis gave to them.
struct Scripts
{
    std::string find;
    std::string write;
    std::string raise;

    /// False when the connection broke.
    [[nodiscard]] bool load(RedisConnection& connection);
};

/// Keys: state, value. Answers {epoch, generation, the value after its epoch, or nil}; nil when
/// there is no state.
extern const std::string_view findScript;

/// Keys: state, value. Arguments: kind ("c" committed, "f" fill), the epoch and generation that the
/// content is known to be younger than, version, stock version, product id, product, life of a
/// value in milliseconds, most markers. Answers {what became of it, epoch, generation}.
extern const std::string_view writeScript;
inline constexpr std::string_view kept = "kept";
inline constexpr std::string_view stale = "stale";     ///< something newer is known
inline constexpr std::string_view removed = "removed"; ///< committed, but cannot be judged
inline constexpr std::string_view lost = "lost";       ///< there is no state

/// Keys: state. Arguments: a new epoch, the life of the state in milliseconds.
extern const std::string_view raiseScript;

/// The state lives on while a server uses it, and does not stay for ever behind a shop that is
/// gone.
inline constexpr Duration stateLife = Duration::seconds(86'400);

[[nodiscard]] std::string hexOf(const Uuid& id);
[[nodiscard]] std::string versionsOf(const ProductView& view);

} // namespace holdfast::redis
