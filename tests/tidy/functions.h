#pragma once

#include "tests/tidy/text.h"

#include <optional>

namespace holdfast::tidy {

/// A function with a body: where its declaration begins and where its last brace stands.
struct Function
{
    QString name;
    qsizetype firstLine = 0;
    qsizetype lastLine = 0;

    [[nodiscard]] qsizetype lines() const { return lastLine - firstLine + 1; }
};

/// The functions of a C++ source, found by matching braces; lambdas and local classes belong to
/// the function around them. Nothing when the braces do not match: then nothing can be said.
std::optional<std::vector<Function>> functionsOf(const SourceFile& file);

} // namespace holdfast::tidy
