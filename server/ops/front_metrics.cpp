#include "server/ops/front_metrics.h"

namespace holdfast {

namespace {

void addType(std::string& text, std::string_view name, std::string_view type)
{
    text += "# TYPE holdfast_" + std::string(name) + ' ' + std::string(type) + '\n';
}

void addSample(std::string& text, std::string_view name, std::string_view label,
               std::string_view value, quint64 number)
{
    text += "holdfast_" + std::string(name);
    if (!label.empty()) {
        text += '{' + std::string(label) + "=\"" + std::string(value) + "\"}";
    }
    text += ' ' + std::to_string(number) + '\n';
}

} // namespace

std::string frontMetrics(const http::Counters& counters)
{
    std::string text;
    addType(text, "http_connections_open", "gauge");
    addSample(text, "http_connections_open", {}, {}, counters.connectionsOpen);
    addType(text, "http_connections_accepted_total", "counter");
    addSample(text, "http_connections_accepted_total", {}, {}, counters.connectionsAccepted);
    addType(text, "http_requests_total", "counter");
    addSample(text, "http_requests_total", {}, {}, counters.requests);
    addType(text, "http_answers_abandoned_total", "counter");
    addSample(text, "http_answers_abandoned_total", {}, {}, counters.answersAbandoned);
    addType(text, "http_answers_total", "counter");
    for (std::size_t digit = 1; digit < counters.answersByClass.size(); ++digit) {
        addSample(text, "http_answers_total", "class", std::to_string(digit) + "xx",
                  counters.answersByClass[digit]);
    }
    addType(text, "http_refused_total", "counter");
    for (std::size_t index = 0; index < counters.refused.size(); ++index) {
        const auto name = http::refusalName(static_cast<http::Refusal>(index));
        addSample(text, "http_refused_total", "reason",
                  {name.data(), static_cast<std::size_t>(name.size())}, counters.refused[index]);
    }
    return text;
}

} // namespace holdfast
