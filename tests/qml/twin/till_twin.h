// A till of the real parts over a fake shop full of the sample's goods, on a clock of its own: what
// the tests of the screens and the pictures of them run on. A test or a picture can bring it into
// any state of a sale by name.
#pragma once

#include "app/session/till_session.h"
#include "app/sync/till_engine.h"

#include "tests/models/fake_shop.h"
#include "tests/qml/twin/sample_wire.h"

#include <QObject>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <memory>

namespace holdfast {

class ScannerFilter;

class TillTwin : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(holdfast::TillSession* till READ till CONSTANT FINAL)
    /// Facts on the shop's side, to be compared with what the screen says.
    Q_PROPERTY(int cardCharges READ cardCharges FINAL)
    Q_PROPERTY(qint64 cashTakenMinor READ cashTakenMinor FINAL)
    Q_PROPERTY(int paidOrders READ paidOrders FINAL)

public:
    explicit TillTwin(QObject* parent = nullptr);
    ~TillTwin() override;

    [[nodiscard]] TillSession* till() { return m_till.get(); }
    [[nodiscard]] int cardCharges() const { return m_shop.cardCharges(); }
    [[nodiscard]] qint64 cashTakenMinor() const { return m_shop.cashTakenMinor(); }
    [[nodiscard]] int paidOrders() const { return m_shop.paidOrders(); }

    /// Puts the till into a state that has a name; false when it has none, or never got there.
    Q_INVOKABLE bool show(const QString& scene);
    [[nodiscard]] static QStringList scenes();

    /// Waits until the shop has answered everything.
    Q_INVOKABLE bool settle();
    /// Lets time pass on the till's and the shop's clock.
    Q_INVOKABLE void holdHasLeft(int seconds);
    Q_INVOKABLE void decideCard(const QString& state) { m_shop.decideCard(state); }
    Q_INVOKABLE void setAway(bool away) { m_shop.setAway(away); }
    Q_INVOKABLE int seen(const QString& what) const { return m_shop.seen(what.toUtf8()); }
    /// What a scanner types into the window, within a few milliseconds, Enter last.
    Q_INVOKABLE void scan(QQuickWindow* window, const QString& code);

private:
    /// The shop and the till agree on the time of day: 23 November 2026, 13:08 UTC.
    [[nodiscard]] qint64 wallMs() const { return m_nowMs + 1'795'438'000'000; }
    void switchOn();
    void holdElsewhere(int productId, int qty);
    bool basket();
    bool reach(const std::function<bool()>& state);
    bool pay(const QString& scene);
    [[nodiscard]] int productAt(int row) const;

    QTemporaryDir m_folder;
    test::FakeShop m_shop;
    test::SampleGoods m_goods;
    qint64 m_nowMs = 1'000'000;
    qint64 m_keyMs = 0;
    bool m_scanning = false;
    std::uint64_t m_random = 1;
    std::unique_ptr<TillEngine> m_engine;
    std::unique_ptr<TillSession> m_till;
    std::unique_ptr<ScannerFilter> m_scanner;
};

} // namespace holdfast
