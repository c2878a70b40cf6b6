#include "server/cache/redis_writer.h"

#include "server/cache/product_codec.h"

#include <algorithm>

namespace holdfast {

namespace {

bool isOlder(const ProductView& a, const ProductView& b)
{
    return std::pair(a.product.version, a.stockVersion) <
           std::pair(b.product.version, b.stockVersion);
}

std::chrono::milliseconds chronoOf(Duration time)
{
    return std::chrono::milliseconds(time.ms);
}

std::string randomEpoch()
{
    std::random_device random;
    Uuid id;
    for (std::uint8_t& byte : id.bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return redis::hexOf(id);
}

} // namespace

RedisWriter::RedisWriter(const RedisOptions& options, RedisCounters& counters)
    : m_options(options), m_keys(options.shop), m_counters(counters),
      m_chance(std::random_device{}()), m_thread([this](const std::stop_token& stop) { run(stop); })
{}

// --- any thread -----------------------------------------------------------------------------

void RedisWriter::put(std::span<const ProductView> changed, RedisToken& known)
{
    const std::lock_guard lock(m_mutex);
    if (!m_accepting) {
        drop(changed.size());
        return;
    }
    const bool awake = hasWork();
    for (const ProductView& view : changed) {
        const auto place = m_waiting.find(view.product.id);
        if (place == m_waiting.end()) {
            m_waiting.emplace(view.product.id, Write{view, known});
        } else if (!isOlder(view, place->second.view)) {
            place->second = {view, known};
        }
    }
    known = m_known;
    if (m_waiting.size() > m_options.pendingMax) {
        overflow();
    }
    wakeUnless(awake);
}

void RedisWriter::drop(std::size_t count)
{
    m_counters.droppedWrites += count;
    m_epochNeeded = m_epochNeeded || count > 0;
    m_readable = false;
}

void RedisWriter::overflow()
{
    drop(m_waiting.size());
    m_waiting.clear();
    m_accepting = false; // until the new epoch is on its way: it makes up for these as well
}

void RedisWriter::fill(const ProductView& view, RedisToken token)
{
    const std::lock_guard lock(m_mutex);
    if (token.epoch.empty() || !m_readable || m_fills.size() >= limits::redisFillsPendingMax) {
        return;
    }
    const bool awake = hasWork();
    m_fills.push_back({view, std::move(token)});
    wakeUnless(awake);
}

void RedisWriter::announce(std::int64_t position)
{
    const std::lock_guard lock(m_mutex);
    const bool awake = hasWork();
    m_position = std::max(position, m_position.value_or(position));
    wakeUnless(awake);
}

/// A thread that knows of work is on its way already: no need to wake it between two rounds.
void RedisWriter::wakeUnless(bool awake)
{
    if (!awake) {
        m_wake.notify_one();
    }
}

void RedisWriter::forget()
{
    const std::lock_guard lock(m_mutex);
    m_epochNeeded = true;
    m_readable = false;
    m_wake.notify_one();
}

RedisToken RedisWriter::known() const
{
    const std::lock_guard lock(m_mutex);
    return m_known;
}

std::optional<std::string> RedisWriter::admits(ProductId id) const
{
    const std::lock_guard lock(m_mutex);
    const bool behind =
        m_waiting.contains(id) || std::binary_search(m_inFlight.begin(), m_inFlight.end(), id);
    return m_readable && !behind ? std::optional(m_runId) : std::nullopt;
}

void RedisWriter::suspect(const std::string& trouble)
{
    const std::lock_guard lock(m_mutex);
    m_readable = false;
    m_resumeAt = std::chrono::steady_clock::now() + chronoOf(m_options.retryPeriod);
    m_trouble = trouble;
    m_wake.notify_one();
}

bool RedisWriter::usable() const
{
    const std::lock_guard lock(m_mutex);
    return m_readable;
}

std::string RedisWriter::trouble() const
{
    const std::lock_guard lock(m_mutex);
    return m_trouble;
}

// --- the thread -----------------------------------------------------------------------------

void RedisWriter::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        if (m_connection == nullptr && !connect()) {
            pause(stop);
            continue;
        }
        waitForWork(stop);
        const Round round = takeRound();
        const bool done = (!round.raise || raiseEpoch()) && exchange(round);
        if (done) {
            finish();
        } else {
            fail(round.position);
            pause(stop);
        }
    }
}

bool RedisWriter::connect()
{
    auto opened = RedisConnection::open(m_options.url, m_options.writeTimeout);
    if (!opened || !m_scripts.load(**opened)) {
        ++m_counters.errors;
        const std::lock_guard lock(m_mutex);
        m_trouble = opened ? (*opened)->trouble() : opened.error();
        return false;
    }
    m_connection = std::move(*opened);
    m_counters.reconnects += m_connectedBefore;
    m_connectedBefore = true;
    const std::lock_guard lock(m_mutex);
    m_runId = m_connection->runId();
    m_epochNeeded = true; // Redis may have restarted from an old copy
    return true;
}

bool RedisWriter::hasWork() const
{
    return m_epochNeeded || !m_waiting.empty() || !m_fills.empty() || m_position;
}

