#pragma once

#include <tl/expected.hpp>

namespace holdfast {

/// A value or an expected error. tl::expected stands in for std::expected, which C++20 lacks.
template <class T, class E>
using Result = tl::expected<T, E>;

template <class E>
using Failure = tl::unexpected<E>;

} // namespace holdfast
