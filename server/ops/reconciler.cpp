#include "server/ops/reconciler.h"

#include "server/http/metrics_text.h"

#include <array>
#include <cstdio>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace holdfast {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// The last of all for the processor: sales come first. Linux has this for single threads.
void takeLowestPriority()
{
    static constexpr int lowest = 19;
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), lowest);
}

std::string shownSeconds(double seconds)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", seconds);
    return text.data();
}

} // namespace

Reconciler::Reconciler(Connect connect, Timing timing, const Clock& clock, Log& log)
    : m_connect(std::move(connect)), m_timing(timing), m_clock(clock), m_log(log),
      m_thread([this] { loop(); })
{}

Reconciler::~Reconciler()
{
    stop();
}

void Reconciler::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

bool Reconciler::stopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopped;
}

bool Reconciler::wait(std::chrono::nanoseconds time)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, time, [this] { return m_stopped; });
}

void Reconciler::loop()
{
    takeLowestPriority();
    for (bool goesOn = wait(m_timing.first); goesOn; goesOn = wait(m_timing.period)) {
        run();
        malloc_trim(0); // a run takes much memory, and the next is far away
    }
}

void Reconciler::run()
{
    const auto connection = m_connect();
    if (!connection) {
        noteFailure(connection.error());
        return;
    }
    const auto started = SteadyClock::now();
    auto rested = started;
    const ReconcileTerms terms{.mayGoOn = [this] { return !stopped(); },
                               .rest =
                                   [this, &rested] {
                                       wait(m_timing.restShare * (SteadyClock::now() - rested));
                                       rested = SteadyClock::now();
                                   }};
    const auto report = reconcile(**connection, terms);
    if (!report) {
        noteFailure(report.error());
    } else if (!report->stopped) {
        note(*report, SteadyClock::now() - started);
    }
}

void Reconciler::note(const VerifyReport& report, std::chrono::duration<double> took)
{
    const Instant now = m_clock.now();
    {
        const std::lock_guard lock(m_mutex);
        ++m_figures.runs;
        m_figures.differences = report.differences.size();
        m_figures.records = report.records;
        m_figures.seconds = took.count();
        m_figures.at = now;
    }
    for (const Difference& difference : report.differences) {
        m_log.write(LogLevel::Error, "books_differ", now,
                    {{"where", difference.where},
                     {"expected", difference.expected},
                     {"found", difference.found}});
    }
    m_log.write(report.clean() ? LogLevel::Info : LogLevel::Error, "reconciled", now,
                {{"differences", std::to_string(report.differences.size())},
                 {"records", std::to_string(report.records)},
                 {"holds", std::to_string(report.holds)},
                 {"orders", std::to_string(report.orders)},
                 {"seconds", shownSeconds(took.count())}});
}

void Reconciler::noteFailure(const std::string& why)
{
    if (stopped()) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        ++m_figures.failures;
    }
    m_log.write(LogLevel::Warning, "reconcile_failed", m_clock.now(), {{"reason", why}});
}

std::string Reconciler::metrics() const
{
    Figures figures;
    {
        const std::lock_guard lock(m_mutex);
        figures = m_figures;
    }
    MetricsText text;
    text.counter("reconcile_runs_total", figures.runs);
    text.counter("reconcile_failures_total", figures.failures);
    text.gauge("reconcile_differences", figures.differences);
    text.gauge("reconcile_records", static_cast<std::uint64_t>(figures.records));
    text.gauge("reconcile_duration_seconds", figures.seconds, 3);
    text.gauge("reconcile_last_run_timestamp_seconds", static_cast<double>(figures.at.ms) / 1000,
               3);
    return text.text();
}

} // namespace holdfast
