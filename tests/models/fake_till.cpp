#include "tests/models/fake_till.h"

#include <QDateTime>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t oddStep = 0x9e3779b97f4a7c15ULL;

} // namespace

FakeTill::FakeTill()
{
    // Until it hears the server's clock, a till takes the wall clock for it.
    const qint64 offsetMs = QDateTime::currentMSecsSinceEpoch() - m_nowMs;
    m_shop.setClock([this, offsetMs] { return m_nowMs + offsetMs; });
    m_shop.addProduct(1, 10, 229, u"Oat drink 1 l"_s);
    m_shop.addProduct(2, 3, 299, u"Dark chocolate"_s);
    m_shop.addProduct(3, 1, 1'000, u"Olive oil"_s);
    switchOn();
}

FakeTill::~FakeTill()
{
    switchOff();
}

void FakeTill::switchOn()
{
    const auto random = [this] { return m_random += oddStep; };
    const auto monotonic = [this] { return m_nowMs; };
    m_engine = std::make_unique<TillEngine>([this, random, monotonic] {
        EngineParts parts;
        auto store = LocalStore::open(m_folder.filePath(u"till.db"_s));
        if (store) {
            parts.store = std::move(*store);
        }
        parts.transport = std::make_unique<FakeWire>(m_shop);
        parts.random = random;
        parts.monotonicMs = monotonic;
        parts.backoff = {1, 1};
        parts.serverUrl = u"http://fake"_s;
        return parts;
    });
    TillSettings settings;
    settings.shopName = u"Corner shop"_s;
    settings.tillName = u"Till 1"_s;
    settings.hasGateway = true;
    settings.book.tickMs = 5;
    settings.book.pollMs = 0;
    settings.monotonicMs = monotonic;
    settings.random = random;
    m_till = std::make_unique<TillSession>(*m_engine, std::move(settings));
    m_engine->start();
}

void FakeTill::switchOff()
{
    if (m_engine) {
        m_engine->stop();
    }
    m_till.reset();
    m_engine.reset();
}

} // namespace holdfast::test
