#pragma once

#include "tests/tidy/text.h"

#include <QSet>

namespace holdfast::tidy {

/// The files of a repository: the paths of all of them, and the text of those that rules read.
struct Tree
{
    QSet<QString> paths;
    std::vector<SourceFile> files;

    [[nodiscard]] const SourceFile* find(const QString& path) const;
    /// A file, or a folder that holds one.
    [[nodiscard]] bool contains(const QString& path) const;

    /// A tree from memory, as the tests of the rules need it.
    static Tree of(std::vector<SourceFile> files);
};

/// Reads the tree at `root`: what git tracks, or every file outside build folders where there is
/// no git (a tarball). Empty when nothing could be read.
Tree readTree(const QString& root);

} // namespace holdfast::tidy
