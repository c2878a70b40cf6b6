#include "app/session/payment_session.h"

namespace holdfast {

PaymentSession::PaymentSession(QObject* parent) : QObject(parent), m_quickAmounts(this) {}

void PaymentSession::show(const PaymentFigures& figures)
{
    if (figures != m_figures) {
        m_figures = figures;
        Q_EMIT changed();
    }
}

} // namespace holdfast
