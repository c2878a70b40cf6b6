#include "server/store/backup.h"

#include "shared/sql/connection.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace holdfast {

namespace {

/// fsync of a file or of a folder: a rename is safe only when the folder is on the disk too.
bool syncToDisk(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor == -1) {
        return false;
    }
    const bool synced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return synced;
}

std::string folderOf(const std::string& path)
{
    const auto parent = std::filesystem::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

} // namespace

Result<void, std::string> backup(const sql::DatabaseUrl& url, const std::string& path)
{
    if (url.engine != sql::Engine::Sqlite) {
        return Failure<std::string>("only a SQLite database is copied by this; use pg_dump, or "
                                    "mariadb-dump --single-transaction");
    }
    const std::string failed = "cannot write the backup " + path + ": ";
    std::error_code error;
    if (std::filesystem::exists(path, error) || error) {
        return Failure<std::string>(failed + (error ? error.message() : "the file exists already"));
    }
    if (!std::filesystem::exists(url.path, error)) {
        return Failure<std::string>("there is no database " + url.path);
    }
    // Only a reader: it does not hold the writer up, and it never checkpoints.
    auto connection = sql::Connection::open(url, sql::Access::ReadOnly);
    if (!connection) {
        return Failure<std::string>(connection.error());
    }
    const std::string unfinished = path + ".part";
    std::filesystem::remove(unfinished, error);
    // The file itself is open for reading only; the copy could not be written under query_only.
    (*connection)->execute("PRAGMA query_only=OFF");
    if (!(*connection)->statement("VACUUM INTO ?").bind(unfinished).run()) {
        std::filesystem::remove(unfinished, error);
        return Failure<std::string>(failed + (*connection)->errorText());
    }
    // link() and not rename(): what has come under this name meanwhile stays.
    if (!syncToDisk(unfinished) || ::link(unfinished.c_str(), path.c_str()) != 0 ||
        !syncToDisk(folderOf(path))) {
        const std::string cause = std::generic_category().message(errno);
        std::filesystem::remove(unfinished, error);
        return Failure<std::string>(failed + cause);
    }
    std::filesystem::remove(unfinished, error);
    return {};
}

} // namespace holdfast
