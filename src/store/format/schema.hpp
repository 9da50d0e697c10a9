#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "../hdf5/handle.hpp"
#include "cell_result.hpp"

/// The one place that says what a result file contains; FORMAT.md describes it. A new variable is one line of the table.
namespace collapse::store::schema {

inline constexpr const char* name = "collapse-results";
inline constexpr int version = 2;
inline constexpr const char* conventions = "CF-1.10";
inline constexpr const char* title =
    "Model collapse in linear regression: simulated and predicted test error over a parameter grid";

/// How a value is stored: float64, int64, uint8.
enum class Type { real, integer, flag };
std::size_t size_of(Type type);
/// The type in the file; all files are little-endian.
hid_t file_type(Type type);

/// When a value becomes known.
enum class Known { with_row, with_prediction };
/// Whether the variable is based on theory and hence carries the citations.
enum class Source { simulation, theory };

/// How a variable and a cell's result make each other. What follows from other variables is not restored.
struct Access {
    double (*get)(const CellResult&);
    void (*set)(CellResult&, double) = nullptr;
};

/// A variable over all dimensions, at the root of the file.
struct Variable {
    const char* name;
    Type type;
    Known known;
    Source source;
    const char* units;
    const char* long_name;
    Access access;
    std::span<const char* const> flag_meanings = {};  ///< of the values 0, 1, ...
};

/// All but `status`, in the order in which the file lists them.
std::span<const Variable> variables();
/// Written after all others.
const Variable& status();

/// Values of one variable for neighbouring cells, as the file stores them.
std::vector<std::byte> encode(const Variable& variable, std::span<const CellResult> cells);
/// The way back: enters what the file stores into the cells; nothing if the variable follows from others.
void decode(const Variable& variable, std::span<const std::byte> bytes, std::span<CellResult> cells);

/// provenance/segments: a text of one line of JSON for each run of the program, padded with blanks to this length (with its end);
/// lines not yet used are zeros. Octave loads no array of characters of more than one dimension.
inline constexpr std::size_t segment_lines = 128, segment_length = 2048;
inline std::vector<hsize_t> segments_shape() { return {segment_lines * segment_length}; }

/// Attribute of `status`, 1 where a parameter follows lambda: then a row is all n of one lambda, else all lambda and n.
inline constexpr const char* one_ridge = "one_lambda_per_row";

/// What is kept to continue a row: see slots.hpp.
inline constexpr const char* slots_group = "accumulators";

}  // namespace collapse::store::schema
