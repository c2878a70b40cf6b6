#pragma once

#include "server/http/front/router.h"
#include "server/payments/simulator/simulator.h"

#include <QByteArray>

#include <memory>

namespace holdfast::cardsim {

/// The HTTP side of the simulator (docs/gateway.md). Handlers copy the request over to the thread
/// of `simulator`, which must outlive the router; answers go back through the reply token.
[[nodiscard]] std::shared_ptr<const http::Router> makeApi(Simulator& simulator,
                                                          const QByteArray& page);

} // namespace holdfast::cardsim
