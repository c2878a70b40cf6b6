#pragma once

#include "shared/domain/instant.h"
#include "shared/domain/money.h"
#include "shared/domain/quantity.h"

#include <cstddef>
#include <cstdint>

/// Every limit of the product in one place. Going over one is an ordinary refusal, never a crash.
/// Lengths of text are in characters, as characterCount() counts them, unless the name says bytes.
namespace holdfast::limits {

// Goods
inline constexpr Units quantityMax = 1'000'000;
inline constexpr Units stockMax = 1'000'000'000;
inline constexpr Minor priceMinorMax = 1'000'000'000'000;
inline constexpr int taxRateBpMax = 10'000;
inline constexpr std::size_t skuLengthMax = 64;
inline constexpr std::size_t nameLengthMax = 200;
inline constexpr std::size_t shortTextLengthMax = 200;
inline constexpr std::size_t barcodeTextLengthMax = 48; ///< the longest Code 128 that scans well
inline constexpr std::size_t barcodesPerProductMax = 20;
inline constexpr std::int64_t favouriteRankMax = 1'000'000;
inline constexpr std::size_t importRowsPerCommandMax = 500;
inline constexpr std::size_t importRecordBytesMax = 65'536;

// Holds, orders, payments
inline constexpr std::size_t linesPerHoldMax = 200;
inline constexpr std::size_t discountsPerOrderMax = 200;
inline constexpr std::int64_t discountPercentBpMax = 10'000;
inline constexpr std::size_t noteLengthMax = 500;
inline constexpr Duration holdLifeMin = Duration::seconds(1);
inline constexpr Duration holdLifeMax = Duration::seconds(86'400);
inline constexpr Duration kioskHoldLifeMax = Duration::seconds(900);
inline constexpr Duration paymentDeadlineMax = Duration::seconds(7 * 86'400);
inline constexpr Minor amountMinorMax = 1'000'000'000'000'000;

// Requests
inline constexpr std::size_t requestBodyBytesMax = 1'048'576;
inline constexpr int jsonDepthMax = 64; ///< bodies are shallow; some work on them recurses
inline constexpr std::size_t idempotencyKeyLengthMax = 255;
inline constexpr std::size_t eventKeyLengthMax = 255;
inline constexpr std::size_t paymentRefLengthMax = 255;
inline constexpr std::size_t pageSizeMax = 500;
inline constexpr std::size_t pageSizeDefault = 50;
inline constexpr std::size_t searchTextLengthMax = 200;
inline constexpr std::size_t searchWordsMax = 8; ///< further ones are not looked at
/// Letters that are kept of a word for the search; MariaDB takes no more in an index.
inline constexpr std::size_t searchWordLengthMax = 255;
inline constexpr Duration changesWaitMax = Duration::seconds(30);
inline constexpr Duration answerRetention = Duration::seconds(2 * 86'400);
inline constexpr std::size_t answersForgottenAtOnce = 5'000;
/// Gateways repeat what was not answered for days; people ask about a payment for weeks.
inline constexpr Duration paymentEventRetention = Duration::seconds(90 * 86'400);
inline constexpr std::size_t eventsForgottenAtOnce = 500;
inline constexpr std::size_t eventsLookedAtAtOnce = 2'000; ///< to find those

// Webhooks (Standard Webhooks 1.0.0)
inline constexpr Duration webhookTolerance = Duration::seconds(300); ///< either way, edge included
inline constexpr std::size_t webhookIdBytesMax = 255;
inline constexpr std::size_t webhookTimestampDigitsMax = 12;
inline constexpr std::size_t webhookSignatureBytesMax = 4'096;
inline constexpr std::size_t webhookSignatureCountMax = 32;
inline constexpr std::size_t webhookSecretBytesMax = 512;
inline constexpr std::size_t webhookSecretBytesAdvised = 24; ///< the specification's lower bound
inline constexpr std::size_t webhookSecretCountMax = 16;
inline constexpr std::size_t webhookStatusBytesMax = 32;

// The writer
inline constexpr std::size_t batchCommandsMax = 256;
inline constexpr int gatherMicrosecondsMax = 500; ///< a batch waits so long for more, at most
inline constexpr std::size_t queueCommandsMax = 16'384;
inline constexpr Duration queueWaitMax = Duration::seconds(1);
inline constexpr int batchRetriesMax = 8;
inline constexpr std::size_t expiryChunkMax = 500;
inline constexpr std::size_t productMemoryEntriesMax = 50'000;  ///< that the writer remembers …
inline constexpr Duration productMemory = Duration::seconds(1); ///< … and for how long
inline constexpr Duration sweepPeriod = Duration{500};

// Reads
inline constexpr std::size_t readQueueMax = 4'096;
inline constexpr std::size_t productCacheEntriesMax = 200'000;
inline constexpr std::size_t changesPerAnswerMax = 1'000;
/// How often a server looks for what other servers have committed, when nobody tells it.
inline constexpr Duration followPeriod{50};
/// A server that has not heard for so long asks the database instead of its memory.
inline constexpr Duration stalenessMax = Duration::seconds(1);

// The check of the books while serving
inline constexpr std::size_t differencesNamedMax = 20;
/// It takes some 200 bytes of memory a record, one gigabyte at the most.
inline constexpr std::int64_t reconcileRecordsMax = 5'000'000;

// Redis
inline constexpr Duration redisTimeout = Duration{50};       ///< of a look-up: a caller waits
inline constexpr Duration redisWriteTimeout = Duration{500}; ///< of the rest: nobody waits
inline constexpr Duration redisRetryPeriod = Duration::seconds(1);
inline constexpr Duration redisPublishPeriod = Duration{2}; ///< between two writing round trips
inline constexpr Duration redisValueLife = Duration::seconds(600);
inline constexpr std::size_t redisPendingMax = 20'000; ///< products not written yet
inline constexpr std::size_t redisFillsPendingMax = 2'000;
inline constexpr std::size_t redisRecentChangesMax = 50'000;
inline constexpr std::size_t redisPipelineMax = 256;
inline constexpr std::size_t redisReadConnectionsMax = 8;

static_assert(holdLifeMin < holdLifeMax && kioskHoldLifeMax <= holdLifeMax);
static_assert(batchCommandsMax <= queueCommandsMax);
static_assert(pageSizeDefault <= pageSizeMax);
// When an event is forgotten, its order has long been paid or cancelled.
static_assert(paymentDeadlineMax < paymentEventRetention);

} // namespace holdfast::limits
