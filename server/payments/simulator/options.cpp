#include "server/payments/simulator/options.h"

#include <QCommandLineParser>
#include <QHostAddress>

#include <random>

namespace holdfast::cardsim {

namespace {

constexpr int dayMs = 86'400'000;

/// Collects the first thing that is wrong, so that options can be read one after the other.
class OptionReader
{
public:
    explicit OptionReader(const QCommandLineParser& parser) : m_parser(parser) {}

    [[nodiscard]] QString text(const char* name) const
    {
        return m_parser.value(QString::fromLatin1(name));
    }

    [[nodiscard]] bool flag(const char* name) const
    {
        return m_parser.isSet(QString::fromLatin1(name));
    }

    template <class T>
    void number(const char* name, T low, T high, T& into)
    {
        if (!flag(name)) {
            return;
        }
        bool ok = false;
        const qlonglong value = text(name).toLongLong(&ok);
        if (!ok || value < static_cast<qlonglong>(low) || value > static_cast<qlonglong>(high)) {
            fail(QStringLiteral("--%1: must be a whole number from %2 to %3")
                     .arg(QString::fromLatin1(name))
                     .arg(low)
                     .arg(high));
            return;
        }
        into = static_cast<T>(value);
    }

    void duration(const char* name, Duration& into)
    {
        int ms = static_cast<int>(into.ms);
        number(name, 0, dayMs, ms);
        into = Duration{ms};
    }

    void fraction(const char* name, double& into)
    {
        if (!flag(name)) {
            return;
        }
        bool ok = false;
        const double value = text(name).toDouble(&ok);
        if (!ok || !(value >= 0 && value <= 1)) {
            fail(QStringLiteral("--%1: must be a number from 0 to 1")
                     .arg(QString::fromLatin1(name)));
            return;
        }
        into = value;
    }

    void fail(const QString& problem)
    {
        if (m_problem.isEmpty()) {
            m_problem = problem;
        }
    }

