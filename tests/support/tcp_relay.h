#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <memory>

namespace holdfast::test {

/// Stands between a program and a server on 127.0.0.1 and passes on what they say, until it is told
/// to cut them off. Protocols where one side asks and the other answers, as those of the databases:
/// what comes from the program after an answer is a new request. Works in a thread of its own; its
/// functions may be called from any thread.
class TcpRelay
{
public:
    explicit TcpRelay(quint16 serverPort);
    ~TcpRelay();
    TcpRelay(const TcpRelay&) = delete;
    TcpRelay& operator=(const TcpRelay&) = delete;

    [[nodiscard]] quint16 port() const;
    /// The same address with our port instead of the server's.
    [[nodiscard]] QString through(const QString& url) const;

    enum class Moment {
        BeforeRequest,     ///< the request does not reach the server
        AfterRequest,      ///< it is passed on; nobody waits for the answer
        AfterAnswer,       ///< the server has answered, and its answer is lost
        RequestComesLater, ///< the program is cut off, and then its request reaches the server
        ServerHearsLater,  ///< the request is lost, and the server hears of the cut later
    };

    /// Where to cut, once: at the first request that contains `text`, after `skipped` others.
    struct Plan
    {
        Moment moment = Moment::BeforeRequest;
        QByteArray text = {};
        int skipped = 0;
        bool stayAway = false; ///< nobody gets in any more, until letIn()
    };

    void cut(const Plan& plan);
    /// Whether the planned cut has happened.
    [[nodiscard]] bool hasCut() const;
    /// Cuts all off at once; nobody gets in any more.
    void close();
    void letIn();

    /// How long "later" is.
    static constexpr std::chrono::milliseconds later{300};

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
};

} // namespace holdfast::test
