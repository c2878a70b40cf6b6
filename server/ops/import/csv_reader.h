#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct csv_parser;

namespace holdfast {

/// One record of a CSV file with the line (from 1) on which it begins.
struct CsvRecord
{
    std::int64_t line = 0;
    std::vector<std::string> fields = {};
};

enum class CsvFault {
    Quotes, ///< a quotation mark inside or behind a field, or one that is never closed
    TooLong ///< a line of more than limits::importRecordBytesMax bytes
};

/// Reads RFC 4180 as a stream: bytes go in piece by piece, records come out as soon as they end.
/// Line ends may be LF or CRLF, blank lines are passed over, a byte order mark is dropped, spaces
/// belong to their field. What RFC 4180 does not allow is not guessed at: the line is reported and
/// reading goes on with the next one, so that one stray quotation mark does not swallow the file.
/// Knows nothing of encodings or columns. Not thread-safe; callbacks come from feed and finish.
class CsvReader
{
public:
    using OnRecord = std::function<void(CsvRecord)>;
    using OnFault = std::function<void(std::int64_t line, CsvFault fault)>;

    CsvReader(OnRecord onRecord, OnFault onFault);
    ~CsvReader();
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    void feed(std::string_view bytes);
    void finish();

private:
    struct Parser;

    void takeLine(std::string line);
    void parseLine(const std::string& line);
    void giveUp(CsvFault fault);
    void restart();

    OnRecord m_onRecord;
    OnFault m_onFault;
    std::unique_ptr<Parser> m_parser;
    std::string m_rest;                 ///< the beginning of a line whose end has not come yet
    bool m_skipsLongLine = false;       ///< its beginning has been reported and dropped
    std::vector<std::string> m_pending; ///< the lines of the record that is being read
    std::size_t m_pendingBytes = 0;
    std::int64_t m_nextLine = 1; ///< number of the line that follows the pending ones
};

} // namespace holdfast
