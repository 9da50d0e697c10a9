#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "collapse/support/meter.hpp"

using namespace collapse::support;

TEST_CASE("time is booked on the phase it was spent in, and the result is passed on", "[support]")
{
    Meter meter;
    const auto nap = [] { return std::this_thread::sleep_for(std::chrono::milliseconds(5)), 7; };
    CHECK(meter.measure(Phase::solves, nap) == 7);
    CHECK(meter.seconds()[static_cast<std::size_t>(Phase::solves)] >= 0.005);
    CHECK(meter.seconds()[static_cast<std::size_t>(Phase::sampling)] == 0);
}

TEST_CASE("time is booked also when the work throws", "[support]")
{
    Meter meter;
    CHECK_THROWS(meter.measure(Phase::theory, [] { throw std::runtime_error("stop"); }));
    CHECK(meter.seconds()[static_cast<std::size_t>(Phase::theory)] > 0);
}
