// A till of the real parts on a clock of the test's own, wired to a FakeShop. It can be switched
// off at any moment and on again on the same disk.
#pragma once

#include "app/session/till_session.h"
#include "app/sync/till_engine.h"
#include "tests/models/fake_shop.h"

#include <QTemporaryDir>

#include <memory>

namespace holdfast::test {

class FakeTill
{
public:
    FakeTill();
    ~FakeTill();

    void switchOn();
    /// Like pulling the plug: what is not on the disk is gone.
    void switchOff();
    /// The till's own clock is wrong from now on; the shop's is right.
    void setClockWrongByMs(qint64 ms) { m_wrongByMs = ms; }
    void passMs(qint64 ms) { m_nowMs += ms; }

    [[nodiscard]] TillSession& till() { return *m_till; }
    [[nodiscard]] FakeShop& shop() { return m_shop; }

    /// Row `row` of the cart.
    [[nodiscard]] CartRow line(int row) { return m_till->cart()->rows().value(row); }

private:
    /// The shop and the till agree on the time of day.
    [[nodiscard]] qint64 wallMs() const { return m_nowMs + 1'700'000'000'000; }

    QTemporaryDir m_folder;
    FakeShop m_shop;
    qint64 m_nowMs = 1'000'000;
    qint64 m_wrongByMs = 0;
    std::uint64_t m_random = 1;
    std::unique_ptr<TillEngine> m_engine;
    std::unique_ptr<TillSession> m_till;
};

} // namespace holdfast::test
