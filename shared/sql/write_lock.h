#pragma once

#include "shared/domain/result.h"

#include <memory>
#include <optional>
#include <string>

namespace holdfast::sql {

/// Locks between the processes that use one SQLite file, in a file beside it ("PATH.lock"). Byte 0
/// is held by the serving process for its life; byte 1 by whoever has a write transaction open or
/// checkpoints: SQLite 3.7.0 to 3.51.2 can lose pages of the log when two processes do so at once.
/// The kernel frees both when a process dies.
class WriteLock
{
public:
    [[nodiscard]] static Result<std::unique_ptr<WriteLock>, std::string>
    open(const std::string& databasePath);

    ~WriteLock();
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

    /// Claims the database for serving. The error is one line for people.
    [[nodiscard]] Result<void, std::string> claimServing();

    void lock(); ///< waits
    void unlock();

private:
    explicit WriteLock(int descriptor) : m_descriptor(descriptor) {}

    int m_descriptor;
};

} // namespace holdfast::sql
