#include "tests/faults/small_disk.h"

#include <QByteArray>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace holdfast::test {

namespace {

bool writeText(const char* path, const QByteArray& text)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) &&
           file.write(text) == text.size();
}

/// Outside we stay who we are; inside we may mount.
bool enterUserNamespace()
{
    const auto user = static_cast<qulonglong>(::getuid());
    const auto group = static_cast<qulonglong>(::getgid());
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           writeText("/proc/self/setgroups", "deny") &&
           writeText("/proc/self/uid_map", "0 " + QByteArray::number(user) + " 1") &&
           writeText("/proc/self/gid_map", "0 " + QByteArray::number(group) + " 1");
}

} // namespace

bool enterOwnMounts()
{
    const bool entered = ::unshare(CLONE_NEWNS) == 0 || enterUserNamespace();
    // What is mounted here must not be passed on to where we come from.
    return entered && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

SmallDisk::SmallDisk(qint64 bytes)
{
    const QByteArray options = "size=" + QByteArray::number(bytes);
    const QByteArray at = QFile::encodeName(m_folder.path());
    m_mounted = ::mount("tmpfs", at.constData(), "tmpfs", 0, options.constData()) == 0;
}

SmallDisk::~SmallDisk()
{
    if (m_mounted) {
        ::umount2(QFile::encodeName(m_folder.path()).constData(), MNT_DETACH);
    }
}

bool SmallDisk::fill()
{
    const QByteArray name = QFile::encodeName(path(QStringLiteral("filler")));
    const int file = ::open(name.constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file == -1) {
        return errno == ENOSPC;
    }
    const QByteArray block(4096, 'x');
    while (::write(file, block.constData(), static_cast<std::size_t>(block.size())) > 0) {
    }
    const bool full = errno == ENOSPC;
    ::close(file);
    return full;
}

void SmallDisk::makeRoom()
{
    QFile::remove(path(QStringLiteral("filler")));
}

} // namespace holdfast::test
