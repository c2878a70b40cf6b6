#pragma once

#include <QString>
#include <QTemporaryDir>

namespace holdfast::test {

/// Gives this process and its children file systems of their own, which nobody else sees and which
/// vanish with them. To be called before there are threads. False where the system lets neither
/// root nor user namespaces do so (user_namespaces(7)).
[[nodiscard]] bool enterOwnMounts();

/// A file system in memory that has room for so many bytes; needs enterOwnMounts().
class SmallDisk
{
public:
    explicit SmallDisk(qint64 bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool mounted() const { return m_mounted; }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    /// Fills what is free, to the last page. False when something else than space is missing.
    [[nodiscard]] bool fill();
    void makeRoom();

private:
    QTemporaryDir m_folder;
    bool m_mounted = false;
};

} // namespace holdfast::test
