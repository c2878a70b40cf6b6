#pragma once

#include <rapidcheck.h>

#include <QtTest>

#include <string>

/// A rapidcheck property as a Qt Test check: the shrunk counter-example and the seed to repeat it
/// (RC_PARAMS) go to stderr.
#define HOLDFAST_PROPERTY(description, ...)                                                        \
    QVERIFY(rc::check(std::string(description), __VA_ARGS__))
