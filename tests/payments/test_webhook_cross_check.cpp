// Our signatures against the reference library of the Standard Webhooks scheme, an npm package.
// Needs node, npm and the package; without one of them the test says so and is skipped.

#include "server/payments/base64.h"
#include "tests/payments/webhook_fixture.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <chrono>
#include <random>

using namespace holdfast;
using namespace holdfast::test;
using namespace Qt::StringLiterals;

namespace {

struct Webhook
{
    std::string secret;
    std::string id;
    std::int64_t timestamp = 0;
    std::string body;
    std::string signature;
    bool isGood = true;
};

QJsonArray toJson(const std::vector<Webhook>& webhooks)
{
    QJsonArray list;
    for (const Webhook& webhook : webhooks) {
        list.append(QJsonObject{{u"secret"_s, QString::fromStdString(webhook.secret)},
                                {u"id"_s, QString::fromStdString(webhook.id)},
                                {u"timestamp"_s, qint64(webhook.timestamp)},
                                {u"body"_s, QString::fromStdString(webhook.body)},
                                {u"signature"_s, QString::fromStdString(webhook.signature)}});
    }
    return list;
}

std::string randomBody(std::mt19937& random)
{
    static const std::vector<std::string> pieces{"a",    "7",        " ",       "\\n",
                                                 "\\\"", "\xc3\xa4", "\\u20ac", "\xf0\x9f\x8e\x81"};
    std::string text;
    for (auto left = random() % 40; left > 0; --left) {
        text += pieces[random() % pieces.size()];
    }
    return "{\"event_id\":\"" + std::to_string(random()) + "\",\"note\":\"" + text + "\"}";
}

/// Webhooks as our gateway would send them; every fourth has one bit of its body flipped after
/// the signature was made.
std::vector<Webhook> makeWebhooks(int count)
{
    std::mt19937 random(20'261'123);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    std::vector<Webhook> webhooks;
    for (int i = 0; i < count; ++i) {
        std::string key(24 + random() % 41, '\0');
        for (char& byte : key) {
            byte = static_cast<char>(random());
        }
        Webhook webhook;
        webhook.secret = "whsec_" + encodeBase64(key);
        webhook.id = "msg_" + std::to_string(random()) + (i % 5 == 0 ? ".dot" : "");
        webhook.timestamp = std::chrono::duration_cast<std::chrono::seconds>(now).count();
        webhook.body = randomBody(random);
        webhook.signature = signStandardWebhook(secret(webhook.secret), webhook.id,
                                                std::to_string(webhook.timestamp), webhook.body);
        webhook.isGood = i % 4 != 3;
        if (!webhook.isGood) {
            char& digit = webhook.body[webhook.body.find("event_id") + 11];
            digit = static_cast<char>(digit ^ 1);
        }
        webhooks.push_back(webhook);
    }
    return webhooks;
}

/// The program's output, or nothing and what went wrong.
std::optional<QByteArray> run(const QString& program, const QStringList& arguments,
                              const QString& folder, const QByteArray& input, QByteArray& trouble)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(60'000);
    if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0) {
        return process.readAllStandardOutput();
    }
    trouble = ended ? process.readAllStandardError().trimmed() : QByteArray("it took too long");
    process.kill();
    process.waitForFinished();
    return std::nullopt;
}

} // namespace

class TestWebhookCrossCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theReferenceLibraryAgrees();

private:
    QTemporaryDir m_folder;
    QString m_node;
};

void TestWebhookCrossCheck::initTestCase()
{
    m_node = QStandardPaths::findExecutable(u"node"_s);
    const QString npm = QStandardPaths::findExecutable(u"npm"_s);
    if (m_node.isEmpty() || npm.isEmpty()) {
        QSKIP("node and npm are not installed: nothing to check our signatures against");
    }
    const QDir source(qEnvironmentVariable("HOLDFAST_SOURCE") + u"/tests/payments/cross_check"_s);
    for (const QString& name : {u"package.json"_s, u"package-lock.json"_s, u"cross_check.mjs"_s}) {
        QVERIFY(QFile::copy(source.filePath(name), m_folder.filePath(name)));
    }
    QByteArray trouble;
    const QStringList arguments{u"ci"_s, u"--ignore-scripts"_s, u"--no-audit"_s, u"--no-fund"_s,
                                u"--prefer-offline"_s};
    if (!run(npm, arguments, m_folder.path(), {}, trouble)) {
        qWarning("%s", trouble.constData());
        QSKIP("npm cannot install the reference library here (see above)");
    }
}

void TestWebhookCrossCheck::theReferenceLibraryAgrees()
{
    const auto webhooks = makeWebhooks(200);
    QByteArray trouble;
    const auto output = run(m_node, {u"cross_check.mjs"_s}, m_folder.path(),
                            QJsonDocument(toJson(webhooks)).toJson(), trouble);
    QVERIFY2(output.has_value(), trouble.constData());
    const QJsonArray answers = QJsonDocument::fromJson(*output).array();
    QCOMPARE(std::size_t(answers.size()), webhooks.size());
    for (std::size_t i = 0; i < webhooks.size(); ++i) {
        const Webhook& webhook = webhooks[i];
        const QJsonObject answer = answers[qsizetype(i)].toObject();
        const std::string theirs = answer[u"signature"].toString().toStdString();
        QCOMPARE(theirs == webhook.signature, webhook.isGood);
        QCOMPARE(answer[u"accepted"].toBool(), webhook.isGood);

        Message message{{}, webhook.body};
        message.set("webhook-id", webhook.id)
            .set("webhook-timestamp", std::to_string(webhook.timestamp))
            .set("webhook-signature", theirs);
        const Instant then{webhook.timestamp * 1000};
        QCOMPARE(outcome(verify(message, {secret(webhook.secret)}, then)), QByteArray("ok"));
    }
}

QTEST_GUILESS_MAIN(TestWebhookCrossCheck)
#include "test_webhook_cross_check.moc"
