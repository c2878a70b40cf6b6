#pragma once

#include <QSocketNotifier>

#include <memory>

namespace holdfast {

/// Ends the event loop on SIGTERM or SIGINT while it lives.
class StopSignals
{
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// Called first in main, before any thread starts: threads inherit the mask.
    static void block();

private:
    int m_descriptor;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace holdfast
