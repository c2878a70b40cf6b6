#include "app/devices/scan_recogniser.h"

namespace holdfast {

using Then = ScanRecogniser::Verdict::Then;

ScanRecogniser::Verdict ScanRecogniser::press(Key key, const QString& text, bool autoRepeat,
                                              qint64 atMs)
{
    Verdict verdict;
    if (isHolding() && (isOverdue(atMs) || atMs - m_firstAtMs > m_timing.totalMaxMs)) {
        verdict.replay = true;
        forget();
    }
    if (key == Key::Terminator && !autoRepeat) {
        const Verdict end = terminator(atMs);
        return {verdict.replay || end.replay, end.then};
    }
    if (key != Key::Character || autoRepeat) {
        verdict.replay = verdict.replay || isHolding();
        forget();
        return verdict;
    }
    if (!isHolding()) {
        m_firstAtMs = atMs;
    }
    m_held += text;
    m_lastAtMs = atMs;
    m_scanEndedAtMs = -1;
    verdict.then = Then::Hold;
    return verdict;
}

ScanRecogniser::Verdict ScanRecogniser::terminator(qint64 atMs)
{
    if (!isHolding()) {
        const bool paired = m_scanEndedAtMs >= 0 && atMs - m_scanEndedAtMs <= m_timing.pairMaxMs;
        return {false, paired ? Then::Swallow : Then::Pass};
    }
    QString code = m_held;
    forget();
    if (!m_timing.prefix.isEmpty() && code.startsWith(m_timing.prefix)) {
        code.remove(0, m_timing.prefix.size());
    }
    if (code.size() < m_timing.lengthMin) {
        return {true, Then::Pass};
    }
    m_code = code;
    m_scanEndedAtMs = atMs;
    return {false, Then::Scan};
}

bool ScanRecogniser::isOverdue(qint64 nowMs) const
{
    return isHolding() && nowMs - m_lastAtMs > m_timing.gapMaxMs;
}

void ScanRecogniser::forget()
{
    m_held.clear();
}

} // namespace holdfast
