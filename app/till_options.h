// What the program was asked to do on its command line.
#pragma once

#include "shared/domain/result.h"

#include <QSize>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace holdfast {

struct TillOptions
{
    QUrl server;
    QUrl gateway; ///< empty: no card payments
    QString token;
    QString dataDir;
    QString tillName;
    bool kiosk = false;
    bool dark = false;
    bool selfTest = false;
    QString screenshot;
    QSize size;
};

/// What to print and how to end instead of starting.
struct TillExit
{
    QString text;
    int code = 0;
};

[[nodiscard]] Result<TillOptions, TillExit> parseTillOptions(const QStringList& arguments);

} // namespace holdfast
