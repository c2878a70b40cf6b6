#include "app/devices/scanner_filter.h"

#include <QCoreApplication>

namespace holdfast {

namespace {

/// Keys may wait in the queue while the program is busy: do not judge them by the timer alone.
constexpr int queueSlackMs = 10;

ScanRecogniser::Key kindOf(const QKeyEvent& event)
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    switch (event.key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        return modifiers == Qt::NoModifier ? ScanRecogniser::Key::Terminator
                                           : ScanRecogniser::Key::Other;
    case Qt::Key_J:
    case Qt::Key_M:
        // Line feed and carriage return, as some scanners send them.
        if (modifiers == Qt::ControlModifier) {
            return ScanRecogniser::Key::Terminator;
        }
        break;
    default:
        break;
    }
    const bool plain = (modifiers & ~Qt::ShiftModifier) == Qt::NoModifier;
    const QString text = event.text();
    return plain && text.size() == 1 && text.front().isPrint() ? ScanRecogniser::Key::Character
                                                               : ScanRecogniser::Key::Other;
}

bool isModifier(int key)
{
    return key == Qt::Key_Shift || key == Qt::Key_Control || key == Qt::Key_Alt ||
           key == Qt::Key_AltGr || key == Qt::Key_Meta || key == Qt::Key_CapsLock;
}

} // namespace

ScannerFilter::ScannerFilter(QObject& window, ScanTiming timing, TimeOf timeOf)
    : QObject(&window), m_window(window), m_recogniser(std::move(timing)),
      m_timeOf(timeOf
                   ? std::move(timeOf)
                   : [](const QKeyEvent& event) { return static_cast<qint64>(event.timestamp()); }),
      m_patience(this)
{
    m_patience.setSingleShot(true);
    m_patience.setTimerType(Qt::PreciseTimer);
    m_patience.setInterval(m_recogniser.timing().gapMaxMs + queueSlackMs);
    connect(&m_patience, &QTimer::timeout, this, &ScannerFilter::letGo);
    window.installEventFilter(this);
}

ScannerFilter::~ScannerFilter() = default;

bool ScannerFilter::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != &m_window || m_replaying) {
        return false;
    }
    switch (event->type()) {
    case QEvent::KeyPress:
        return keyPressed(*static_cast<QKeyEvent*>(event));
    case QEvent::KeyRelease:
        return keyReleased(*static_cast<QKeyEvent*>(event));
    case QEvent::MouseButtonPress:
    case QEvent::TouchBegin:
    case QEvent::FocusOut:
        letGo(); // what was typed before comes before
        return false;
    default:
        return false;
    }
}

bool ScannerFilter::keyPressed(const QKeyEvent& event)
{
    if (isModifier(event.key())) {
        return false; // capitals of a code come with Shift
    }
    const ScanRecogniser::Verdict verdict =
        m_recogniser.press(kindOf(event), event.text(), event.isAutoRepeat(), m_timeOf(event));
    if (verdict.replay) {
        replay();
    }
    switch (verdict.then) {
    case ScanRecogniser::Verdict::Then::Pass:
        return false;
    case ScanRecogniser::Verdict::Then::Hold:
        hold(event);
        return true;
    case ScanRecogniser::Verdict::Then::Swallow:
        m_swallowed.insert(event.key());
        return true;
    case ScanRecogniser::Verdict::Then::Scan:
        m_patience.stop();
        for (const std::unique_ptr<QKeyEvent>& held : m_held) {
            if (held->type() == QEvent::KeyPress) {
                m_swallowed.insert(held->key());
            } else {
                m_swallowed.remove(held->key());
            }
        }
        m_held.clear();
        m_swallowed.insert(event.key());
        Q_EMIT scanned(m_recogniser.code());
        return true;
    }
    return false;
}

bool ScannerFilter::keyReleased(const QKeyEvent& event)
{
    if (m_swallowed.remove(event.key())) {
        return true;
    }
    for (const std::unique_ptr<QKeyEvent>& held : m_held) {
        if (held->key() == event.key()) {
            hold(event); // its press has not been delivered yet
            return true;
        }
    }
    return false;
}

void ScannerFilter::hold(const QKeyEvent& event)
{
    m_held.emplace_back(event.clone());
    if (event.type() == QEvent::KeyPress) {
        m_patience.start();
    }
}

void ScannerFilter::letGo()
{
    m_recogniser.forget();
    replay();
}

void ScannerFilter::replay()
{
    m_patience.stop();
    std::vector<std::unique_ptr<QKeyEvent>> held;
    held.swap(m_held);
    m_replaying = true;
    for (const std::unique_ptr<QKeyEvent>& event : held) {
        QCoreApplication::sendEvent(&m_window, event.get());
    }
    m_replaying = false;
}

} // namespace holdfast
