#include "tests/qml/twin/twin_goods.h"

#include <QFile>

namespace holdfast::twin {

namespace {

QString sourceFolder()
{
    return qEnvironmentVariable("HOLDFAST_SOURCE", QStringLiteral(HOLDFAST_SOURCE_FOLDER));
}

/// The sample quotes nothing but fields with a comma; a quote inside a field is doubled.
QStringList fieldsOf(const QString& line)
{
    QStringList fields{QString()};
    bool quoted = false;
    for (const QChar c : line) {
        if (c == QLatin1Char('"'))
            quoted = !quoted;
        else if (c == QLatin1Char(',') && !quoted)
            fields.append(QString());
        else
            fields.last().append(c);
    }
    return fields;
}

TillProduct productOf(const QStringList& fields, int id)
{
    TillProduct product;
    product.id = id;
    product.sku = fields.at(0);
    product.name = fields.at(1);
    product.brand = fields.at(2);
    product.quantityText = fields.at(3);
    product.category = fields.at(4);
    product.barcodes = fields.at(5).split(QLatin1Char(';'));
    product.priceMinor = fields.at(6).toLongLong();
    product.currency = fields.at(7);
    product.taxRateBp = fields.at(8).toInt();
    product.onHand = fields.at(9).toInt();
    product.available = product.onHand;
    product.favouriteRank = fields.value(11).toInt();
    product.image = fields.at(10) + QStringLiteral(".svg");
    return product;
}

} // namespace

QList<TillProduct> sampleGoods()
{
    QFile file(sourceFolder() + QStringLiteral("/resources/catalogue/sample.csv"));
    QList<TillProduct> goods;
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return goods;
    const QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QStringList fields = fieldsOf(lines.at(i));
        if (fields.size() >= 11)
            goods.append(productOf(fields, static_cast<int>(i)));
    }
    return goods;
}

QUrl pictureFolder()
{
    return QUrl::fromLocalFile(sourceFolder() + QStringLiteral("/resources/pictures/"));
}

} // namespace holdfast::twin