/// Until there is something to write, and the last round is some time ago; or until it is time to
/// see whether Redis still answers.
void RedisWriter::waitForWork(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    const Time heartbeat = m_lastRound + chronoOf(m_options.retryPeriod);
    m_wake.wait_until(lock, stop, m_readable ? heartbeat : std::max(m_resumeAt, m_lastRound),
                      [this] { return hasWork(); });
    const Time next = m_lastRound + chronoOf(limits::redisPublishPeriod);
    m_wake.wait_until(lock, stop, next, [] { return false; });
}

RedisWriter::Round RedisWriter::takeRound()
{
    Round round;
    const std::lock_guard lock(m_mutex);
    round.raise = m_epochNeeded;
    // From here on nothing is dropped unnoticed: it is written, or the need for an epoch returns.
    m_epochNeeded = false;
    m_accepting = true;
    while (!m_waiting.empty() && round.commits.size() < limits::redisPipelineMax) {
        auto node = m_waiting.extract(m_waiting.begin());
        m_inFlight.push_back(node.key());
        round.commits.push_back(std::move(node.mapped()));
    }
    std::sort(m_inFlight.begin(), m_inFlight.end());
    round.fills.swap(m_fills);
    round.position.swap(m_position);
    return round;
}

bool RedisWriter::raiseEpoch()
{
    const std::string epoch = randomEpoch();
    const RedisReply reply = m_connection->call({"EVALSHA", m_scripts.raise, "1", m_keys.state,
                                                 epoch, std::to_string(redis::stateLife.ms)});
    if (reply == nullptr) {
        return false;
    }
    ++m_counters.epochRaises;
    const std::lock_guard lock(m_mutex);
    m_known = {epoch, "0"};
    return true;
}

/// All in one go; the last command also keeps the state alive and shows that Redis answers.
bool RedisWriter::exchange(const Round& round)
{
    for (const Write& write : round.commits) {
        append(write, "c");
    }
    for (const Write& write : round.fills) {
        append(write, "f");
    }
    if (round.position) {
        m_connection->append(
            {"PUBLISH", m_keys.channel,
             redis::hexOf(m_options.server) + ' ' + std::to_string(*round.position)});
    }
    m_connection->append({"PEXPIRE", m_keys.state, std::to_string(redis::stateLife.ms)});

    bool done = true;
    for (std::size_t index = 0; done && index < round.commits.size(); ++index) {
        done = settle("c");
    }
    for (std::size_t index = 0; done && index < round.fills.size(); ++index) {
        done = settle("f");
    }
    if (done && round.position) {
        done = m_connection->receive() != nullptr;
        ++m_counters.announcementsSent;
    }
    return done && settleHeartbeat();
}

void RedisWriter::append(const Write& write, std::string_view kind)
{
    const Product& product = write.view.product;
    m_connection->append({"EVALSHA", m_scripts.write, "2", m_keys.state, m_keys.value(product.id),
                          kind, write.known.epoch, write.known.generation,
                          std::to_string(product.version), std::to_string(write.view.stockVersion),
                          std::to_string(product.id.value), encodeProduct(write.view),
                          std::to_string(m_options.valueLife.ms),
                          std::to_string(m_options.recentChangesMax)});
}

bool RedisWriter::settle(std::string_view kind)
{
    const RedisReply reply = m_connection->receive();
    const RedisValue answer(reply.get());
    const auto what = answer.at(0).text();
    if (!what) {
        return false;
    }
    const bool committed = kind == "c";
    m_counters.writes += committed;
    m_counters.fillsKept += !committed && *what == redis::kept;
    m_counters.staleFills += !committed && *what == redis::stale;
    const std::lock_guard lock(m_mutex);
    if (*what == redis::lost) {
        m_epochNeeded = true;
        m_readable = false;
    } else {
        m_known = {std::string(answer.at(1).text().value_or("")),
                   std::string(answer.at(2).text().value_or(""))};
    }
    return true;
}

bool RedisWriter::settleHeartbeat()
{
    const RedisReply reply = m_connection->receive();
    const auto found = RedisValue(reply.get()).integer();
    if (found && *found == 0) { // the state is gone
        forget();
    }
    return found.has_value();
}

void RedisWriter::finish()
{
    m_lastRound = std::chrono::steady_clock::now();
    const std::lock_guard lock(m_mutex);
    m_inFlight.clear();
    if (!m_epochNeeded && m_lastRound >= m_resumeAt) {
        m_readable = true;
    }
}

void RedisWriter::fail(std::optional<std::int64_t> unsaid)
{
    ++m_counters.errors;
    const std::string trouble = m_connection->trouble();
    m_connection.reset();
    const std::lock_guard lock(m_mutex);
    drop(m_inFlight.size() + m_waiting.size());
    m_inFlight.clear();
    m_waiting.clear();
    m_fills.clear();
    m_accepting = false;
    m_known = {};
    m_position = std::max(m_position, unsaid); // nothing is less than any position
    m_trouble = trouble.empty() ? "an odd answer" : trouble;
}

std::chrono::milliseconds RedisWriter::retryTime()
{
    const std::int64_t period = m_options.retryPeriod.ms;
    return std::chrono::milliseconds(
        std::uniform_int_distribution(period * 3 / 4, period * 5 / 4)(m_chance));
}

void RedisWriter::pause(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, stop, retryTime(), [] { return false; });
}

} // namespace holdfast
