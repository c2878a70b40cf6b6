#pragma once

#include "shared/sql/connection.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

namespace holdfast {

/// The connections that the parts of a server open while it starts, each in its own thread. A
/// database that refuses one of them stops the start with its reason instead of the process in the
/// middle of nowhere. Thread-safe.
class StartConnections
{
public:
    /// `count`: how many will be opened.
    StartConnections(sql::DatabaseUrl url, int count) : m_url(std::move(url)), m_missing(count) {}

    /// Never null: one that is refused is away, and tries again when it is used.
    [[nodiscard]] std::unique_ptr<sql::Connection> open(sql::Access access);

    /// Until all of them have been opened. The error is one line for people.
    [[nodiscard]] Result<void, std::string> wait();

private:
    sql::DatabaseUrl m_url;
    std::mutex m_mutex;
    std::condition_variable m_opened;
    int m_missing;
    std::string m_refusal; ///< the first one
};

} // namespace holdfast
