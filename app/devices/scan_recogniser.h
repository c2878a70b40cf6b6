// Tells a barcode scanner from a person by timing: a keyboard-wedge scanner types a whole code
// within tens of milliseconds and ends it with Enter or Tab. Pure: every key brings its own time.
//
// A key that may begin a scan is held back until it is known what it was: at most `gapMaxMs` for a
// person's key. Nothing that belongs to a scan ever reaches a field or a button.
#pragma once

#include <QString>
#include <QtGlobal>

namespace holdfast {

struct ScanTiming
{
    int gapMaxMs = 50;      ///< longest pause between two keys of one scan
    int lengthMin = 4;      ///< shorter bursts are typing
    int totalMaxMs = 1'500; ///< longer bursts are no scan
    int pairMaxMs = 100;    ///< a second terminator this soon belongs to the first (CR and LF)
    QString prefix;         ///< sent by scanners that are set up so; cut off the code
};

class ScanRecogniser
{
public:
    enum class Key { Character, Terminator, Other };

    struct Verdict
    {
        bool replay = false; ///< the keys held back were typed: let them go, in order, first
        enum class Then {
            Pass,    ///< not ours
            Hold,    ///< held back: may be part of a scan
            Swallow, ///< belongs to a finished scan
            Scan,    ///< ended a scan: `code()` has it; the held keys are void
        } then = Then::Pass;

        friend bool operator==(const Verdict&, const Verdict&) = default;
    };

    explicit ScanRecogniser(ScanTiming timing = {}) : m_timing(std::move(timing)) {}

    /// `text` counts for characters only. An auto-repeated key is a person's.
    [[nodiscard]] Verdict press(Key key, const QString& text, bool autoRepeat, qint64 atMs);
    /// True when held keys must be let go because no further key came in time.
    [[nodiscard]] bool isOverdue(qint64 nowMs) const;
    /// After letting keys go.
    void forget();

    [[nodiscard]] bool isHolding() const { return !m_held.isEmpty(); }
    [[nodiscard]] QString code() const { return m_code; }
    [[nodiscard]] const ScanTiming& timing() const { return m_timing; }

private:
    [[nodiscard]] Verdict terminator(qint64 atMs);

    ScanTiming m_timing;
    QString m_held;
    QString m_code;
    qint64 m_firstAtMs = 0;
    qint64 m_lastAtMs = 0;
    qint64 m_scanEndedAtMs = -1;
};

} // namespace holdfast
