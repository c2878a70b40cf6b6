#include "server/ops/front_metrics.h"

#include "server/http/metrics_text.h"

namespace holdfast {

std::string frontMetrics(const http::Counters& counters)
{
    MetricsText text;
    text.gauge("http_connections_open", counters.connectionsOpen);
    text.counter("http_connections_accepted_total", counters.connectionsAccepted);
    text.counter("http_requests_total", counters.requests);
    text.counter("http_answers_abandoned_total", counters.answersAbandoned);
    text.counters("http_answers_total");
    for (std::size_t digit = 1; digit < counters.answersByClass.size(); ++digit) {
        text.sample("http_answers_total", "class", std::to_string(digit) + "xx",
                    counters.answersByClass[digit]);
    }
    text.counters("http_refused_total");
    for (std::size_t index = 0; index < counters.refused.size(); ++index) {
        const auto name = http::refusalName(static_cast<http::Refusal>(index));
        text.sample("http_refused_total", "reason",
                    {name.data(), static_cast<std::size_t>(name.size())}, counters.refused[index]);
    }
    return text.text();
}

} // namespace holdfast
