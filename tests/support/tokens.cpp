#include "tests/support/tokens.h"

namespace holdfast::test {

using namespace Qt::StringLiterals;

QByteArray createToken(const ServerProcess& server, const QString& role, const QString& name)
{
    const ProgramResult made =
        server.tool({u"token"_s, u"create"_s, u"--role"_s, role, u"--name"_s, name});
    if (made.exitCode != 0) {
        qWarning("token create failed: %s", made.err.constData());
        return {};
    }
    // The token is the last word of what is printed.
    return made.out.simplified().split(' ').last();
}

} // namespace holdfast::test
