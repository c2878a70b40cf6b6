// The till without a server: the session's header with another body. What a person does changes
// the screen as the real session would, at once and alone; a test or a picture can put it into any
// state by name. It decides nothing that the product relies on.
#pragma once

#include "tests/qml/twin/session.h"

#include <QObject>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

class TillTwin : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(holdfast::TillSession* till READ till CONSTANT FINAL)
    /// What the screen asked of the session, oldest first: "addProduct 3", "startCard".
    Q_PROPERTY(QStringList calls READ calls FINAL)

public:
    explicit TillTwin(QObject* parent = nullptr);
    ~TillTwin() override;

    [[nodiscard]] TillSession* till() { return m_till.get(); }
    [[nodiscard]] QStringList calls() const;
    Q_INVOKABLE void forgetCalls();

    /// Puts the till into a state that has a name; false when it has none.
    Q_INVOKABLE bool show(const QString& scene);
    [[nodiscard]] static QStringList scenes();

    /// "approved", "declined" or "unknown" after startCard().
    Q_INVOKABLE void cardAnswers(const QString& answer);
    Q_INVOKABLE void holdHasLeft(int seconds);
    Q_INVOKABLE void setConnection(const QString& name);

private:
    void basket();
    std::unique_ptr<TillSession> m_till;
    TillSession::Private* m_parts = nullptr;
};

} // namespace holdfast
