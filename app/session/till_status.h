// What the thin header always shows.
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

struct StatusFigures
{
    QString shopName;
    QString tillName;
    QString personName;
    int connection = 0;
    int unsentCount = 0;
    int unsentOldestSeconds = 0;
    QString printerText;

    friend bool operator==(const StatusFigures&, const StatusFigures&) = default;
};

class TillStatus : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    Q_PROPERTY(QString shopName READ shopName NOTIFY changed FINAL)
    Q_PROPERTY(QString tillName READ tillName NOTIFY changed FINAL)
    Q_PROPERTY(QString personName READ personName NOTIFY changed FINAL)
    Q_PROPERTY(Connection connection READ connection NOTIFY changed FINAL)
    Q_PROPERTY(QString connectionText READ connectionText NOTIFY changed FINAL) ///< "online"
    Q_PROPERTY(int unsentCount READ unsentCount NOTIFY changed FINAL)
    Q_PROPERTY(QString unsentText READ unsentText NOTIFY changed FINAL) ///< "2 unsent"
    /// Age of the oldest command without an answer: "40 s"; empty when there is none.
    Q_PROPERTY(QString unsentOldestText READ unsentOldestText NOTIFY changed FINAL)
    Q_PROPERTY(QString printerText READ printerText NOTIFY changed FINAL)

public:
    enum Connection { Connecting, Online, Offline, NotAllowed };
    Q_ENUM(Connection)

    using QObject::QObject;

    [[nodiscard]] QString shopName() const { return m_figures.shopName; }
    [[nodiscard]] QString tillName() const { return m_figures.tillName; }
    [[nodiscard]] QString personName() const { return m_figures.personName; }
    [[nodiscard]] Connection connection() const
    {
        return static_cast<Connection>(m_figures.connection);
    }
    [[nodiscard]] QString connectionText() const;
    [[nodiscard]] int unsentCount() const { return m_figures.unsentCount; }
    [[nodiscard]] QString unsentText() const;
    [[nodiscard]] QString unsentOldestText() const;
    [[nodiscard]] QString printerText() const { return m_figures.printerText; }

    [[nodiscard]] const StatusFigures& figures() const { return m_figures; }
    void show(const StatusFigures& figures);

Q_SIGNALS:
    void changed();

private:
    StatusFigures m_figures;
};

} // namespace holdfast
