// tests/unit/base_metrics.cpp — What a scrape sees.
#include "lib/base/metrics.h"

#include "lib/base/metrics_http.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(Metrics) {
    static bool has(const std::string& line) {
        return ("\n" + metrics::text()).find("\n" + line + "\n") != std::string::npos;
    }
};

TEST(Metrics, CountersAddUpPerLabel) {
    constexpr metrics::Counter kCounter{"billet_unit_total", "Of this test.", "kind"};

    metrics::count(kCounter, "a");
    metrics::count(kCounter, "a", 2);
    metrics::count(kCounter, "b");

    CHECK_TRUE(has("# TYPE billet_unit_total counter"));
    CHECK_TRUE(has("billet_unit_total{kind=\"a\"} 3"));
    CHECK_TRUE(has("billet_unit_total{kind=\"b\"} 1"));
}

TEST(Metrics, GaugesAreSetAndMoved) {
    constexpr metrics::Gauge kGauge{"billet_unit_gauge", "Of this test.", nullptr};

    metrics::set(kGauge, 5);
    metrics::add(kGauge, -2);

    CHECK_TRUE(has("billet_unit_gauge 3"));
}

TEST(Metrics, HistogramsCountIntoBuckets) {
    constexpr metrics::Histogram kHistogram{"billet_unit_seconds", "Of this test.", nullptr};

    metrics::observe(kHistogram, 0.0004);
    metrics::observe(kHistogram, 0.3);
    metrics::observe(kHistogram, 60);

    CHECK_TRUE(has("billet_unit_seconds_bucket{le=\"0.0005\"} 1"));
    CHECK_TRUE(has("billet_unit_seconds_bucket{le=\"0.5\"} 2"));
    CHECK_TRUE(has("billet_unit_seconds_bucket{le=\"+Inf\"} 3"));
    CHECK_TRUE(has("billet_unit_seconds_count 3"));
}

TEST(Metrics, AScrapeIsOneWholeAnswer) {
    CHECK_FALSE(metrics::has_whole_head("GET /metrics HTTP/1.1\r\nHost: x\r\n"));
    CHECK_TRUE(metrics::has_whole_head("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"));

    const std::string answer = metrics::http_answer("GET /metrics HTTP/1.1\r\n\r\n");

    const std::size_t body = answer.find("\r\n\r\n") + 4;
    CHECK_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK_TRUE(answer.find("Content-Length: " + std::to_string(answer.size() - body) + "\r\n") < body);
    CHECK_TRUE(metrics::http_answer("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
}
