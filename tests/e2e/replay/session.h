#pragma once

#include <QString>
#include <QStringList>

namespace holdfast::replay {

struct Options
{
    QString file;
    int terminals = 8;
    bool planOnly = false; ///< Only the accounting, no server.
    QStringList serverArguments;
};

/// Plans, audits, starts a server of its own on a fresh database, replays, compares, stops it,
/// runs `holdfast-server verify`, prints the tables. 0 only when nothing differs.
int runReplay(const Options& options);

} // namespace holdfast::replay
