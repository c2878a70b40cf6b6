#pragma once

#include <rapidcheck.h>

#include <QtTest>

#include <string>

/// A rapidcheck property as a Qt Test check: the shrunk counter-example and the seed to repeat it
/// (RC_PARAMS) go to stderr. Inside, put an RC_ASSERT with && or || into a second pair of brackets:
/// the macro takes the expression apart to show it, and both sides would be computed.
#define HOLDFAST_PROPERTY(description, ...)                                                        \
    QVERIFY(rc::check(std::string(description), __VA_ARGS__))
