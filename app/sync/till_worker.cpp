#include "app/sync/till_worker.h"

namespace holdfast {

TillWorker::TillWorker(TillEngine::MakeParts makeParts) : m_engine(std::move(makeParts))
{
    m_thread.setObjectName(QStringLiteral("till worker"));
    m_engine.moveToThread(&m_thread);
}

TillWorker::~TillWorker()
{
    if (m_thread.isRunning()) {
        QMetaObject::invokeMethod(
            &m_engine, [this] { m_engine.stop(); }, Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
}

void TillWorker::start()
{
    m_thread.start();
    QMetaObject::invokeMethod(&m_engine, [this] { m_engine.start(); });
}

} // namespace holdfast
