// The sample catalogue as the twin's goods.
#pragma once

#include "app/models/product.h"

#include <QList>
#include <QUrl>

namespace holdfast::twin {

/// Reads resources/catalogue/sample.csv below the source folder; ids count from 1 in file order.
[[nodiscard]] QList<TillProduct> sampleGoods();

/// Where the pictures named in it lie.
[[nodiscard]] QUrl pictureFolder();

} // namespace holdfast::twin
