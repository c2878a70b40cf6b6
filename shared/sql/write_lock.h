#pragma once

#include "shared/domain/result.h"
#include "shared/sql/database_url.h"

#include <memory>
#include <optional>
#include <string>

namespace holdfast::sql {

/// Locks between the processes that use one SQLite file, in a file beside it ("PATH.lock"). Byte 0
/// is held by the serving process for its life; byte 1 by whoever has a write transaction open or
/// checkpoints: SQLite 3.7.0 to 3.51.2 can lose pages of the log when two processes do so at once.
/// The kernel frees both when a process dies. The other engines keep their clients apart by
/// themselves, and any number of servers may use one database: there this lock is always free.
class WriteLock
{
public:
    [[nodiscard]] static Result<std::unique_ptr<WriteLock>, std::string>
    open(const DatabaseUrl& url);

    ~WriteLock();
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

    /// Claims the database for serving. The error is one line for people.
    [[nodiscard]] Result<void, std::string> claimServing();

    void lock(); ///< waits
    void unlock();

private:
    explicit WriteLock(int descriptor) : m_descriptor(descriptor) {}

    int m_descriptor; ///< -1: nothing to lock
};

} // namespace holdfast::sql
