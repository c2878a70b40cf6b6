#include "tests/qml/twin/sample_wire.h"

#include "shared/domain/pricing.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace holdfast::test {

using namespace Qt::StringLiterals;

namespace {

/// Columns of the sample, see resources/catalogue/README.md.
enum Column {
    Sku,
    Name,
    Brand,
    Pack,
    Category,
    Barcodes,
    Price,
    Currency,
    TaxBp,
    OnHand,
    Picture,
    Favourite
};

QString catalogueFile()
{
    return qEnvironmentVariable("HOLDFAST_SOURCE", QStringLiteral(HOLDFAST_SOURCE_FOLDER)) +
           u"/resources/catalogue/sample.csv"_s;
}

/// The sample quotes only fields with a comma, and has no quote inside a field.
QStringList fieldsOf(const QString& line)
{
    QStringList fields{QString()};
    bool quoted = false;
    for (const QChar c : line) {
        if (c == u'"') {
            quoted = !quoted;
        } else if (c == u',' && !quoted) {
            fields.append(QString());
        } else {
            fields.last().append(c);
        }
    }
    return fields;
}

QJsonObject wordsOf(const QStringList& fields)
{
    return {{u"sku"_s, fields.at(Sku)},
            {u"brand"_s, fields.at(Brand)},
            {u"quantity_text"_s, fields.at(Pack)},
            {u"category"_s, fields.at(Category)},
            {u"barcodes"_s, QJsonArray::fromStringList(fields.at(Barcodes).split(u';'))},
            {u"tax_rate"_s, QString::number(fields.at(TaxBp).toInt() / 100.0, 'f', 2)},
            {u"image"_s, fields.at(Picture)},
            {u"favourite_rank"_s, fields.value(Favourite).toInt()}};
}

} // namespace

SampleGoods SampleGoods::stock(FakeShop& shop)
{
    SampleGoods goods;
    QFile file(catalogueFile());
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) {
        return goods;
    }
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    for (int id = 1; id < lines.size(); ++id) {
        const QStringList fields = fieldsOf(lines.at(id));
        if (fields.size() > Picture) {
            shop.addProduct(id, fields.at(OnHand).toInt(), fields.at(Price).toLongLong(),
                            fields.at(Name));
            goods.words.insert(id, wordsOf(fields));
        }
    }
    return goods;
}

void SampleWire::send(const TransportRequest& request, Done done)
{
    const bool tellsGoods =
        request.path.startsWith(u"/api/snapshot") || request.path.startsWith(u"/api/changes");
    const bool tellsOrder = request.path.startsWith(u"/api/orders");
    if (!tellsGoods && !tellsOrder) {
        m_wire.send(request, std::move(done));
        return;
    }
    m_wire.send(request, [this, tellsGoods, done = std::move(done)](const TransportReply& reply) {
        TransportReply told = reply;
        QJsonObject answer = QJsonDocument::fromJson(reply.body).object();
        if (tellsGoods) {
            answer = withNames(answer);
        } else if (QJsonObject data = answer[u"data"].toObject(); data.contains(u"order")) {
            data[u"order"] = withTaxes(data[u"order"].toObject());
            answer[u"data"] = data;
        } else if (data.contains(u"lines")) {
            answer[u"data"] = withTaxes(data);
        }
        told.body = QJsonDocument(answer).toJson(QJsonDocument::Compact);
        done(told);
    });
}

QJsonObject SampleWire::withNames(QJsonObject answer) const
{
    QJsonArray entries = answer[u"data"].toArray();
    for (QJsonValueRef entry : entries) {
        QJsonObject object = entry.toObject();
        const bool change = object.contains(u"product");
        QJsonObject product = change ? object[u"product"].toObject() : object;
        const QJsonObject words = m_goods.words.value(product[u"id"].toInt());
        for (auto word = words.begin(); word != words.end(); ++word) {
            product.insert(word.key(), word.value());
        }
        if (change) {
            object[u"product"] = product;
        }
        entry = change ? object : product;
    }
    answer[u"data"] = entries;
    return answer;
}

QJsonObject SampleWire::withTaxes(QJsonObject order) const
{
    // By the pricing rules that the real server shares with the till: both must show one sum.
    QJsonArray lines = order[u"lines"].toArray();
    std::vector<PriceLine> goods;
    for (const QJsonValue line : lines) {
        const QString rate =
            m_goods.words.value(line[u"product_id"].toInt())[u"tax_rate"].toString();
        goods.push_back({line[u"qty"].toInt(), line[u"unit_price_minor"].toInteger(),
                         qRound(rate.toDouble() * 100)});
    }
    const auto priced = priceSale(goods, {}, TaxMode::Inclusive);
    for (qsizetype i = 0; priced && i < lines.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        QJsonObject line = lines[i].toObject();
        line[u"tax_rate"] = QString::number(goods[at].taxRateBp / 100.0, 'f', 2);
        line[u"tax_minor"] = qint64{priced->lines[at].taxMinor};
        lines[i] = line;
    }
    order[u"lines"] = lines;
    order[u"tax_minor"] = priced ? qint64{priced->taxMinor} : 0;
    order[u"updated_at"] =
        QDateTime::fromMSecsSinceEpoch(m_wallMs(), Qt::UTC).toString(Qt::ISODateWithMs);
    return order;
}

} // namespace holdfast::test
