#pragma once

#include "tests/support/http_client.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>

namespace holdfast::test {

/// The line to a keeper process (keeper.cpp), which ends its server and removes `folder` as soon
/// as this object, or this process, is gone.
class KeeperLink
{
public:
    struct Task
    {
        QString folder;
        qint64 user = -1; ///< -1: the one that the test runs as
        qint64 group = -1;
        int stopSignal = 0;
        int endSignal = 0;
    };

    /// Null when the keeper could not be started.
    static std::unique_ptr<KeeperLink> start(const Task& task);

    ~KeeperLink(); ///< waits until everything is gone
    KeeperLink(const KeeperLink&) = delete;
    KeeperLink& operator=(const KeeperLink&) = delete;

    void order(char what) const;
    /// Its next line; none when the deadline passes first.
    [[nodiscard]] std::optional<QByteArray> nextLine(Milliseconds deadline);

private:
    explicit KeeperLink(int socket) : m_socket(socket) {}

    int m_socket;
    QByteArray m_received;
};

} // namespace holdfast::test
