// The thread that the engine lives on.
#pragma once

#include "app/sync/till_engine.h"

#include <QThread>

namespace holdfast {

class TillWorker
{
public:
    explicit TillWorker(TillEngine::MakeParts makeParts);
    /// Ends the thread after the step in hand; what is stored is sent by the next run.
    ~TillWorker();
    TillWorker(const TillWorker&) = delete;
    TillWorker& operator=(const TillWorker&) = delete;

    [[nodiscard]] TillEngine& engine() { return m_engine; }
    /// Call it when everyone listens: the first signals tell what an earlier run has left.
    void start();

private:
    TillEngine m_engine;
    QThread m_thread;
};

} // namespace holdfast
