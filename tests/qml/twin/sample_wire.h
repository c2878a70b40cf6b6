// The fake shop's wire, with the sample catalogue's words on its goods: names, categories and
// pictures of real products instead of bare numbers.
#pragma once

#include "app/sync/transport.h"

#include "tests/models/fake_shop.h"

#include <QHash>
#include <QJsonObject>

#include <functional>

namespace holdfast::test {

struct SampleGoods
{
    QHash<int, QJsonObject> words; ///< by product id: what the fake shop does not know

    /// Reads resources/catalogue/sample.csv and puts its goods on the shop's shelves; ids count
    /// from 1 in file order.
    [[nodiscard]] static SampleGoods stock(FakeShop& shop);
};

class SampleWire final : public Transport
{
public:
    /// `wallMs` dates the receipts.
    SampleWire(FakeShop& shop, const SampleGoods& goods, std::function<qint64()> wallMs)
        : m_wire(shop), m_goods(goods), m_wallMs(std::move(wallMs))
    {}

    void send(const TransportRequest& request, Done done) override;

private:
    [[nodiscard]] QJsonObject withNames(QJsonObject answer) const;
    [[nodiscard]] QJsonObject withTaxes(QJsonObject order) const;

    FakeWire m_wire;
    const SampleGoods& m_goods;
    std::function<qint64()> m_wallMs;
};

} // namespace holdfast::test
