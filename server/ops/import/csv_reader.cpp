#include "server/ops/import/csv_reader.h"

#include "shared/domain/assert.h"
#include "shared/domain/limits.h"

#include <csv.h>

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// libcsv would cut spaces off; RFC 4180 says that they are part of the field.
int noSpaces(unsigned char)
{
    return 0;
}

bool isBlank(const std::string& line)
{
    return line.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// The delimiter of spreadsheets where the comma is the decimal sign.
unsigned char delimiterOf(const std::string& header)
{
    return header.find(',') == std::string::npos && header.find(';') != std::string::npos ? ';'
                                                                                          : ',';
}

} // namespace

struct CsvReader::Parser
{
    csv_parser state = {};
    unsigned char delimiter = 0; ///< 0 until the first line has been seen
    std::vector<std::string> fields;
    std::vector<std::vector<std::string>> finished;

    Parser() { start(); }
    ~Parser() { csv_free(&state); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void start()
    {
        const int failed = csv_init(&state, CSV_STRICT | CSV_STRICT_FINI);
        HOLDFAST_ASSERT(failed == 0);
        csv_set_space_func(&state, noSpaces);
        if (delimiter != 0) {
            csv_set_delim(&state, delimiter);
        }
        fields.clear();
        finished.clear();
    }

    static void onField(void* text, std::size_t size, void* self)
    {
        static_cast<Parser*>(self)->fields.emplace_back(static_cast<const char*>(text), size);
    }

    static void onRecord(int, void* self)
    {
        auto* parser = static_cast<Parser*>(self);
        parser->finished.push_back(std::exchange(parser->fields, {}));
    }
};

CsvReader::CsvReader(OnRecord onRecord, OnFault onFault)
    : m_onRecord(std::move(onRecord)), m_onFault(std::move(onFault)),
      m_parser(std::make_unique<Parser>())
{}

CsvReader::~CsvReader() = default;

void CsvReader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const bool complete = end != std::string_view::npos;
        const std::string_view piece = bytes.substr(0, complete ? end + 1 : bytes.size());
        bytes.remove_prefix(piece.size());
        if (!m_skipsLongLine) {
            m_rest.append(piece);
            if (m_rest.size() > limits::importRecordBytesMax) {
                m_rest.clear();
                m_skipsLongLine = true;
            }
        }
        if (!complete) {
            continue;
        }
        if (std::exchange(m_skipsLongLine, false)) {
            if (!m_pending.empty()) {
                giveUp(CsvFault::Quotes);
            }
            m_onFault(m_nextLine++, CsvFault::TooLong);
        } else {
            takeLine(std::exchange(m_rest, {}));
        }
    }
}

void CsvReader::finish()
{
    if (m_skipsLongLine) {
        feed("\n");
    }
    if (!m_rest.empty()) {
        takeLine(std::exchange(m_rest, {}) + "\n");
    }
    while (!m_pending.empty()) {
        giveUp(CsvFault::Quotes);
    }
}

void CsvReader::takeLine(std::string line)
{
    if (m_nextLine == 1 && line.starts_with(byteOrderMark)) {
        line.erase(0, byteOrderMark.size());
    }
    if (m_pending.empty() && isBlank(line)) {
        ++m_nextLine;
        return;
    }
    if (m_parser->delimiter == 0) {
        m_parser->delimiter = delimiterOf(line);
        csv_set_delim(&m_parser->state, m_parser->delimiter);
    }
    m_pendingBytes += line.size();
    m_pending.push_back(std::move(line));
    ++m_nextLine;
    parseLine(m_pending.back());
    if (m_pendingBytes > limits::importRecordBytesMax) {
        giveUp(CsvFault::Quotes);
    }
}

void CsvReader::parseLine(const std::string& line)
{
    const std::size_t read = csv_parse(&m_parser->state, line.data(), line.size(), &Parser::onField,
                                       &Parser::onRecord, m_parser.get());
    if (read != line.size()) {
        giveUp(CsvFault::Quotes);
        return;
    }
    if (m_parser->finished.empty()) {
        return; // inside a quoted field that goes on in the next line
    }
    const std::int64_t first = m_nextLine - static_cast<std::int64_t>(m_pending.size());
    m_pending.clear();
    m_pendingBytes = 0;
    for (auto& fields : std::exchange(m_parser->finished, {})) {
        m_onRecord({.line = first, .fields = std::move(fields)});
    }
}

/// Reports the first pending line and reads the others again, each of which may be a good record.
void CsvReader::giveUp(CsvFault fault)
{
    std::vector<std::string> lines = std::exchange(m_pending, {});
    m_pendingBytes = 0;
    m_nextLine -= static_cast<std::int64_t>(lines.size());
    m_onFault(m_nextLine++, fault);
    restart();
    for (std::size_t i = 1; i < lines.size(); ++i) {
        takeLine(std::move(lines[i]));
    }
}

void CsvReader::restart()
{
    csv_free(&m_parser->state);
    m_parser->start();
}

} // namespace holdfast
