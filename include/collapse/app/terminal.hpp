#pragma once

namespace collapse::app {

/// Whether the file behind a descriptor is a terminal that can move its cursor (not TERM=dumb).
bool is_terminal(int descriptor);

/// Columns of a terminal; 80 if it does not tell.
int terminal_columns(int descriptor);

/// Whether colours are wanted there: a terminal, and NO_COLOR is not set.
bool wants_colour(int descriptor);

}  // namespace collapse::app
