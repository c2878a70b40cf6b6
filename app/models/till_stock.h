// The counters of one product as the server's change feed tells them. A plain value.
#pragma once

#include <QList>

namespace holdfast {

struct TillStock
{
    int productId = 0;
    int onHand = 0;
    int held = 0;
    int committed = 0;
    int available = 0;

    friend bool operator==(const TillStock&, const TillStock&) = default;
};

} // namespace holdfast
