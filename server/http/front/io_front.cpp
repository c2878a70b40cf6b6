#include "server/http/front/io_front.h"

#include "server/http/front/connection_reply.h"
#include "shared/domain/assert.h"

#include <QCoreApplication>
#include <QSslSocket>
#include <QThread>

#include <algorithm>
#include <utility>

namespace holdfast::http {

namespace {

constexpr qsizetype scratchBytes = 64 * 1024;

QEvent::Type continueEvent()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

// A quarter of the shortest deadline, so that none is missed by much.
int sweepStepMs(const Limits& limits)
{
    const auto shortest =
        std::min({limits.headerDeadline, limits.bodyDeadline, limits.idleDeadline,
                  limits.handshakeDeadline, limits.writeStallDeadline, limits.lingerDeadline});
    return static_cast<int>(std::clamp<qint64>(shortest.count() / 4, 10, 500));
}

} // namespace

IoFront::IoFront(Shared& shared, std::shared_ptr<Mailbox> mailbox, ThreadTally& tally,
                 std::atomic<int>& load)
    : m_shared(shared), m_mailbox(std::move(mailbox)), m_tally(tally), m_load(load),
      m_answers(shared, tally, m_clock, [this](Connection& connection) { waitForMore(connection); })
{
    m_scratch.resize(scratchBytes);
}

IoFront::~IoFront()
{
    m_mailbox->close();
    m_table.forEach([](Connection& connection) { connection.socket->abort(); });
    m_qt.reset();
}

bool IoFront::begin(int listenDescriptor)
{
    m_qt = std::make_unique<QtFront>([this] { requestReady(); });
    auto source = std::make_unique<SocketSource>(m_shared.options.tls,
                                                 [this](QTcpSocket& socket) { hook(socket); });
    m_source = source.get();
    if (!source->listenOnDuplicateOf(listenDescriptor) || !m_qt->take(source.get())) {
        return false;
    }
    static_cast<void>(source.release()); // m_qt's child now
    startTimer(sweepStepMs(limits()), Qt::CoarseTimer);
    m_mailbox->open(this, this);
    return true;
}

// ---- Coming and going

void IoFront::adopt(const MailedSocket& mailed)
{
    QTcpSocket* socket = m_source->adopt(mailed.descriptor);
    if (!socket) {
        m_shared.admission.release(mailed.peer);
        m_load.fetch_sub(1, std::memory_order_relaxed);
        return;
    }
    Connection& connection = m_table.add(limits(), m_shared.bodies);
    const quint64 id = connection.id;
    connection.socket = socket;
    connection.descriptor = mailed.descriptor;
    connection.peer = unmapped(socket->peerAddress());
    connection.peerKey = mailed.peer;
    connection.isTls = m_shared.options.tls.has_value();
    connect(socket, &QTcpSocket::disconnected, this,
            [this, &connection] { disconnected(connection); });
    connect(socket, &QObject::destroyed, this, [this, id] { m_table.remove(id); });
    if (connection.isTls) {
        connection.state = ConnectionState::Handshaking;
        m_clock.setDeadline(connection, limits().handshakeDeadline);
        connect(static_cast<QSslSocket*>(socket), &QSslSocket::encrypted, this,
                [this, &connection] { handshakeDone(connection); });
        return;
    }
    m_clock.setDeadline(connection, limits().headerDeadline);
    m_adopting = &connection;
    m_source->handOver(socket);
    m_adopting = nullptr;
}

// Called by nextPendingConnection(), before Qt connects its own slots.
void IoFront::hook(QTcpSocket& socket)
{
    HOLDFAST_ASSERT(m_adopting && m_adopting->socket == &socket);
    Connection& connection = *m_adopting;
    connection.state = ConnectionState::Reading;
    connect(&socket, &QTcpSocket::readyRead, this, [this, &connection] { readyRead(connection); });
}

void IoFront::handshakeDone(Connection& connection)
{
    if (connection.state != ConnectionState::Handshaking) {
        return;
    }
    QTcpSocket* socket = connection.socket;
    m_clock.setDeadline(connection, limits().headerDeadline);
    m_adopting = &connection;
    m_source->handOver(socket);
    m_adopting = nullptr;
    if (socket->bytesAvailable() > 0) { // came with the end of the handshake
        Q_EMIT socket->readyRead();
    }
}

void IoFront::disconnected(Connection& connection)
{
    if (connection.state == ConnectionState::Gone) {
        return;
    }
    if (connection.state == ConnectionState::Handshaking) {
        // sweep() clears the deadline of what it expires.
        note(connection.deadlineMs == 0 ? Refusal::HandshakeTimeout : Refusal::HandshakeFailed);
        connection.socket->deleteLater(); // Qt's HTTP server never saw it
    }
    connection.state = ConnectionState::Gone;
    connection.deadlineMs = 0;
    connection.reader.discard();
    if (const auto reply = connection.reply.lock()) {
        reply->abandon();
    }
    m_shared.admission.release(connection.peerKey);
    m_load.fetch_sub(1, std::memory_order_relaxed);
}

void IoFront::drain()
{
    m_answers.beginDrain();
    m_table.forEach([this](Connection& connection) {
        switch (connection.state) {
        case ConnectionState::Handshaking:
            connection.socket->abort();
            break;
        case ConnectionState::Reading:
            if (connection.reader.phase() == RequestReader::Phase::Empty &&
                connection.reader.buffered() == 0) {
                m_answers.closeGently(connection);
            }
            break;
        case ConnectionState::Lingering:
            m_clock.setDeadline(connection, AnswerPath::drainLinger);
            break;
        case ConnectionState::Pending:
        case ConnectionState::Flushing:
            connection.keepAlive = false;
            break;
        case ConnectionState::Gone:
            break;
        }
    });
}

void IoFront::sweep()
{
    const qint64 now = m_clock.nowMs();
    m_table.forEach([&](Connection& connection) {
        if (connection.deadlineMs != 0 && now >= connection.deadlineMs) {
            connection.deadlineMs = 0;
            expire(connection);
        }
    });
}

void IoFront::expire(Connection& connection)
{
    switch (connection.state) {
    case ConnectionState::Handshaking:
    case ConnectionState::Lingering:
        connection.socket->abort();
        break;
    case ConnectionState::Reading:
        if (connection.reader.phase() == RequestReader::Phase::Empty) {
            note(Refusal::IdleTimeout);
            m_answers.closeGently(connection);
        } else {
            const bool isHead = connection.reader.phase() == RequestReader::Phase::Head;
            m_answers.refuse(connection, isHead ? Refusal::HeaderTimeout : Refusal::BodyTimeout,
                             nullptr);
        }
        break;
    case ConnectionState::Flushing:
        note(Refusal::WriteStall);
        connection.socket->abort();
        break;
    case ConnectionState::Pending:
    case ConnectionState::Gone:
        break;
    }
}

void IoFront::timerEvent(QTimerEvent* /*event*/)
{
    sweep();
}

bool IoFront::event(QEvent* event)
{
    if (event->type() == continueEvent()) {
        continuePipelined();
        return true;
    }
    if (event->type() != Mailbox::mailArrived()) {
        return QObject::event(event);
    }
    Mail mail;
    m_mailbox->takeAll(mail);
    for (const MailedSocket& socket : mail.sockets) {
        adopt(socket);
    }
    for (MailedAnswer& answer : mail.answers) {
        answerNow(answer.ticket, std::move(answer.response));
    }
    if (mail.drain) {
        drain();
    }
    if (mail.stop) {
        QThread::currentThread()->quit();
    }
    return true;
}

// ---- Input

void IoFront::readyRead(Connection& connection)
{
    if (m_fed) {
        return; // our own signal, for Qt's slot
    }
    QTcpSocket& socket = *connection.socket;
    // Qt's slot opens a transaction and leaves it open when it finds nothing.
    if (socket.isTransactionStarted()) {
        socket.commitTransaction();
    }
    qint64 size = socket.read(m_scratch.data(), scratchBytes);
    while (size == scratchBytes && connection.state != ConnectionState::Gone) {
        if (connection.state == ConnectionState::Reading) {
            connection.reader.store(m_scratch);
        } else {
            take(connection, m_scratch);
        }
        size = socket.read(m_scratch.data(), scratchBytes);
    }
    take(connection, QByteArrayView(m_scratch.constData(), std::max<qint64>(size, 0)));
}

void IoFront::take(Connection& connection, QByteArrayView fresh)
{
    switch (connection.state) {
    case ConnectionState::Reading:
        advance(connection, fresh);
        if (m_fed) {
            QtFront::feed(*connection.socket); // Qt's slot is the next to run
        }
        break;
    case ConnectionState::Pending:
    case ConnectionState::Flushing:
        if (connection.isOverflowing ||
            connection.reader.buffered() + fresh.size() > limits().pipelinedBytesMax) {
            if (!connection.isOverflowing) {
                note(Refusal::PipelineOverflow);
                connection.isOverflowing = true;
                connection.keepAlive = false;
                connection.reader.discard();
            }
            connection.lingered += fresh.size();
            if (connection.lingered > limits().lingerBytesMax) {
                connection.socket->abort();
            }
        } else {
            connection.reader.store(fresh);
        }
        break;
    case ConnectionState::Lingering:
        connection.lingered += fresh.size();
        if (connection.lingered > limits().lingerBytesMax) {
            connection.socket->abort();
        }
        break;
    case ConnectionState::Handshaking:
    case ConnectionState::Gone:
        break;
    }
}

// Sets m_fed when a request is complete; the caller passes it through Qt's HTTP server.
void IoFront::advance(Connection& connection, QByteArrayView fresh)
{
    const auto phaseBefore = connection.reader.phase();
    switch (connection.reader.next(fresh, m_current)) {
    case RequestReader::Outcome::Complete:
        m_fed = &connection;
        break;
    case RequestReader::Outcome::ContinueWanted:
        connection.socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        connection.socket->flush();
        [[fallthrough]];
    case RequestReader::Outcome::NeedsMore:
        // Only a new phase gets a new deadline: dripping does not buy time.
        if (connection.reader.phase() != phaseBefore) {
            const bool isHead = connection.reader.phase() == RequestReader::Phase::Head;
            m_clock.setDeadline(connection,
                                isHead ? limits().headerDeadline : limits().bodyDeadline);
        }
        break;
    case RequestReader::Outcome::Refused:
        m_answers.refuse(connection, connection.reader.refusal(), &m_current.request);
        break;
    }
}

// Qt's HTTP server calls for the request that was fed to it.
void IoFront::requestReady()
{
    HOLDFAST_ASSERT(m_fed);
    Connection& connection = *m_fed;
    m_fed = nullptr;
    m_tally.requests.add();
    fillRequest(connection);
    Request request = std::move(m_current.request);
    Router::Match match = m_shared.router->match(request);
    connection.route = match.pattern;
    if (match.refusal) {
        m_answers.answer(connection, *match.refusal);
        return;
    }
    auto reply = std::make_shared<ConnectionReply>(
        m_mailbox, Ticket{connection.id, connection.serial}, connection.requestId);
    connection.reply = reply;
    callHandler(*match.handler, std::move(request), Reply(std::move(reply)));
}

void IoFront::fillRequest(Connection& connection)
{
    Request& request = m_current.request;
    if (request.requestId.isEmpty()) {
        request.requestId = m_answers.makeRequestId();
    }
    request.peer = connection.peer;
    const TrustedProxies& proxies = m_shared.options.trustedProxies;
    if (!proxies.isEmpty()) {
        request.peer = proxies.clientOf(connection.peer, request.headers.view("X-Forwarded-For"));
    }
    ++connection.serial;
    connection.state = ConnectionState::Pending;
    connection.deadlineMs = 0;
    connection.isHead = request.method == Method::Head;
    connection.method = request.method;
    connection.keepAlive = m_current.keepAlive; // unless we drain: see AnswerPath
    connection.requestId = request.requestId;
    if (m_shared.options.accessLog) {
        connection.startedNs = m_clock.nowNs();
    }
}

// One request for each connection and turn, so that one that pipelines starves nobody.
void IoFront::continuePipelined()
{
    m_isContinuePosted = false;
    const std::vector<quint64> ids = std::exchange(m_pipelined, {});
    for (const quint64 id : ids) {
        Connection* connection = m_table.find(id);
        if (!connection || connection->state != ConnectionState::Reading) {
            continue;
        }
        advance(*connection, {});
        if (m_fed) {
            QtFront::feed(*connection->socket);
            Q_EMIT connection->socket->readyRead();
        }
    }
}

void IoFront::waitForMore(Connection& connection)
{
    connection.state = ConnectionState::Reading;
    if (connection.reader.buffered() == 0) {
        m_clock.setDeadline(connection, limits().idleDeadline);
        return;
    }
    m_clock.setDeadline(connection, limits().headerDeadline);
    m_pipelined.push_back(connection.id);
    if (!m_isContinuePosted) {
        m_isContinuePosted = true;
        QCoreApplication::postEvent(this, new QEvent(continueEvent()));
    }
}

void IoFront::answerNow(Ticket ticket, Response&& response)
{
    Connection* connection = m_table.find(ticket.connection);
    if (!connection || connection->serial != ticket.serial ||
        connection->state != ConnectionState::Pending) {
        m_tally.answersAbandoned.add();
        return;
    }
    m_answers.answer(*connection, response);
}

} // namespace holdfast::http
