#include "tests/faults/fault_vfs.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace holdfast {

namespace {

/// Ours, with SQLite's own file behind it in the same piece of memory.
struct FaultFile : sqlite3_file
{
    FaultVfs* owner;
    const char* path; ///< SQLite keeps it while the file is open; null for a temporary file

    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultFile* ours(sqlite3_file* file)
{
    return static_cast<FaultFile*>(file);
}

FaultVfs* ownerOf(sqlite3_vfs* vfs)
{
    return static_cast<FaultVfs*>(vfs->pAppData);
}

int closeFile(sqlite3_file* file)
{
    sqlite3_file* real = ours(file)->real();
    return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
}

int readFile(sqlite3_file* file, void* into, int size, sqlite3_int64 offset)
{
    FaultFile* own = ours(file);
    if (own->owner->fails(FileOperation::Read)) {
        return own->owner->fault().result;
    }
    return own->real()->pMethods->xRead(own->real(), into, size, offset);
}

int writeFile(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset)
{
    FaultFile* own = ours(file);
    FaultVfs& owner = *own->owner;
    sqlite3_file* real = own->real();
    const bool fails = owner.fails(FileOperation::Write);
    if (!fails || owner.fault().torn) {
        if (own->path != nullptr) {
            owner.aboutToChange(own->path, real, offset, static_cast<std::size_t>(size));
        }
        const int result = real->pMethods->xWrite(real, bytes, fails ? size / 2 : size, offset);
        return fails ? owner.fault().result : result;
    }
    return owner.fault().result;
}

int truncateFile(sqlite3_file* file, sqlite3_int64 size)
{
    FaultFile* own = ours(file);
    sqlite3_file* real = own->real();
    if (own->owner->fails(FileOperation::Truncate)) {
        return own->owner->fault().result;
    }
    sqlite3_int64 before = 0;
    if (own->path != nullptr && real->pMethods->xFileSize(real, &before) == SQLITE_OK) {
        own->owner->aboutToChange(
            own->path, real, size,
            static_cast<std::size_t>(std::max<sqlite3_int64>(before - size, 0)));
    }
    return real->pMethods->xTruncate(real, size);
}

int syncFile(sqlite3_file* file, int flags)
{
    FaultFile* own = ours(file);
    if (own->owner->fails(FileOperation::Sync)) {
        return own->owner->fault().result;
    }
    const int result = own->real()->pMethods->xSync(own->real(), flags);
    if (result == SQLITE_OK && own->path != nullptr) {
        own->owner->synced(own->path);
    }
    return result;
}

int fileSize(sqlite3_file* file, sqlite3_int64* size)
{
    FaultFile* own = ours(file);
    if (own->owner->fails(FileOperation::Size)) {
        return own->owner->fault().result;
    }
    return own->real()->pMethods->xFileSize(own->real(), size);
}

int lockFile(sqlite3_file* file, int level)
{
    FaultFile* own = ours(file);
    if (own->owner->fails(FileOperation::Lock)) {
        return own->owner->fault().result;
    }
    return own->real()->pMethods->xLock(own->real(), level);
}

int unlockFile(sqlite3_file* file, int level)
{
    return ours(file)->real()->pMethods->xUnlock(ours(file)->real(), level);
}

int checkReserved(sqlite3_file* file, int* reserved)
{
    return ours(file)->real()->pMethods->xCheckReservedLock(ours(file)->real(), reserved);
}

int fileControl(sqlite3_file* file, int operation, void* argument)
{
    return ours(file)->real()->pMethods->xFileControl(ours(file)->real(), operation, argument);
}

int sectorSize(sqlite3_file* file)
{
    return ours(file)->real()->pMethods->xSectorSize(ours(file)->real());
}

int deviceCharacteristics(sqlite3_file* file)
{
    return ours(file)->real()->pMethods->xDeviceCharacteristics(ours(file)->real());
}

int mapShared(sqlite3_file* file, int region, int size, int extend, void volatile** at)
{
    FaultFile* own = ours(file);
    if (own->owner->fails(FileOperation::SharedMap)) {
        return own->owner->fault().result;
    }
    return own->real()->pMethods->xShmMap(own->real(), region, size, extend, at);
}

int lockShared(sqlite3_file* file, int offset, int count, int flags)
{
    FaultFile* own = ours(file);
    // Giving a lock back does not fail.
    if ((flags & SQLITE_SHM_LOCK) != 0 && own->owner->fails(FileOperation::SharedLock)) {
        return own->owner->fault().result;
    }
    return own->real()->pMethods->xShmLock(own->real(), offset, count, flags);
}

void shareBarrier(sqlite3_file* file)
{
    ours(file)->real()->pMethods->xShmBarrier(ours(file)->real());
}

int unmapShared(sqlite3_file* file, int remove)
{
    return ours(file)->real()->pMethods->xShmUnmap(ours(file)->real(), remove);
}

/// Version 2: without the memory-mapped reads of version 3, which would go past us.
const sqlite3_io_methods& methods()
{
    static const sqlite3_io_methods table{2,
                                          closeFile,
                                          readFile,
                                          writeFile,
                                          truncateFile,
                                          syncFile,
                                          fileSize,
                                          lockFile,
                                          unlockFile,
                                          checkReserved,
                                          fileControl,
                                          sectorSize,
                                          deviceCharacteristics,
                                          mapShared,
                                          lockShared,
                                          shareBarrier,
                                          unmapShared,
                                          nullptr,
                                          nullptr};
    return table;
}

int openFile(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* outFlags)
{
    FaultVfs* owner = ownerOf(vfs);
    auto* own = new (file) FaultFile{{nullptr}, owner, path};
    own->real()->pMethods = nullptr;
    if (owner->fails(FileOperation::Open)) {
        return owner->fault().result;
    }
    const int result = owner->real()->xOpen(owner->real(), path, own->real(), flags, outFlags);
    // SQLite closes what has methods, also after an error.
    own->pMethods = own->real()->pMethods == nullptr ? nullptr : &methods();
    return result;
}

} // namespace

FaultVfs::FaultVfs() : m_real(sqlite3_vfs_find(nullptr)), m_vfs(std::make_unique<sqlite3_vfs>())
{
    HOLDFAST_ASSERT(m_real != nullptr);
    *m_vfs = *m_real;
    m_vfs->szOsFile = static_cast<int>(sizeof(FaultFile)) + m_real->szOsFile;
    m_vfs->zName = "holdfast-faults";
    m_vfs->pNext = nullptr;
    m_vfs->pAppData = this;
    m_vfs->xOpen = openFile;
    // These look at pAppData, which must be theirs; time and random numbers do not.
    m_vfs->xDelete = [](sqlite3_vfs* vfs, const char* path, int sync) {
        FaultVfs& owner = *ownerOf(vfs);
        if (owner.fails(FileOperation::Delete)) {
            return owner.fault().result;
        }
        owner.synced(path); // what is gone needs no undoing
        return owner.real()->xDelete(owner.real(), path, sync);
    };
    m_vfs->xAccess = [](sqlite3_vfs* vfs, const char* path, int flags, int* result) {
        sqlite3_vfs* real = ownerOf(vfs)->real();
        return real->xAccess(real, path, flags, result);
    };
    m_vfs->xFullPathname = [](sqlite3_vfs* vfs, const char* path, int size, char* full) {
        sqlite3_vfs* real = ownerOf(vfs)->real();
        return real->xFullPathname(real, path, size, full);
    };
    const int result = sqlite3_vfs_register(m_vfs.get(), 1);
    HOLDFAST_ASSERT(result == SQLITE_OK);
}

FaultVfs::~FaultVfs()
{
    sqlite3_vfs_unregister(m_vfs.get());
    sqlite3_vfs_register(m_real, 1);
}

void FaultVfs::arm(const Fault& fault)
{
    m_fault = fault;
    m_armed = true;
    m_struck = false;
    m_fired = 0;
    m_counts.fill(0);
    m_unsynced.clear();
}

bool FaultVfs::fails(FileOperation operation)
{
    if (!m_armed) {
        return false;
    }
    const int number = ++m_counts.at(static_cast<std::size_t>(operation));
    const bool ofThisKind = operation == m_fault.operation;
    const bool strikes = !m_struck && ofThisKind && number == m_fault.at;
    const bool goesOn = m_struck && ((m_fault.lasting == Fault::Lasting::ForEver && ofThisKind) ||
                                     m_fault.lasting == Fault::Lasting::PowerLoss);
    m_struck = m_struck || strikes;
    m_fired += strikes || goesOn ? 1 : 0;
    return strikes || goesOn;
}

void FaultVfs::aboutToChange(const std::string& path, sqlite3_file* file, std::int64_t offset,
                             std::size_t size)
{
    if (m_fault.lasting != Fault::Lasting::PowerLoss) {
        return;
    }
    Before before{.offset = offset, .bytes = {}, .fileSize = 0};
    sqlite3_int64 length = 0;
    HOLDFAST_ASSERT(file->pMethods->xFileSize(file, &length) == SQLITE_OK);
    before.fileSize = length;
    const std::int64_t there = std::max<std::int64_t>(length - offset, 0);
    before.bytes.resize(std::min(size, static_cast<std::size_t>(there)));
    if (!before.bytes.empty()) {
        const int read = file->pMethods->xRead(file, before.bytes.data(),
                                               static_cast<int>(before.bytes.size()), offset);
        HOLDFAST_ASSERT(read == SQLITE_OK);
    }
    m_unsynced[path].push_back(std::move(before));
}

void FaultVfs::losePower(bool everyOther)
{
    for (const auto& [path, changes] : m_unsynced) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (descriptor == -1) {
            continue; // removed since
        }
        for (std::size_t back = changes.size(); back > 0; --back) {
            const Before& before = changes[back - 1];
            if (everyOther && back % 2 == 0) {
                continue;
            }
            const auto size = static_cast<ssize_t>(before.bytes.size());
            HOLDFAST_ASSERT(::pwrite(descriptor, before.bytes.data(), before.bytes.size(),
                                     before.offset) == size);
            if (!everyOther) {
                HOLDFAST_ASSERT(::ftruncate(descriptor, before.fileSize) == 0);
            }
        }
        ::close(descriptor);
    }
    m_unsynced.clear();
}

} // namespace holdfast
