#include "server/ops/journal_metrics.h"

#include "server/http/metrics_text.h"

namespace holdfast {

std::string journalMetrics(const JournalWatch& watch)
{
    const std::chrono::duration<double> lag = watch.lag();
    MetricsText text;
    text.gauge("journal_lag_seconds", lag.count(), 6);
    text.counter("journal_replaced_total", watch.resets());
    return text.text();
}

} // namespace holdfast