    [[nodiscard]] const QString& problem() const { return m_problem; }

private:
    const QCommandLineParser& m_parser;
    QString m_problem;
};

void addOption(QCommandLineParser& parser, const char* name, const char* help,
               const char* valueName = nullptr, const char* defaultValue = "")
{
    parser.addOption({QString::fromLatin1(name), QString::fromUtf8(help),
                      QString::fromLatin1(valueName), QString::fromLatin1(defaultValue)});
}

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(QStringLiteral(
        "A card gateway to practise with: makes payments, decides them by rule or by hand, and\n"
        "tells the shop by signed webhooks. Listens on and sends to this machine only."));
    addOption(parser, "listen", "Where to listen; port 0 takes a free one.", "HOST:PORT",
              "127.0.0.1:8010");
    addOption(parser, "webhook-url", "Where webhooks go; without it they are only listed.", "URL");
    addOption(parser, "webhook-secret",
              "What signs them: whsec_ and base 64. Else HOLDFAST_GATEWAY_SECRET.", "SECRET");
    addOption(parser, "unsigned", "Send webhooks without a signature.");
    addOption(parser, "approve-delay-ms", "From creation to decision (700).", "N");
    addOption(parser, "delay-ms", "Hold every webhook back this long (0).", "N");
    addOption(parser, "duplicate", "Send every webhook this often (1).", "N");
    addOption(parser, "reorder", "Let webhooks overtake each other, within 2 s.");
    addOption(parser, "reorder-window-ms", "The same within this time.", "N");
    addOption(parser, "drop-rate", "Part of sendings and answers lost on the way (0).", "P");
    addOption(parser, "seed", "Makes losses, order and jitter the same again.", "N");
    addOption(parser, "manual", "Payments wait for approve or decline by hand.");
    addOption(parser, "no-amount-rules", "Amount endings mean nothing.");
    addOption(parser, "late-ms", "How late the webhook of a late payment is (10000).", "N");
    addOption(parser, "silent-ms", "How long a silent payment is unknown (15000).", "N");
    addOption(parser, "reorder-ms", "How late the stale news of …05 comes (1500).", "N");
    addOption(parser, "retry-base-ms", "First back-off, doubled each time (500).", "N");
    addOption(parser, "retry-max-ms", "Longest back-off (30000).", "N");
    addOption(parser, "retry-attempts", "Sendings before a webhook is given up (20).", "N");
    addOption(parser, "state", "Keep payments and webhooks in this file.", "FILE");
    parser.addHelpOption();
    parser.addVersionOption();
}

bool isLoopback(const QString& host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

void readListen(OptionReader& reader, GatewayOptions& options)
{
    const QString text = reader.text("listen");
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool ok = false;
    options.port = text.mid(colon + 1).toUShort(&ok);
    options.host = text.left(colon);
    if (options.host.startsWith(QLatin1Char('[')) && options.host.endsWith(QLatin1Char(']'))) {
        options.host = options.host.mid(1, options.host.size() - 2);
    }
    if (colon < 0 || !ok) {
        reader.fail(QStringLiteral("--listen: must be HOST:PORT"));
    } else if (!isLoopback(options.host)) {
        reader.fail(
            QStringLiteral("--listen: the simulator serves this machine only; use 127.0.0.1"));
    }
}

void readReceiver(OptionReader& reader, const QString& environmentSecret, GatewayOptions& options)
{
    options.webhookUrl = QUrl(reader.text("webhook-url"), QUrl::StrictMode);
    options.outbox.hasReceiver = !options.webhookUrl.isEmpty();
    if (!reader.text("webhook-url").isEmpty()) {
        const bool http =
            options.webhookUrl.isValid() && options.webhookUrl.scheme() == QLatin1String("http");
        if (!http || !isLoopback(options.webhookUrl.host())) {
            reader.fail(QStringLiteral("--webhook-url: must be http:// and on this machine"));
        }
    }
    const QString text =
        reader.flag("webhook-secret") ? reader.text("webhook-secret") : environmentSecret;
    if (reader.flag("unsigned") || (text.isEmpty() && !options.outbox.hasReceiver)) {
        return;
    }
    if (text.isEmpty()) {
        reader.fail(QStringLiteral("--webhook-url needs --webhook-secret, or --unsigned"));
        return;
    }
    const QByteArray bytes = text.toUtf8();
    const auto secret = WebhookSecret::parse({bytes.constData(), size_t(bytes.size())});
    if (secret) {
        options.secret = *secret;
    } else {
        reader.fail(QStringLiteral("--webhook-secret: it ") +
                    QString::fromStdString(secret.error()));
    }
}

void readBehaviour(OptionReader& reader, GatewayOptions& options)
{
    SimRules& rules = options.rules;
    rules.manual = reader.flag("manual");
    rules.amountRules = !reader.flag("no-amount-rules");
    reader.duration("approve-delay-ms", rules.approveDelay);
    reader.duration("late-ms", rules.lateDelay);
    reader.duration("silent-ms", rules.silence);
    reader.duration("reorder-ms", rules.reorderDelay);

    OutboxSettings& outbox = options.outbox;
    outbox.reorderWindow = Duration{reader.flag("reorder") ? 2'000 : 0};
    reader.duration("delay-ms", outbox.extraDelay);
    reader.duration("reorder-window-ms", outbox.reorderWindow);
    reader.duration("retry-base-ms", outbox.retryBase);
    reader.duration("retry-max-ms", outbox.retryMax);
    reader.number("duplicate", 1, sim_limits::copiesMax, outbox.copies);
    reader.number("retry-attempts", 1, sim_limits::attemptsMax, outbox.attemptsMax);
    reader.fraction("drop-rate", outbox.dropRate);
    options.seed = std::random_device{}();
    reader.number<std::uint64_t>("seed", 0, std::numeric_limits<qlonglong>::max(), options.seed);
}

} // namespace

OptionsOutcome parseOptions(const QStringList& arguments, const QString& environmentSecret)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(arguments)) {
        return {std::nullopt, parser.errorText(), 2};
    }
    if (parser.isSet(QStringLiteral("help"))) {
        return {std::nullopt, parser.helpText(), 0};
    }
    if (parser.isSet(QStringLiteral("version"))) {
        return {std::nullopt, QStringLiteral("holdfast-gateway " HOLDFAST_VERSION "\n"), 0};
    }
    if (!parser.positionalArguments().isEmpty()) {
        return {std::nullopt,
                QStringLiteral("unknown argument: ") + parser.positionalArguments()[0], 2};
    }
    GatewayOptions options;
    OptionReader reader(parser);
    readListen(reader, options);
    readReceiver(reader, environmentSecret, options);
    readBehaviour(reader, options);
    options.stateFile = reader.text("state");
    if (!reader.problem().isEmpty()) {
        return {std::nullopt, reader.problem(), 2};
    }
    return {options, {}, 0};
}

} // namespace holdfast::cardsim
