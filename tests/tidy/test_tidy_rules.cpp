#include "tests/tidy/functions.h"
#include "tests/tidy/rules.h"

#include <QTest>

using namespace holdfast::tidy;

namespace {

using Rule = Findings (*)(const Tree&);

QString lines(qsizetype count, const char* line)
{
    return QString::fromUtf8(line).append(u'\n').repeated(count);
}

QStringList described(const Findings& findings)
{
    QStringList all;
    for (const Finding& finding : findings) {
        all << toString(finding);
    }
    return all;
}

/// A function of `bodyLines` + 3 lines, counted from its name to its last brace.
QString functionOf(qsizetype bodyLines)
{
    return u"int answer()\n{\n" + lines(bodyLines, "    work();") + u"}\n";
}

} // namespace

/// Every rule is given a small tree with one planted violation, and a clean one beside it.
class TestTidyRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plantedCode_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("findings");

        const auto row = [](const char* name, const char* path, const char* code, int findings) {
            QTest::newRow(name) << QString::fromUtf8(path) << QString::fromUtf8(code) << findings;
        };
        const char* store = "server/store/a.cpp";
        const char* test = "tests/store/a.cpp";
        row("qWait", test, "QTest::qWait(50);", 1);
        row("qSleep", test, "QTest::qSleep (50);", 1);
        row("qWaitFor has a deadline", test, "QTest::qWaitFor(done, 50);", 0);
        row("sleep", store, "std::this_thread::sleep_for(1s);", 1);
        row("thread sleep", store, "QThread::msleep(5);", 1);
        row("rand", store, "const int a = rand() % 6;", 1);
        row("operand is not rand", store, "const int a = operand();", 0);
        row("current time", store, "const auto now = QDateTime::currentDateTimeUtc();", 1);
        row("C time", store, "const auto now = time(nullptr);", 1);
        row("the clock may", "server/main.cpp", "QDateTime::currentDateTimeUtc();", 0);
        row("system", store, "system(\"ls\");", 1);
        row("another system", store, "QRandomGenerator::system();", 0);
        row("member called system", store, "settings.system();", 0);
        row("cout", store, "std::cout << 1;", 1);
        row("printf", store, "printf(\"x\");", 1);
        row("snprintf is no output", store, "snprintf(a, 3, \"x\");", 0);
        row("a program may print", "server/main.cpp", "std::cout << 1;", 0);
        row("qDebug", "server/main.cpp", "qDebug() << 1;", 1);
        row("instance", store, "static Store& instance() { return store; }", 1);
        row("use of an instance", store, "Store::instance().write();", 1);
        row("Qt's own instance", store, "QCoreApplication::instance();", 0);
        row("context property", "app/main.cpp", "c->setContextProperty(a, b);", 1);
        row("naked new", store, "auto* a = new Thing;", 1);
        row("naked new, brackets", store, "auto* a = new Thing<int>();", 1);
        row("naked array", store, "auto* a = new char[20];", 1);
        row("new in an owner", store, "std::unique_ptr<A> a(new A());", 0);
        row("new with a parent", store, "auto* timer = new QTimer(this);", 0);
        row("delete", store, "delete thing;", 1);
        row("deleted function", store, "Store(const Store&) = delete;", 0);
        row("assert", store, "Q_ASSERT(a);", 1);
        row("our assertion", store, "HOLDFAST_ASSERT(a);", 0);
        row("using namespace", store, "using namespace std;", 1);
        row("using units", store, "using namespace std::chrono_literals;", 0);
        row("skipped", test, "QSKIP(\"later\");", 1);
        row("in a comment", store, "// system(\"ls\")", 0);
        row("in a text", store, "log(\"use rand() or delete it\");", 0);
        row("in a raw text", store, "log(R\"x(rand() \" delete it)x\");", 0);
        row("behind a digit separator", store, "wait(1'000); rand(); wait(2'000);", 1);
    }

    void plantedCode()
    {
        QFETCH(QString, path);
        QFETCH(QString, code);
        QFETCH(int, findings);
        const Findings found = checkForbidden(Tree::of({{path, code + u'\n'}}));
        QVERIFY2(found.size() == static_cast<std::size_t>(findings),
                 qPrintable(described(found).join(u'\n')));
    }

    void plantedIncludes_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("header");
        QTest::addColumn<bool>("allowed");

        const auto row = [](const char* path, const char* header, bool allowed) {
            QTest::addRow("%s: %s", path, header)
                << QString::fromUtf8(path) << QString::fromUtf8(header) << allowed;
        };
        row("shared/domain/a.cpp", "<QString>", false);
        row("shared/domain/a.cpp", "<QtCore/qglobal.h>", false);
        row("shared/domain/a.cpp", "<vector>", true);
        row("shared/domain/a.cpp", "\"shared/domain/ids.h\"", true);
        row("shared/domain/a.cpp", "\"shared/protocol/codec.h\"", false);
        row("shared/protocol/a.cpp", "\"shared/domain/ids.h\"", true);
        row("shared/protocol/a.cpp", "\"shared/sql/connection.h\"", false);
        row("shared/protocol/a.cpp", "\"server/http/router.h\"", false);
        row("shared/sql/a.cpp", "\"server/store/store.h\"", false);
        row("server/ledger/a.h", "<QObject>", false);
        row("server/ledger/a.h", "\"shared/protocol/codec.h\"", false);
        row("server/ledger/a.h", "\"server/store/store.h\"", false);
        row("server/store/a.cpp", "\"server/ledger/ledger.h\"", true);
        row("server/store/a.cpp", "\"server/http/router.h\"", false);
        row("server/http/a.cpp", "\"server/store/store.h\"", true);
        row("server/main.cpp", "\"app/session/till.h\"", false);
        row("app/session/a.cpp", "\"server/store/store.h\"", false);
        row("app/session/a.cpp", "\"shared/protocol/codec.h\"", true);
        row("server/http/a.cpp", "\"tests/support/clock.h\"", false);
        row("tests/store/a.cpp", "\"server/store/store.h\"", true);
        row("tests/store/a.cpp", "\"server/store/gone.h\"", false);
        row("tests/store/a.cpp", "\"beside.h\"", false);
        row("tests/store/a.cpp", "\"a.moc\"", true);
    }

    void plantedIncludes()
    {
        QFETCH(QString, path);
        QFETCH(QString, header);
        QFETCH(bool, allowed);
        std::vector<SourceFile> files;
        for (const char* existing :
             {"shared/domain/ids.h", "shared/protocol/codec.h", "shared/sql/connection.h",
              "server/ledger/ledger.h", "server/store/store.h", "server/http/router.h",
              "app/session/till.h", "tests/support/clock.h", "tests/store/beside.h"}) {
            files.push_back({QString::fromUtf8(existing), QString()});
        }
        files.push_back({path, u"// first\n#include " + header + u'\n'});
        const Findings found = checkIncludes(Tree::of(files));
        QVERIFY2(found.empty() == allowed, qPrintable(described(found).join(u'\n')));
        QVERIFY(allowed || (found.front().path == path && found.front().line == 2));
    }

    void anIncludeInsideATextIsNone()
    {
        const QString sample = QStringLiteral("auto a = R\"(\n#include \"server/none.h\"\n)\";\n");
        QVERIFY(checkIncludes(Tree::of({{QStringLiteral("shared/domain/a.cpp"), sample}})).empty());
    }

    void onlyOneFileAsksForTheVersionOfQt()
    {
        const QString asking =
            QStringLiteral("#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)\n#endif\n");
        const SourceFile one{QStringLiteral("server/http/versions.h"), asking};
        const SourceFile source{QStringLiteral("server/http/versions.cpp"), asking};
        const SourceFile other{QStringLiteral("app/main.cpp"), asking};
        QVERIFY(checkQtVersions(Tree::of({one, source})).empty());
        QCOMPARE(checkQtVersions(Tree::of({one, other})).size(), std::size_t{2});
    }

    void lengths()
    {
        const auto count = [](Rule rule, const QString& path, const QString& text) {
            return rule(Tree::of({{path, text}})).size();
        };
        const QString cpp = QStringLiteral("app/a.cpp");
        const QString qml = QStringLiteral("qml/A.qml");
        QCOMPARE(count(checkFileLengths, cpp, lines(500, "int a;")), std::size_t{0});
        QCOMPARE(count(checkFileLengths, cpp, lines(501, "int a;")), std::size_t{1});
        QCOMPARE(count(checkFileLengths, qml, lines(300, "Item {}")), std::size_t{0});
        QCOMPARE(count(checkFileLengths, qml, lines(301, "Item {}")), std::size_t{1});
        QCOMPARE(count(checkLineLengths, cpp, QString(100, u'é')), std::size_t{0});
        QCOMPARE(count(checkLineLengths, cpp, QString(101, u'x')), std::size_t{1});
        QCOMPARE(count(checkLineLengths, cpp, u"// https://" + QString(95, u'x')), std::size_t{0});
        QCOMPARE(count(checkFunctionLengths, cpp, functionOf(67)), std::size_t{0});
        QCOMPARE(count(checkFunctionLengths, cpp, functionOf(68)), std::size_t{1});
        QCOMPARE(count(checkFunctionLengths, cpp, QStringLiteral("int a() {\n")), std::size_t{1});
    }

    void findsFunctions_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("found"); // name:first-last, separated by spaces

        const auto row = [](const char* name, const char* code, const char* found) {
            QTest::newRow(name) << QString::fromUtf8(code) << QString::fromUtf8(found);
        };
        row("free", "int a()\n{\n}\n", "a:1-3");
        row("declared only", "int a();\nstruct B;\n", "");
        row("in a namespace", "namespace x {\nint a() { return 1; }\n}\n", "a:2-2");
        row("in a class",
            "class A : public B\n{\n    Q_OBJECT\npublic:\n    int a() const\n    {\n    }\n};\n",
            "a:5-7");
        row("member initialisers",
            "A::A(int b)\n    : m_b{b}, m_c{1, 2}, m_d(3)\n{\n    go();\n}\n", "A::A:1-5");
        row("default argument with braces", "void a(B b = {})\n{\n}\n", "a:1-3");
        row("trailing return", "auto a() -> std::vector<int>\n{\n}\n", "a:1-3");
        row("operator", "bool operator==(A a, A b)\n{\n}\n", "operator==:1-3");
        row("call operator", "int operator()(int a) const { return a; }\n", "operator():1-1");
        row("values are none", "const std::vector<int> a{\n    f(1),\n    2,\n};\nint b = {3};\n",
            "");
        row("enumeration", "enum class A : int {\n    B,\n};\nint c() {}\n", "c:4-4");
        row("lambdas belong outside", "void a()\n{\n    b([] {\n    });\n}\n", "a:1-5");
        row("both branches of a condition", "#if A\nint a(int b) {\n#else\nint a() {\n#endif\n}\n",
            "a:2-6");
        row("braces in texts", "void a()\n{\n    b('{', \"}}\", R\"(})\");\n}\n", "a:1-4");
        row("macros before a class", "Q_IMPORT_QML_PLUGIN(A)\n\nnamespace {\nint a() {}\n}\n",
            "a:4-4");
        row("macros before a function", "class A {\n    Q_OBJECT\n    Q_INVOKABLE int a() {}\n};\n",
            "a:3-3");
        row("template", "template <class T>\nT a(T b)\n{\n    return b;\n}\n", "a:1-5");
    }

    void findsFunctions()
    {
        QFETCH(QString, code);
        QFETCH(QString, found);
        const auto functions = functionsOf({QStringLiteral("app/a.cpp"), code});
        QVERIFY(functions.has_value());
        QStringList all;
        for (const Function& function : *functions) {
            all << QStringLiteral("%1:%2-%3")
                       .arg(function.name)
                       .arg(function.firstLine)
                       .arg(function.lastLine);
        }
        QCOMPARE(all.join(u' '), found);
    }

    void plantedComments()
    {
        const auto count = [](const char* code) {
            return checkComments(Tree::of({{QStringLiteral("app/a.cpp"), QString::fromUtf8(code)}}))
                .size();
        };
        QCOMPARE(count("int a; // NOLINT"), std::size_t{1});
        QCOMPARE(count("int a; // NOLINT(misc-a)"), std::size_t{1});
        QCOMPARE(count("int a; // NOLINT(misc-a): the library wants it so"), std::size_t{0});
        QCOMPARE(count("// TODO: finish"), std::size_t{1});
        QCOMPARE(count("auto a = \"TODO\";"), std::size_t{0});
    }

    void plantedQml_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("findings");

        const auto row = [](const char* name, const char* path, const char* text, int findings) {
            QTest::newRow(name) << QString::fromUtf8(path) << QString::fromUtf8(text) << findings;
        };
        const char* view = "qml/Till/View.qml";
        row("script file", "qml/Till/helpers.js", "x", 1);
        row("script import", view, "import \"helpers.js\" as Helpers\n", 1);
        row("untyped property", view, "Item { property var a }\n", 1);
        row("typed property", view, "Item { property int a }\n", 0);
        row("hexadecimal colour", view, "Item { color: \"#ff0000\" }\n", 1);
        row("named colour", view, "Item { border.color: 'red' }\n", 1);
        row("no colour", view, "Item { color: \"transparent\" }\n", 0);
        row("computed colour", view, "Item { color: Qt.rgba(0, 0, 0, 0.5) }\n", 1);
        row("the theme has colours", "qml/Ui/Theme.qml", "QtObject { color: \"#ff0000\" }\n", 0);
        row("a colour in a comment", view, "// \"#ff0000\"\nItem {}\n", 0);
        row("function", view, "Item { function a() {} }\n", 1);
    }

    void plantedQml()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(int, findings);
        const Findings found = checkQml(Tree::of({{path, text}}));
        QVERIFY2(found.size() == static_cast<std::size_t>(findings),
                 qPrintable(described(found).join(u'\n')));
    }

    void oneFunctionInTwoHundredLinesOfQml()
    {
        const QString function = QStringLiteral("    function a() {}\n");
        const QString path = QStringLiteral("qml/A.qml");
        QVERIFY(checkQml(Tree::of({{path, function + lines(199, "x")}})).empty());
        QCOMPARE(checkQml(Tree::of({{path, function + lines(198, "x")}})).size(), std::size_t{1});
    }

    void plantedDocuments_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("findings");

        const auto row = [](const char* name, const char* path, const char* text, int findings) {
            QTest::newRow(name) << QString::fromUtf8(path) << QString::fromUtf8(text) << findings;
        };
        row("file that exists", "docs/a.md", "# A\nSee `app/main.cpp`.\n", 0);
        row("folder that exists", "docs/a.md", "# A\nSee `app/`, app/session.\n", 0);
        row("file that is gone", "docs/a.md", "# A\nSee `app/gone.cpp`.\n", 1);
        row("at the end of a sentence", "docs/a.md", "# A\nIt is in app/main.cpp. And app/gone.\n",
            1);
        row("link", "docs/a.md", "# A\n[main](../app/main.cpp)\n", 0);
        row("broken link", "docs/a.md", "# A\n[main](gone.md)\n", 1);
        row("placeholder", "docs/a.md", "# A\nOne app/NAME.svg each.\n", 0);
        row("address", "docs/a.md", "# A\n[main](https://example.org/app/gone.md)\n", 0);
        row("what builds write", "README.md", "# A\nbuild/release/bin/holdfast\n", 0);
        row("two titles", "docs/a.md", "# A\n# B\n", 1);
        row("comment in code", "docs/a.md", "# A\n```sh\n# start\n```\n", 0);
        row("no title", "docs/a.md", "A\n", 1);
        row("good change log", "CHANGELOG.md",
            "# Changelog\n## [Unreleased]\n### Added\n- a\n## [0.1.0] - 2026-01-31\n### Fixed\n- "
            "b\n",
            0);
        row("version without a date", "CHANGELOG.md", "# C\n## [Unreleased]\n## [0.1.0]\n", 1);
        row("unknown kind", "CHANGELOG.md", "# C\n## [Unreleased]\n### News\n", 1);
        row("nothing unreleased", "CHANGELOG.md", "# C\n## [0.1.0] - 2026-01-31\n", 1);
        row("empty change log", "CHANGELOG.md", "# C\n", 1);
    }

    void plantedDocuments()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(int, findings);
        const Tree tree = Tree::of({{path, text},
                                    {QStringLiteral("app/main.cpp"), QString()},
                                    {QStringLiteral("app/session/till.h"), QString()}});
        Findings found = checkDocumentPaths(tree);
        const Findings form = checkDocumentForm(tree);
        found.insert(found.end(), form.begin(), form.end());
        QVERIFY2(found.size() == static_cast<std::size_t>(findings),
                 qPrintable(described(found).join(u'\n')));
    }

    void everySourceIsListed()
    {
        const SourceFile root{QStringLiteral("CMakeLists.txt"),
                              QStringLiteral("add_subdirectory(app)\n")};
        const SourceFile list{QStringLiteral("app/CMakeLists.txt"),
                              QStringLiteral("library(a SOURCES a.cpp sub/c.cpp) # b.cpp\n"
                                             "foreach(what IN ITEMS ids cash)\n"
                                             "  test(t SOURCES test_${what}.cpp)\n")};
        const auto found = [&](const char* path) {
            return checkSourcesListed(Tree::of({root, list, {QString::fromUtf8(path), QString()}}));
        };
        QVERIFY(found("app/a.cpp").empty());
        QVERIFY(found("app/sub/c.cpp").empty());
        QVERIFY(found("app/test_cash.cpp").empty());
        QCOMPARE(found("app/test_card.cpp").size(), std::size_t{1});
        QCOMPARE(found("app/b.cpp").size(), std::size_t{1});
        QCOMPARE(found("app/sub/a.cpp").size(), std::size_t{1});
        QCOMPARE(found("tests/gone/CMakeLists.txt").size(), std::size_t{1});
        QCOMPARE(found("qml/Ui/Key.qml").size(), std::size_t{1});
    }

    void everySuppressionHasItsReason()
    {
        const auto count = [](const char* text) {
            return checkSuppressions(Tree::of({{QStringLiteral("cmake/sanitizers/leak.txt"),
                                                QString::fromUtf8(text)}}))
                .size();
        };
        QCOMPARE(count("# keeps its caches\nleak:a\nleak:b\n"), std::size_t{0});
        QCOMPARE(count("# keeps its caches\nleak:a\n\nleak:b\n"), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestTidyRules)
#include "test_tidy_rules.moc"
