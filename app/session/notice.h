// One visible row that says what happened and what can be done: an unknown barcode, a removed line
// that can be brought back, a hold that has run out. The next notice replaces it.
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

class Notice : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(bool visible READ visible NOTIFY changed FINAL)
    Q_PROPERTY(QString text READ text NOTIFY changed FINAL)
    Q_PROPERTY(Severity severity READ severity NOTIFY changed FINAL)
    Q_PROPERTY(Action action READ action NOTIFY changed FINAL)
    /// The word on its button; empty without an action. TillSession.runNoticeAction() does it.
    Q_PROPERTY(QString actionText READ actionText NOTIFY changed FINAL)
    /// Grows with every notice, also when the same words come again: start the tone or the fade on
    /// it.
    Q_PROPERTY(int serial READ serial NOTIFY changed FINAL)

public:
    enum Severity { Info, Warning, Danger };
    Q_ENUM(Severity)

    enum Action { NoAction, UndoRemove, RetryHold, ExtendHold };
    Q_ENUM(Action)

    using QObject::QObject;

    [[nodiscard]] bool visible() const { return !m_text.isEmpty(); }
    [[nodiscard]] QString text() const { return m_text; }
    [[nodiscard]] Severity severity() const { return m_severity; }
    [[nodiscard]] Action action() const { return m_action; }
    [[nodiscard]] QString actionText() const { return m_actionText; }
    [[nodiscard]] int serial() const { return m_serial; }

    void say(Severity severity, const QString& text, Action action = NoAction,
             const QString& actionText = {});
    Q_INVOKABLE void dismiss();

Q_SIGNALS:
    void changed();

private:
    QString m_text;
    QString m_actionText;
    Severity m_severity = Info;
    Action m_action = NoAction;
    int m_serial = 0;
};

} // namespace holdfast
