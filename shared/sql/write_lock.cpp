#include "shared/sql/write_lock.h"

#include "shared/domain/assert.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace holdfast::sql {

namespace {

constexpr off_t servingByte = 0;
constexpr off_t writingByte = 1;

struct flock range(short type, off_t byte)
{
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

/// Open file description locks belong to this opening, not to the process: two parts of one
/// process exclude each other as well (fcntl(2)).
int setLock(int descriptor, int command, short type, off_t byte)
{
    if (descriptor == -1) {
        return 0;
    }
    struct flock lock = range(type, byte);
    int result = 0;
    do {
        result = fcntl(descriptor, command, &lock);
    } while (result == -1 && errno == EINTR);
    return result;
}

} // namespace

Result<std::unique_ptr<WriteLock>, std::string> WriteLock::open(const DatabaseUrl& url)
{
    if (url.engine != Engine::Sqlite) {
        return std::unique_ptr<WriteLock>(new WriteLock(-1));
    }
    const std::string path = url.path + ".lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor == -1) {
        return Failure<std::string>("cannot open " + path + ": " +
                                    std::generic_category().message(errno));
    }
    return std::unique_ptr<WriteLock>(new WriteLock(descriptor));
}

WriteLock::~WriteLock()
{
    if (m_descriptor != -1) {
        ::close(m_descriptor);
    }
}

Result<void, std::string> WriteLock::claimServing()
{
    if (setLock(m_descriptor, F_OFD_SETLK, F_WRLCK, servingByte) == 0) {
        return {};
    }
    return Failure<std::string>("another server is using this database; stop it first");
}

void WriteLock::lock()
{
    const int result = setLock(m_descriptor, F_OFD_SETLKW, F_WRLCK, writingByte);
    HOLDFAST_ASSERT(result == 0);
}

void WriteLock::unlock()
{
    const int result = setLock(m_descriptor, F_OFD_SETLK, F_UNLCK, writingByte);
    HOLDFAST_ASSERT(result == 0);
}

} // namespace holdfast::sql
