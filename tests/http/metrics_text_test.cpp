#include "server/http/metrics_text.h"

#include <QTest>

using namespace holdfast;

/// Byte for byte, as it is read by programs that nobody here has written.
class TestMetricsText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countersAndGauges();
    void aFamilyOfCounters();
};

void TestMetricsText::countersAndGauges()
{
    MetricsText text;
    QCOMPARE(text.text(), std::string());
    text.counter("sales_total", UINT64_MAX);
    text.gauge("queue", 0);
    text.gauge("lag_seconds", 0.25, 6);
    text.gauge("at_seconds", 1'800'000'000.1236, 3);
    QCOMPARE(text.text(), std::string("# TYPE holdfast_sales_total counter\n"
                                      "holdfast_sales_total 18446744073709551615\n"
                                      "# TYPE holdfast_queue gauge\n"
                                      "holdfast_queue 0\n"
                                      "# TYPE holdfast_lag_seconds gauge\n"
                                      "holdfast_lag_seconds 0.250000\n"
                                      "# TYPE holdfast_at_seconds gauge\n"
                                      "holdfast_at_seconds 1800000000.124\n"));
}

void TestMetricsText::aFamilyOfCounters()
{
    MetricsText text;
    text.counters("answers_total");
    text.sample("answers_total", "class", "2xx", 7);
    text.sample("answers_total", "class", "5xx", 0);
    QCOMPARE(text.text(), std::string("# TYPE holdfast_answers_total counter\n"
                                      "holdfast_answers_total{class=\"2xx\"} 7\n"
                                      "holdfast_answers_total{class=\"5xx\"} 0\n"));
}

QTEST_GUILESS_MAIN(TestMetricsText)
#include "metrics_text_test.moc"
