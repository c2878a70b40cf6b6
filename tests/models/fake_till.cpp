#include "tests/models/fake_till.h"

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t oddStep = 0x9e3779b97f4a7c15ULL;

} // namespace

FakeTill::FakeTill()
{
    m_shop.setClocks([this] { return m_nowMs; }, [this] { return wallMs(); });
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
        parts.wallMs = [this] { return wallMs() + m_wrongByMs; };
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
    settings.clocks = {monotonic, [this] { return wallMs() + m_wrongByMs; }};
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
