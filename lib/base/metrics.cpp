// lib/base/metrics.cpp — The registry of prometheus-cpp behind the constants of metrics.h.
#include "lib/base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <shared_mutex>

namespace billet::metrics {
namespace {

prometheus::Registry& registry() {
    static prometheus::Registry instance;
    return instance;
}

// 0.5 ms to 10 s: below it is noise, above it a deadline has passed.
const prometheus::Histogram::BucketBoundaries kBuckets{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                       0.1,    0.2,   0.5,   1,     2,    5,    10};

prometheus::Labels labels_of(const char* label, std::string_view value) {
    if (label == nullptr) return {};
    return {{label, std::string(value)}};
}

prometheus::Counter& make(const Counter& metric, std::string_view value) {
    return prometheus::BuildCounter()
        .Name(metric.name)
        .Help(metric.help)
        .Register(registry())
        .Add(labels_of(metric.label, value));
}

prometheus::Gauge& make(const Gauge& metric, std::string_view value) {
    return prometheus::BuildGauge()
        .Name(metric.name)
        .Help(metric.help)
        .Register(registry())
        .Add(labels_of(metric.label, value));
}

prometheus::Histogram& make(const Histogram& metric, std::string_view value) {
    return prometheus::BuildHistogram()
        .Name(metric.name)
        .Help(metric.help)
        .Register(registry())
        .Add(labels_of(metric.label, value), kBuckets);
}

// The series by name and label value: the registry's own look-up costs too much for every request.
template <typename Series>
class SeriesCache {
public:
    template <typename Metric>
    Series& of(const Metric& metric, std::string_view value) {
        const Key key{metric.name, value};
        {
            const std::shared_lock lock(mutex_);
            if (const auto found = series_.find(key); found != series_.end()) return *found->second;
        }
        const std::unique_lock lock(mutex_);
        auto& slot = series_[{key.first, std::string(value)}];
        if (slot == nullptr) slot = &make(metric, value);
        return *slot;
    }

private:
    using Key = std::pair<std::string_view, std::string_view>;
    struct Less {
        using is_transparent = void;
        template <typename A, typename B>
        bool operator()(const A& a, const B& b) const {
            const std::string_view a_name(a.first), b_name(b.first);
            return a_name != b_name ? a_name < b_name : std::string_view(a.second) < std::string_view(b.second);
        }
    };

    std::shared_mutex mutex_;
    std::map<std::pair<std::string_view, std::string>, Series*, Less> series_;
};

template <typename Series, typename Metric>
Series& series_of(const Metric& metric, std::string_view value) {
    static SeriesCache<Series> cache;
    return cache.of(metric, value);
}

}  // namespace

void count(const Counter& counter, std::string_view label_value, double by) {
    series_of<prometheus::Counter>(counter, label_value).Increment(by);
}

void set(const Gauge& gauge, double value, std::string_view label_value) {
    series_of<prometheus::Gauge>(gauge, label_value).Set(value);
}

void add(const Gauge& gauge, double by, std::string_view label_value) {
    series_of<prometheus::Gauge>(gauge, label_value).Increment(by);
}

void observe(const Histogram& histogram, double seconds, std::string_view label_value) {
    series_of<prometheus::Histogram>(histogram, label_value).Observe(seconds);
}

std::string text() {
    return prometheus::TextSerializer().Serialize(registry().Collect());
}

}  // namespace billet::metrics
