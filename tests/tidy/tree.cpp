#include "tests/tidy/tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>

#include <algorithm>

namespace holdfast::tidy {

namespace {

QStringList trackedByGit(const QString& root)
{
    // A session of git above us (a hook) must not redirect us to its own repository.
    QProcess git;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("GIT_DIR"));
    git.setProcessEnvironment(environment);
    git.setWorkingDirectory(root);
    git.start(QStringLiteral("git"), {QStringLiteral("-c"), QStringLiteral("safe.directory=*"),
                                      QStringLiteral("ls-files"), QStringLiteral("-z")});
    if (!git.waitForFinished() || git.exitCode() != 0) {
        return {};
    }
    const QString listed = QString::fromUtf8(git.readAllStandardOutput());
    return listed.split(QChar(u'\0'), Qt::SkipEmptyParts);
}

QStringList found(const QString& root)
{
    QStringList paths;
    const QDir base(root);
    QDirIterator walk(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString path = base.relativeFilePath(walk.next());
        if (!path.startsWith(u"build/") && !path.startsWith(u".git/")) {
            paths << path;
        }
    }
    return paths;
}

bool isRead(const QString& path)
{
    static const QStringList endings{QStringLiteral(".cpp"),          QStringLiteral(".h"),
                                     QStringLiteral(".qml"),          QStringLiteral(".md"),
                                     QStringLiteral(".js"),           QStringLiteral(".cmake"),
                                     QStringLiteral("CMakeLists.txt")};
    if (path.startsWith(u"cmake/")) {
        return true;
    }
    return std::any_of(endings.begin(), endings.end(),
                       [&path](const QString& ending) { return path.endsWith(ending); });
}

} // namespace

const SourceFile* Tree::find(const QString& path) const
{
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&path](const SourceFile& file) { return file.path == path; });
    return found == files.end() ? nullptr : &*found;
}

bool Tree::contains(const QString& path) const
{
    const QString folder = path.endsWith(u'/') ? path : path + u'/';
    return paths.contains(path) ||
           std::any_of(paths.begin(), paths.end(),
                       [&folder](const QString& known) { return known.startsWith(folder); });
}

Tree Tree::of(std::vector<SourceFile> files)
{
    Tree tree;
    for (const SourceFile& file : files) {
        tree.paths.insert(file.path);
    }
    tree.files = std::move(files);
    return tree;
}

Tree readTree(const QString& root)
{
    const bool versioned = QFile::exists(root + QStringLiteral("/.git"));
    QStringList paths = versioned ? trackedByGit(root) : found(root);
    paths.sort();
    std::vector<SourceFile> files;
    Tree tree;
    for (const QString& path : paths) {
        QFile file(root + u'/' + path);
        if (!file.exists()) {
            continue; // tracked, and deleted in the work tree
        }
        tree.paths.insert(path);
        if (isRead(path) && file.open(QIODevice::ReadOnly)) {
            files.push_back({path, QString::fromUtf8(file.readAll())});
        }
    }
    tree.files = std::move(files);
    return tree;
}

} // namespace holdfast::tidy
