#pragma once

#include <catch2/catch_all.hpp>

/// Catch2 3 (Debian 13) under the names of version 2, in which the tests are written.
using Catch::Approx;

namespace Catch {

using Matchers::StartsWith;
inline auto Contains(const std::string& text) { return Matchers::ContainsSubstring(text); }

}  // namespace Catch
