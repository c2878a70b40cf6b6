#include "server/ops/journal_metrics.h"

namespace holdfast {

std::string journalMetrics(const JournalWatch& watch)
{
    const std::chrono::duration<double> lag = watch.lag();
    return "# TYPE holdfast_journal_lag_seconds gauge\nholdfast_journal_lag_seconds " +
           std::to_string(lag.count()) +
           "\n# TYPE holdfast_journal_replaced_total counter\nholdfast_journal_replaced_total " +
           std::to_string(watch.resets()) + '\n';
}

} // namespace holdfast
