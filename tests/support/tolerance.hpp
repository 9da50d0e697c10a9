#pragma once

/// Every tolerance of the tests, with its reason.
namespace collapse::test {

/// Theory against the independent reference: the promise of the program, relative.
constexpr double theory = 1e-9;
/// Values below this are rounding errors of a zero (the reference subtracts numbers of order 1).
constexpr double theory_floor = 1e-14;
/// The same for chains of fits, where the oracle bisects for its effective ridges and solves linear systems.
constexpr double chain_floor = 1e-12;
/// Two ways to compute the same number in double precision, well conditioned, relative.
constexpr double rounding = 1e-11;

/// A chain of several fits computed in two ways, relative to the test error; near T = d a rounding error grows by T / (T - df2).
constexpr double chain = 1e-10;

/// Relative error of the effective ridge: what is computed from it then keeps the promise `theory` through tens of generations.
constexpr double effective_ridge = 1e-11;

/// Place of a minimum: the promise of numerics::minimise is 1e-11 of the interval where the function carries rounding errors alone.
constexpr double minimiser = 1e-9;
/// An exponent measured between T = 1e8 and 1e9: the next terms of the scaling laws fall off slowly.
constexpr double scaling_law = 0.02;

/// False-alarm rate of one statistical test (two-sided, all its comparisons together). With fixed seeds a test that passes once
/// passes always; the rate says how likely it was that a correct program failed when the test was written.
constexpr double false_alarm = 1e-3;

}  // namespace collapse::test
