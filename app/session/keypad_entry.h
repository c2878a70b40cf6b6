// The number that is being typed. What Enter does depends on the stage:
//  - selling: the number is a quantity. Enter gives it to the selected line; touching a product
//  adds
//    that many; a scan throws it away, so that a code never multiplies.
//  - paying: the number is an amount in minor units (1, 0, 0, 0 reads 10.00). Enter tenders it;
//  Enter
//    with nothing typed tenders exactly what is due.
#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace holdfast {

class KeypadEntry : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to TillSession")
    /// Ready to show: "12" or "10.00"; empty when nothing is typed.
    Q_PROPERTY(QString text READ text NOTIFY changed FINAL)
    Q_PROPERTY(bool empty READ empty NOTIFY changed FINAL)
    Q_PROPERTY(Purpose purpose READ purpose NOTIFY changed FINAL)

public:
    enum Purpose { Quantity, Amount };
    Q_ENUM(Purpose)

    enum Key {
        Key0,
        Key1,
        Key2,
        Key3,
        Key4,
        Key5,
        Key6,
        Key7,
        Key8,
        Key9,
        Key00,
        KeyBackspace,
        KeyClear,
        KeyEnter,
    };
    Q_ENUM(Key)

    using QObject::QObject;

    [[nodiscard]] QString text() const;
    [[nodiscard]] bool empty() const { return m_digits.isEmpty(); }
    [[nodiscard]] Purpose purpose() const { return m_purpose; }
    [[nodiscard]] qint64 value() const { return m_digits.toLongLong(); }

    Q_INVOKABLE void press(Key key);
    Q_INVOKABLE void clear();

    /// Changing the purpose clears what was typed.
    void setPurpose(Purpose purpose, int decimals);

Q_SIGNALS:
    void changed();
    /// Enter was pressed; `value` is 0 when nothing was typed.
    void entered(qint64 value);

private:
    QString m_digits;
    Purpose m_purpose = Quantity;
    int m_decimals = 2;
};

} // namespace holdfast
