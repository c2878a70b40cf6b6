#include "server/ops/serve.h"

#include "server/feed/journal_follower.h"
#include "server/http/api.h"
#include "server/http/front/server.h"
#include "server/ops/catalogue_loader.h"
#include "server/ops/commit_hub.h"
#include "server/ops/front_metrics.h"
#include "server/ops/journal_metrics.h"
#include "server/ops/log.h"
#include "server/ops/reconciler.h"
#include "server/ops/start_connections.h"
#include "server/ops/stop_signals.h"
#include "server/ops/tls.h"
#include "server/ops/trouble_log.h"
#include "server/payments/canonical_webhook.h"
#include "server/store/sql_ledger_store.h"

#include <QCoreApplication>
#include <QTimer>
#include <QUuid>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <unistd.h>

namespace holdfast {

namespace {

constexpr int exitCannotStart = 1;
constexpr int exitBadConfig = 2;
constexpr int readerThreads = 2;
constexpr int threadsWithConnection = readerThreads + 2; ///< and the writer's, and the follower's
constexpr std::chrono::milliseconds feedTick{50};
constexpr std::chrono::seconds drainDeadline{10};
constexpr std::chrono::milliseconds firstReconcileMax{60'000};

void complain(const std::string& text)
{
    std::fprintf(stderr, "holdfast-server: %s\n", text.c_str());
}

bool isLoopback(const QString& host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

Log::Form logForm(const Config& config)
{
    const bool text = config.logFormat == LogFormat::Text ||
                      (config.logFormat == LogFormat::Automatic && isatty(STDERR_FILENO) == 1);
    return text ? Log::Form::Text : Log::Form::Json;
}

std::optional<SecretHash> bootstrapHash(const Config& config)
{
    return config.adminToken ? std::optional(hashSecret(*config.adminToken)) : std::nullopt;
}

/// What cannot work together, checked before anything is opened.
Result<http::ServerOptions, std::string> frontOptions(const Config& config)
{
    if (config.demo && !isLoopback(config.listenHost)) {
        return Failure<std::string>("--demo serves on a loopback address only, not on " +
                                    config.listenHost.toStdString());
    }
    http::ServerOptions options;
    options.host = config.listenHost;
    options.port = config.listenPort;
    options.threads = config.threads > 0
                          ? config.threads
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    auto proxies = http::TrustedProxies::parse(config.trustedProxies);
    if (!proxies) {
        return Failure<std::string>("--trust-proxy: " + proxies.error().toStdString());
    }
    options.trustedProxies = std::move(*proxies);
    auto tls = loadTls(config.tlsCertificateFile, config.tlsKeyFile);
    if (!tls) {
        return Failure<std::string>(tls.error());
    }
    options.tls = std::move(*tls);
    return options;
}

/// The sample goods, when the shop has none.
Result<void, std::string> seedDemo(const Config& config, WritableDatabase& database)
{
    bool empty = true;
    database.connection->statement("SELECT 1 FROM products LIMIT 1")
        .each([&empty](const sql::Statement&) { empty = false; });
    if (!config.demo || !empty) {
        return {};
    }
    LocalLedger ledger(std::move(database), config.rules);
    const auto summary = loadSampleCatalogue(ledger);
    if (!summary) {
        return Failure<std::string>(summary.error());
    }
    return {};
}

struct PreparedDatabase
{
    std::unique_ptr<sql::WriteLock> claim; ///< kept as long as the server runs
    std::unique_ptr<sql::WriteLock> lock;  ///< of the writer
    Uuid shop = {};
};

Uuid shopId(sql::Connection& connection)
{
    Uuid id;
    connection.statement("SELECT id FROM shop").each([&id](const sql::Statement& row) {
        id = row.uuid(0);
    });
    return id;
}

/// Opens, claims, migrates and seeds; the connection is closed again, as the writer has its own.
Result<PreparedDatabase, std::string> prepareDatabase(const Config& config,
                                                      const sql::DatabaseUrl& url)
{
    auto claim = sql::WriteLock::open(url);
    if (!claim) {
        return Failure<std::string>(claim.error());
    }
    if (const auto claimed = (*claim)->claimServing(); !claimed) {
        return Failure<std::string>(claimed.error());
    }
    auto lock = sql::WriteLock::open(url);
    auto database = WritableDatabase::open(config.database);
    if (!lock || !database) {
        return Failure<std::string>(!lock ? lock.error() : database.error());
    }
    const Uuid shop = shopId(*database->connection);
    if (const auto seeded = seedDemo(config, *database); !seeded) {
        return Failure<std::string>(seeded.error());
    }
    return PreparedDatabase{std::move(*claim), std::move(*lock), shop};
}

std::optional<RedisOptions> redisOptions(const Config& config, const Uuid& shop)
{
    if (!config.redis) {
        return std::nullopt;
    }
    RedisOptions options{.url = *config.redis, .shop = shop};
    const QByteArray server = QUuid::createUuid().toRfc4122();
    std::copy(server.begin(), server.end(), options.server.bytes.begin());
    return options;
}

/// The parts in the order in which they need each other; they go in the opposite order.
class Server
{
public:
    Server(const Config& config, const sql::DatabaseUrl& url, http::ServerOptions options,
           std::vector<WebhookSecret> secrets, PreparedDatabase prepared)
        : m_log(logForm(config)), m_prepared(std::move(prepared)),
          m_connections(url, threadsWithConnection), m_tokens(bootstrapHash(config), config.demo),
          m_ledger(config.rules), m_readers(readerConnection(), readerThreads),
          m_feed(m_readers, m_clock), m_redis(linkToRedis(redisOptions(config, m_prepared.shop))),
          m_hub(m_cache, m_tokens, m_feed, m_readers, m_watch, m_redis.get()),
          m_webhooks(std::move(secrets),
                     config.demo ? SignaturePolicy::UnsignedAccepted : SignaturePolicy::Required),
          m_trouble(m_log, m_clock, m_watch),
          m_writer(m_ledger, m_clock, m_queue, m_hub, [this] { return openStore(); },
                   {.batchMax = config.batchMax, .sweepPeriod = limits::sweepPeriod}),
          m_parts{m_clock,
                  m_queue,
                  m_readers,
                  m_cache,
                  m_redis == nullptr ? nullptr : &m_redis->cache(),
                  m_feed,
                  m_tokens,
                  m_webhooks,
                  m_webhookCounters,
                  m_writer.counters(),
                  [this] { return partMetrics(); },
                  [this] { return m_ready.load(); },
                  HOLDFAST_VERSION,
                  url.engine == sql::Engine::Sqlite ? nullptr : &m_watch},
          m_demo(config.demo)
    {
        options.accessLog = [this](const http::AccessRecord& record) { logAccess(record); };
        m_front.emplace(std::move(options), makeApiRouter(m_parts));
    }

    /// Before the first request can come, which may bring a token.
    [[nodiscard]] bool startFollowing(const sql::DatabaseUrl& url);

    void startReconciling(const sql::DatabaseUrl& url, std::chrono::minutes period);

    [[nodiscard]] int run(const Config& config);

private:
    void logAccess(const http::AccessRecord& record)
    {
        // Ordinary requests are counted; a line for each would cost more than the request.
        if (record.status >= 500) {
            m_log.write(LogLevel::Error, "request_failed", m_clock.now(),
                        {{"route", record.route.toByteArray().toStdString()},
                         {"status", std::to_string(record.status)},
                         {"request_id", record.requestId.toByteArray().toStdString()}});
        }
    }

    /// Opens a connection in the thread that is to use it.
    [[nodiscard]] ReadPool::Connect readerConnection()
    {
        return [this] { return m_connections.open(sql::Access::ReadOnly); };
    }

    [[nodiscard]] std::unique_ptr<LedgerStore> openStore()
    {
        return std::make_unique<SqlLedgerStore>(m_connections.open(sql::Access::ReadWrite),
                                                std::move(m_prepared.lock), &m_trouble);
    }

    [[nodiscard]] std::unique_ptr<RedisLink> linkToRedis(const std::optional<RedisOptions>& options)
    {
        return options ? std::make_unique<RedisLink>(*options, m_watch) : nullptr;
    }

    [[nodiscard]] std::string partMetrics() const
    {
        return frontMetrics(m_front->counters()) + journalMetrics(m_watch) +
               (m_redis == nullptr ? "" : m_redis->metrics()) +
               (m_reconciler ? m_reconciler->metrics() : "");
    }

    void announce(const Config& config, quint16 port);
    void stop();

    SystemClock m_clock;
    Log m_log;
    PreparedDatabase m_prepared;
    StartConnections m_connections;
    CommandQueue m_queue;
    ProductCache m_cache;
    TokenDirectory m_tokens;
    Ledger m_ledger;
    ReadPool m_readers;
    ChangeFeed m_feed;
    JournalWatch m_watch;
    std::unique_ptr<RedisLink> m_redis;
    CommitHub m_hub;
    CanonicalGateway m_webhooks;
    WebhookCounters m_webhookCounters;
    TroubleLog m_trouble;
    Writer m_writer;
    ApiParts m_parts;
    std::optional<Reconciler> m_reconciler;
    std::optional<http::HttpServer> m_front;
    std::optional<JournalFollower> m_follower;
    std::atomic<bool> m_ready{false};
    bool m_demo;
};

void Server::announce(const Config& config, quint16 port)
{
    const bool bracketed = config.listenHost.contains(QLatin1Char(':'));
    const std::string host =
        bracketed ? '[' + config.listenHost.toStdString() + ']' : config.listenHost.toStdString();
    const char* scheme = config.tlsCertificateFile.isEmpty() ? "http" : "https";
    if (m_demo) {
        std::printf("DEMO: no access tokens and no webhook signatures are asked for; "
                    "for trying out on this machine only\n");
    }
    std::printf("listening on %s://%s:%d\n", scheme, host.c_str(), int{port});
    std::fflush(stdout);
    m_log.write(LogLevel::Info, "started", m_clock.now(), {{"port", std::to_string(port)}});
}

bool Server::startFollowing(const sql::DatabaseUrl& url)
{
    const auto connection = sql::Connection::open(url, sql::Access::ReadOnly);
    if (!connection) {
        complain(connection.error());
        return false;
    }
    ShopReader reader(**connection);
    const auto begun = std::chrono::steady_clock::now();
    // The place first: what is committed while the tokens are read is heard of afterwards.
    const auto head = reader.journal.head();
    if (!head || !m_hub.loadTokens(reader)) {
        complain("the journal and the access tokens cannot be read");
        return false;
    }
    m_watch.advance(*head);
    m_watch.caughtUp(begun);
    m_follower.emplace(readerConnection(), m_watch, m_hub);
    if (const auto opened = m_connections.wait(); !opened) {
        complain(opened.error());
        return false;
    }
    return true;
}

void Server::startReconciling(const sql::DatabaseUrl& url, std::chrono::minutes period)
{
    const std::chrono::milliseconds apart = period;
    m_reconciler.emplace(
        [url] { return sql::Connection::open(url, sql::Access::ReadOnly); },
        Reconciler::Timing{.first = std::min(apart / 6, firstReconcileMax), .period = apart},
        m_clock, m_log);
}

int Server::run(const Config& config)
{
    const auto port = m_front->start();
    if (!port) {
        complain(port.error().toStdString());
        return exitCannotStart;
    }
    QTimer feedTimer;
    QObject::connect(&feedTimer, &QTimer::timeout, &feedTimer, [this] {
        m_feed.tick();
        m_hub.tick();
        m_trouble.tick(m_writer.counters().storage, m_redis.get());
    });
    feedTimer.start(feedTick);
    const StopSignals signals;
    m_ready = true;
    announce(config, *port);
    QCoreApplication::exec();
    stop();
    return 0;
}

void Server::stop()
{
    m_ready = false;
    m_log.write(LogLevel::Info, "stopping", m_clock.now());
    m_front->stopAccepting();
    m_feed.stop();
    const bool clean = m_front->drain(drainDeadline);
    // After everybody has an answer: one of these may be waiting for a database that says nothing.
    m_follower.reset();
    if (m_reconciler) {
        m_reconciler->stop();
    }
    // Reads whose callers have gone may still be queued; they use what is about to go.
    m_readers.stop();
    m_log.write(clean ? LogLevel::Info : LogLevel::Warning, "stopped", m_clock.now(),
                {{"clean", clean ? "true" : "false"}});
}

} // namespace

int serve(const Config& config)
{
    auto options = frontOptions(config);
    const auto url = sql::DatabaseUrl::parse(config.database);
    auto secrets = parseWebhookSecrets(config.webhookSecrets);
    if (!options || !url || !secrets) {
        complain(!options ? options.error()
                 : !url   ? "--database: " + url.error()
                          : "--webhook-secret: " + secrets.error());
        return exitBadConfig;
    }
    auto prepared = prepareDatabase(config, *url);
    if (!prepared) {
        complain(prepared.error());
        return exitCannotStart;
    }
    http::raiseDescriptorLimit();
    Server server(config, *url, std::move(*options), std::move(*secrets), std::move(*prepared));
    if (!server.startFollowing(*url)) {
        return exitCannotStart;
    }
    if (config.reconcilePeriod.count() > 0) {
        server.startReconciling(*url, config.reconcilePeriod);
    }
    return server.run(config);
}

} // namespace holdfast
