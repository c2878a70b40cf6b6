// Catches scans for a whole window, wherever the focus is. GUI thread.
#pragma once

#include "app/devices/scan_recogniser.h"

#include <QEvent>
#include <QKeyEvent>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace holdfast {

class ScannerFilter : public QObject
{
    Q_OBJECT

public:
    /// When a key was pressed, in milliseconds. The window system's own stamp is the best: it does
    /// not suffer when the program was busy.
    using TimeOf = std::function<qint64(const QKeyEvent&)>;

    /// Listens to `window` for as long as both live.
    ScannerFilter(QObject& window, ScanTiming timing, TimeOf timeOf = {});
    ~ScannerFilter() override;

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    /// A whole code, in the order of scanning.
    void scanned(const QString& code);

private:
    bool keyPressed(const QKeyEvent& event);
    bool keyReleased(const QKeyEvent& event);
    void hold(const QKeyEvent& event);
    void letGo();
    void replay();

    QObject& m_window;
    ScanRecogniser m_recogniser;
    TimeOf m_timeOf;
    std::vector<std::unique_ptr<QKeyEvent>> m_held;
    QSet<int> m_swallowed; ///< keys whose release belongs to a scan
    QTimer m_patience;
    bool m_replaying = false;
};

} // namespace holdfast
