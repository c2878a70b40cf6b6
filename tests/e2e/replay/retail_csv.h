#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <cstdint>
#include <optional>

namespace holdfast::replay {

/// One line of the "Online Retail" file (Chen, Sain, Guo 2012, doi:10.1057/dbm.2012.17).
struct RetailLine
{
    QByteArray invoice;
    QByteArray code;
    QByteArray description; ///< As written, outer spaces included.
    std::int64_t quantity = 0;
    QByteArray time;             ///< YYYY-MM-DD HH:MM:SS, local time.
    std::int64_t priceMilli = 0; ///< Thousandths of a pound: some prices have three decimals.
    QByteArray customer;         ///< Digits only, empty when missing.

    [[nodiscard]] bool isCancellation() const { return invoice.startsWith('C'); }
    [[nodiscard]] bool isBadDebt() const { return invoice.startsWith('A'); }
    [[nodiscard]] std::int64_t valueMilli() const { return quantity * priceMilli; }
};

/// Cuts one record of RFC 4180 text into its fields. `rest` is moved behind the line end.
/// Nothing when a quote stays open or a closing quote is followed by text.
std::optional<QList<QByteArray>> takeCsvRecord(QByteArrayView& rest);

/// "2.1" → 2100, "-11062.06" → -11062060. Nothing for other text or a fourth decimal.
std::optional<std::int64_t> parseMilli(QByteArrayView text);

struct RetailFile
{
    QList<RetailLine> lines;
    QString error; ///< Empty when every line was read.
};

/// Reads a .csv, or a .csv.xz through the program xz.
RetailFile readRetailFile(const QString& path);
RetailFile parseRetailText(const QByteArray& text);

} // namespace holdfast::replay
