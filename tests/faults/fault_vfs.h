#pragma once

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// What SQLite asks of its storage, as far as we make it fail.
enum class FileOperation {
    Open,
    Read,
    Write,
    Truncate,
    Sync,
    Size,
    Delete,
    Lock,
    SharedMap,
    SharedLock
};

inline constexpr std::size_t fileOperations = 10;

/// One fault: the `at`-th operation of this kind, counted from arm() on, does not succeed.
struct Fault
{
    enum class Lasting {
        Once,     ///< the next one succeeds
        ForEver,  ///< no later one of this kind succeeds
        PowerLoss ///< nothing succeeds any more, and what was not synced is gone: see losePower()
    };

    FileOperation operation = FileOperation::Write;
    int at = 1;
    int result = SQLITE_IOERR_WRITE; ///< what SQLite is told
    Lasting lasting = Lasting::Once;
    bool torn = false; ///< a write that fails has written the first half of its bytes
};

/// Storage that fails on demand: a VFS (sqlite.org/vfs.html) over the system's own, and while it
/// lives the default of the process, so that every connection opened meanwhile goes through it.
/// It counts always, and fails only while armed. For one thread.
class FaultVfs
{
public:
    FaultVfs();
    ~FaultVfs(); ///< after the last connection
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    /// Counts from here.
    void arm(const Fault& fault);
    /// Storage is well again.
    void heal() { m_armed = false; }
    /// Armed again without counting anew.
    void goOn() { m_armed = true; }
    /// Nothing succeeds from here until heal(), for PowerLoss whose turn has come.
    void failAll() { m_armed = m_struck = true; }

    [[nodiscard]] int count(FileOperation operation) const
    {
        return m_counts.at(static_cast<std::size_t>(operation));
    }
    /// How often something failed since arm().
    [[nodiscard]] int fired() const { return m_fired; }

    /// Undoes every write and truncation since the last sync of its file, newest first, as a
    /// machine may that lost its power: the whole of them, or every other one.
    void losePower(bool everyOther);

    // For the callbacks of SQLite.
    [[nodiscard]] bool fails(FileOperation operation);
    [[nodiscard]] const Fault& fault() const { return m_fault; }
    [[nodiscard]] sqlite3_vfs* real() const { return m_real; }
    void synced(const std::string& path) { m_unsynced.erase(path); }
    void aboutToChange(const std::string& path, sqlite3_file* file, std::int64_t offset,
                       std::size_t size);

private:
    /// What a stretch of a file was before an unsynced write.
    struct Before
    {
        std::int64_t offset;
        std::vector<char> bytes;
        std::int64_t fileSize;
    };

    sqlite3_vfs* m_real;
    std::unique_ptr<sqlite3_vfs> m_vfs;
    Fault m_fault;
    bool m_armed = false;
    bool m_struck = false;
    int m_fired = 0;
    std::array<int, fileOperations> m_counts = {};
    std::map<std::string, std::vector<Before>> m_unsynced;
};

} // namespace holdfast
