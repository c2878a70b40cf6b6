// A product as the till knows it: what the grid shows and what a line needs. A plain value.
#pragma once

#include <QString>
#include <QStringList>

namespace holdfast {

struct TillProduct
{
    int id = 0;
    QString sku;
    QString name;
    QString brand;
    QString quantityText; ///< pack size as printed on the goods
    QString category;
    QStringList barcodes;
    QString image; ///< path or URL as the server gives it
    qint64 priceMinor = 0;
    QString currency;      ///< ISO 4217
    int taxRateBp = 0;     ///< hundredths of a per cent: 1900 is 19 %
    int favouriteRank = 0; ///< 0: no favourite; lower numbers come first
    int onHand = 0;
    int held = 0;
    int committed = 0;
    int available = 0;
    qint64 version = 0;

    friend bool operator==(const TillProduct&, const TillProduct&) = default;
};

} // namespace holdfast
