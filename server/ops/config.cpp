#include "server/ops/config.h"

#include "shared/sql/database_url.h"

#include <QFile>
#include <QSettings>

#include <array>
#include <functional>

namespace holdfast {

namespace {

/// Sets a value; the text says what is wrong with it.
using Apply = std::function<std::optional<std::string>(Config&, const QString&)>;
using Show = std::function<std::string(const Config&)>;

enum class Kind { Value, List, Switch };

struct Option
{
    const char* name; ///< flag without dashes; key of the file; HOLDFAST_NAME in the environment
    const char* placeholder;
    const char* help;
    Kind kind;
    Apply apply;
    Show show;
    const char* variable = nullptr; ///< where it does not follow from the name
};

std::optional<std::string> setNumber(const QString& text, std::int64_t min, std::int64_t max,
                                     std::int64_t& target)
{
    bool isNumber = false;
    const qlonglong number = text.toLongLong(&isNumber);
    if (!isNumber || number < min || number > max) {
        return "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    }
    target = number;
    return std::nullopt;
}

std::optional<std::string> setSeconds(const QString& text, Duration max, Duration& target)
{
    std::int64_t seconds = 0;
    const auto wrong = setNumber(text, 1, max.ms / 1000, seconds);
    if (!wrong) {
        target = Duration::seconds(seconds);
    }
    return wrong;
}

std::optional<std::string> setListen(Config& config, const QString& text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    std::int64_t port = 0;
    if (colon < 1 || setNumber(text.mid(colon + 1), 0, 65'535, port)) {
        return "must be HOST:PORT";
    }
    config.listenHost = text.left(colon);
    if (config.listenHost.startsWith(QLatin1Char('[')) &&
        config.listenHost.endsWith(QLatin1Char(']'))) {
        config.listenHost = config.listenHost.mid(1, config.listenHost.size() - 2);
    }
    config.listenPort = static_cast<quint16>(port);
    return std::nullopt;
}

std::optional<std::string> setSwitch(const QString& text, bool& target)
{
    static const QStringList on{QStringLiteral("1"), QStringLiteral("true"), QStringLiteral("on"),
                                QStringLiteral("yes")};
    static const QStringList off{QStringLiteral("0"), QStringLiteral("false"),
                                 QStringLiteral("off"), QStringLiteral("no")};
    target = on.contains(text.toLower());
    return target || off.contains(text.toLower()) ? std::nullopt
                                                  : std::optional<std::string>("must be on or off");
}

std::string masked(std::size_t count)
{
    return count == 0 ? "" : count == 1 ? "***" : "*** (" + std::to_string(count) + ")";
}

/// What is not understood may hold a password anywhere.
std::string databaseShown(const Config& config)
{
    const auto url = sql::DatabaseUrl::parse(config.database);
    return url ? url->masked() : "***";
}

std::optional<std::string> setLogFormat(Config& config, const QString& text)
{
    if (text == QLatin1String("json")) {
        config.logFormat = LogFormat::Json;
    } else if (text == QLatin1String("text")) {
        config.logFormat = LogFormat::Text;
    } else {
        return "must be json or text";
    }
    return std::nullopt;
}

std::optional<std::string> setTaxMode(Config& config, const QString& text)
{
    const auto mode = parseTaxMode(text.toStdString());
    if (!mode) {
        return "must be inclusive or exclusive";
    }
    config.rules.taxMode = *mode;
    return std::nullopt;
}

std::optional<std::string> notYet(Config& /*config*/, const QString& /*text*/)
{
    return "is not built into this version";
}

std::string logFormatWord(const Config& config)
{
    switch (config.logFormat) {
    case LogFormat::Json:
        return "json";
    case LogFormat::Text:
        return "text";
    case LogFormat::Automatic:
        break;
    }
    return "automatic";
}

std::optional<std::string> setRedis(Config& config, const QString& text)
{
    auto url = RedisUrl::parse(text.toStdString());
    if (!url) {
        return url.error();
    }
    config.redis = std::move(*url);
    return std::nullopt;
}

std::string redisShown(const Config& config)
{
    return config.redis
               ? "redis://" + config.redis->host + ':' + std::to_string(config.redis->port) + '/' +
                     std::to_string(config.redis->database)
               : "";
}

std::vector<Option> storageOptions()
{
    return {
        {"listen", "HOST:PORT", "where to serve; port 0 picks a free one", Kind::Value, setListen,
         [](const Config& c) {
             return c.listenHost.toStdString() + ':' + std::to_string(c.listenPort);
         }},
        {"database", "URL", "sqlite:PATH, postgresql://… or mariadb://…", Kind::Value,
         [](Config& c, const QString& text) {
             c.database = text.toStdString();
             return std::optional<std::string>();
         },
         databaseShown},
        {"redis", "URL", "redis://host:port/n, a cache that several servers share", Kind::Value,
         setRedis, redisShown},
        {"threads", "N", "HTTP threads; default: one for each core", Kind::Value,
         [](Config& c, const QString& text) {
             std::int64_t threads = 0;
             auto wrong = setNumber(text, 1, 64, threads);
             c.threads = static_cast<int>(threads);
             return wrong;
         },
         [](const Config& c) { return std::to_string(c.threads); }},
        {"batch-max", "N", "commands the writer takes into one commit", Kind::Value,
         [](Config& c, const QString& text) {
             std::int64_t count = 0;
             auto wrong = setNumber(text, 1, limits::batchCommandsMax, count);
             c.batchMax = static_cast<std::size_t>(count);
             return wrong;
         },
         [](const Config& c) { return std::to_string(c.batchMax); }},
        {"reconcile-minutes", "N", "how often the books are checked while serving; 0: never",
         Kind::Value,
         [](Config& c, const QString& text) {
             std::int64_t minutes = 0;
             auto wrong = setNumber(text, 0, 10'080, minutes);
             c.reconcilePeriod = std::chrono::minutes(minutes);
             return wrong;
         },
         [](const Config& c) { return std::to_string(c.reconcilePeriod.count()); }},
        {"log-format", "json|text", "default: text on a terminal, else json", Kind::Value,
         setLogFormat, logFormatWord},
    };
}

std::vector<Option> ruleOptions()
{
    return {
        {"hold-seconds", "N", "life of a hold", Kind::Value,
         [](Config& c, const QString& text) {
             return setSeconds(text, limits::holdLifeMax, c.rules.holdLife);
         },
         [](const Config& c) { return std::to_string(c.rules.holdLife.ms / 1000); }},
        {"payment-seconds", "N", "how long an order may wait for payment", Kind::Value,
         [](Config& c, const QString& text) {
             return setSeconds(text, limits::paymentDeadlineMax, c.rules.paymentDeadline);
         },
         [](const Config& c) { return std::to_string(c.rules.paymentDeadline.ms / 1000); }},
        {"tax-mode", "inclusive|exclusive", "whether prices contain the tax", Kind::Value,
         setTaxMode, [](const Config& c) { return std::string(toString(c.rules.taxMode)); }},
        {"cash-rounding-minor", "N", "smallest coin in minor units", Kind::Value,
         [](Config& c, const QString& text) {
             return setNumber(text, 1, 100'000, c.rules.cashRoundingStepMinor);
         },
         [](const Config& c) { return std::to_string(c.rules.cashRoundingStepMinor); }},
    };
}

std::vector<Option> securityOptions()
{
    return {
        {"webhook-secret", "S", "secret of payment webhooks; repeatable", Kind::List,
         [](Config& c, const QString& text) {
             c.webhookSecrets.push_back(text.toStdString());
             return std::optional<std::string>();
         },
         [](const Config& c) { return masked(c.webhookSecrets.size()); },
         "HOLDFAST_WEBHOOK_SECRETS"},
        {"stripe-webhook-secret", "S", "Stripe's webhooks (later)", Kind::List, notYet,
         [](const Config&) { return std::string(); }, "HOLDFAST_STRIPE_WEBHOOK_SECRETS"},
        {"tls-cert", "FILE", "certificate chain (PEM): HTTPS", Kind::Value,
         [](Config& c, const QString& text) {
             c.tlsCertificateFile = text;
             return std::optional<std::string>();
         },
         [](const Config& c) { return c.tlsCertificateFile.toStdString(); }},
        {"tls-key", "FILE", "its private key (PEM)", Kind::Value,
         [](Config& c, const QString& text) {
             c.tlsKeyFile = text;
             return std::optional<std::string>();
         },
         [](const Config& c) { return c.tlsKeyFile.toStdString(); }},
        {"trust-proxy", "CIDR", "whose X-Forwarded-For is believed; repeatable", Kind::List,
         [](Config& c, const QString& text) {
             c.trustedProxies.push_back(text);
             return std::optional<std::string>();
         },
         [](const Config& c) { return c.trustedProxies.join(QLatin1Char(',')).toStdString(); }},
        {"demo", "", "sample catalogue, no tokens needed; loopback only", Kind::Switch,
         [](Config& c, const QString& text) { return setSwitch(text, c.demo); },
         [](const Config& c) { return std::string(c.demo ? "on" : "off"); }},
        {"admin-token", "T", "bootstrap token with role admin", Kind::Value,
         [](Config& c, const QString& text) {
             c.adminToken = text.toStdString();
             return text.isEmpty() ? std::optional<std::string>("must not be empty") : std::nullopt;
         },
         [](const Config& c) { return masked(c.adminToken ? 1 : 0); }},
    };
}

const std::vector<Option>& options()
{
    static const std::vector<Option> all = [] {
        std::vector<Option> list = storageOptions();
        for (auto&& part : {ruleOptions(), securityOptions()}) {
            list.insert(list.end(), part.begin(), part.end());
        }
        return list;
    }();
    return all;
}

const Option* optionNamed(const QString& name)
{
    for (const Option& option : options()) {
        if (name == QLatin1String(option.name)) {
            return &option;
        }
    }
    return nullptr;
}

QString variableOf(const Option& option)
{
    if (option.variable != nullptr) {
        return QLatin1String(option.variable);
    }
    const QString name = QString::fromLatin1(option.name).toUpper();
    return QStringLiteral("HOLDFAST_") + QString(name).replace(QLatin1Char('-'), QLatin1Char('_'));
}

using Failed = Failure<std::string>;
using Applied = Result<void, std::string>;

Applied applyOne(Config& config, const Option& option, const QString& text, const QString& where)
{
    if (const auto wrong = option.apply(config, text)) {
        return Failed(where.toStdString() + ": " + *wrong);
    }
    return {};
}

Applied applyFile(Config& config, const QString& path)
{
    if (!QFile::exists(path)) {
        return Failed("--config: there is no file " + path.toStdString());
    }
    QSettings file(path, QSettings::IniFormat);
    for (const QString& key : file.allKeys()) {
        const Option* option = optionNamed(key);
        if (option == nullptr) {
            return Failed(path.toStdString() + ": unknown key " + key.toStdString());
        }
        const QStringList values = file.value(key).toStringList();
        if (option->kind != Kind::List && values.size() > 1) {
            return Failed(path.toStdString() + ": " + key.toStdString() + " takes one value");
        }
        for (const QString& value : values) {
            const QString place = path + QStringLiteral(": ") + key;
            if (auto applied = applyOne(config, *option, value, place); !applied) {
                return applied;
            }
        }
    }
    if (file.status() != QSettings::NoError) {
        return Failed("--config: " + path.toStdString() + " cannot be read as INI");
    }
    return {};
}

/// A list that is given again replaces the one from a lower source.
void startList(Config& config, const Option& option)
{
    if (qstrcmp(option.name, "webhook-secret") == 0) {
        config.webhookSecrets.clear();
    } else if (qstrcmp(option.name, "trust-proxy") == 0) {
        config.trustedProxies.clear();
    }
}

Applied applyEnvironment(Config& config, const QProcessEnvironment& environment)
{
    for (const Option& option : options()) {
        const QString variable = variableOf(option);
        if (!environment.contains(variable)) {
            continue;
        }
        QStringList values{environment.value(variable)};
        if (option.kind == Kind::List) {
            startList(config, option);
            values = values.first().split(QLatin1Char(','), Qt::SkipEmptyParts);
        }
        for (const QString& value : values) {
            if (auto applied = applyOne(config, option, value.trimmed(), variable); !applied) {
                return applied;
            }
        }
    }
    return {};
}

struct GivenFlag
{
    const Option* option;
    QString value;
};

/// The flags of a command line and, apart, the file of --config.
struct Flags
{
    std::vector<GivenFlag> given;
    std::optional<QString> configFile;
};

Result<Flags, std::string> parseFlags(const QStringList& arguments, QStringList& rest)
{
    Flags flags;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        const QString& argument = arguments[at];
        if (!argument.startsWith(QLatin1String("--"))) {
            rest.push_back(argument);
            continue;
        }
        const qsizetype equals = argument.indexOf(QLatin1Char('='));
        const QString name = argument.mid(2, equals < 0 ? -1 : equals - 2);
        const Option* option = optionNamed(name);
        const bool isConfig = name == QLatin1String("config");
        if (option == nullptr && !isConfig) {
            rest.push_back(argument);
            continue;
        }
        QString value = QStringLiteral("on");
        if (equals >= 0) {
            value = argument.mid(equals + 1);
        } else if (isConfig || option->kind != Kind::Switch) {
            if (++at == arguments.size()) {
                return Failed("--" + name.toStdString() + " needs a value");
            }
            value = arguments[at];
        }
        if (isConfig) {
            flags.configFile = value;
        } else {
            flags.given.push_back({option, value});
        }
    }
    return flags;
}

} // namespace

Result<Config, std::string> loadConfig(const QStringList& arguments,
                                       const QProcessEnvironment& environment, QStringList& rest)
{
    auto flags = parseFlags(arguments, rest);
    if (!flags) {
        return Failed(flags.error());
    }
    Config config;
    if (!flags->configFile && environment.contains(QStringLiteral("HOLDFAST_CONFIG"))) {
        flags->configFile = environment.value(QStringLiteral("HOLDFAST_CONFIG"));
    }
    if (flags->configFile) {
        if (const auto applied = applyFile(config, *flags->configFile); !applied) {
            return Failed(applied.error());
        }
    }
    if (const auto applied = applyEnvironment(config, environment); !applied) {
        return Failed(applied.error());
    }
    std::vector<const Option*> started;
    for (const GivenFlag& flag : flags->given) {
        if (std::find(started.begin(), started.end(), flag.option) == started.end()) {
            startList(config, *flag.option);
            started.push_back(flag.option);
        }
        const QString place = QStringLiteral("--") + QLatin1String(flag.option->name);
        if (auto applied = applyOne(config, *flag.option, flag.value, place); !applied) {
            return Failed(applied.error());
        }
    }
    return config;
}

std::string describe(const Config& config)
{
    std::string text;
    for (const Option& option : options()) {
        text += std::string(option.name) + " = " + option.show(config) + '\n';
    }
    return text;
}

std::string optionHelp()
{
    std::string text = "  --config FILE\n        INI file with these options as keys\n";
    for (const Option& option : options()) {
        text += std::string("  --") + option.name;
        text += *option.placeholder == '\0' ? "" : std::string(" ") + option.placeholder;
        text += std::string("\n        ") + option.help + "  [" + variableOf(option).toStdString() +
                "]\n";
    }
    return text;
}

} // namespace holdfast
