#pragma once

// C += A B in tiles that stay in registers. Every entry is the plain sum over k in ascending order, by fused multiply-adds where the
// processor has them, whatever the shape of its tile: its bits depend on its row of A and its column of B alone. BLAS promises no
// such thing (OpenBLAS takes another order for some columns, measured with its SkylakeX kernel).
// Included by one source for each set of vector instructions, hence free of everything but pointers.
namespace {

using Index = long;

/// Where a factor is: entry (i, j) at data[i * rows + j * columns].
struct View {
    const double* data;
    Index rows, columns;
};

constexpr Index depth = 256;  ///< of the packed panels: a panel of B stays in the first cache

// NOLINTBEGIN(bugprone-implicit-widening-of-multiplication-result,bugprone-branch-clone): lanes, vectors, columns are small constants

/// A tile of `vectors` registers by `columns`: C [vectors * lanes x columns] += A B for A [vectors * lanes x length], a column every
/// stride_a, and a packed panel [length x stride_b].
template <int lanes, int vectors, int columns>
inline void tile(Index length, const double* a, Index stride_a, const double* b, Index stride_b, double* c, Index stride_c)
{
    using Vector [[gnu::vector_size(lanes * 8), gnu::aligned(8), gnu::may_alias]] = double;
    Vector sum[columns][vectors];
    for (int j = 0; j < columns; ++j)
        for (int v = 0; v < vectors; ++v) sum[j][v] = *reinterpret_cast<const Vector*>(c + j * stride_c + v * lanes);
    for (Index k = 0; k < length; ++k) {
        Vector left[vectors];
        for (int v = 0; v < vectors; ++v) left[v] = *reinterpret_cast<const Vector*>(a + k * stride_a + v * lanes);
        for (int j = 0; j < columns; ++j) {
            const double right = b[k * stride_b + j];
            for (int v = 0; v < vectors; ++v) sum[j][v] += left[v] * right;
        }
    }
    for (int j = 0; j < columns; ++j)
        for (int v = 0; v < vectors; ++v) *reinterpret_cast<Vector*>(c + j * stride_c + v * lanes) = sum[j][v];
}

/// The same for the first `rows` rows of a tile at the edge of C.
template <int lanes, int vectors, int columns>
inline void tile_of(Index rows, Index length, const double* a, Index stride_a, const double* b, Index stride_b, double* c,
                    Index stride_c)
{
    constexpr Index height = vectors * lanes;
    if (rows >= height) return tile<lanes, vectors, columns>(length, a, stride_a, b, stride_b, c, stride_c);
    double edge[columns * height] = {};
    for (Index j = 0; j < columns; ++j)
        for (Index i = 0; i < rows; ++i) edge[j * height + i] = c[j * stride_c + i];
    tile<lanes, vectors, columns>(length, a, stride_a, b, stride_b, edge, height);
    for (Index j = 0; j < columns; ++j)
        for (Index i = 0; i < rows; ++i) c[j * stride_c + i] = edge[j * height + i];
}

/// `count` doubles that add_product() needs as room for C [m x .].
template <int lanes, int vectors>
inline Index room_for(Index m)
{
    constexpr Index height = vectors * lanes;
    return (m + height - 1) / height * height * depth + depth * 8;
}

/// A [m x length] in panels of `height` rows, the last one filled up with zeros.
template <int height>
inline void pack(Index m, Index length, View a, double* room)
{
    const Index whole = m / height * height;
    if (a.rows == 1) {  // one column after the other, as they lie in memory
        for (Index k = 0; k < length; ++k)
            for (Index top = 0; top < whole; top += height)
                for (Index i = 0; i < height; ++i) room[top * length + k * height + i] = a.data[top + i + k * a.columns];
    } else {
        for (Index top = 0; top < whole; top += height)
            for (Index k = 0; k < length; ++k)
                for (Index i = 0; i < height; ++i) room[top * length + k * height + i] = a.data[(top + i) * a.rows + k * a.columns];
    }
    for (Index k = 0; k < length && whole < m; ++k)
        for (Index i = 0; i < height; ++i)
            room[whole * length + k * height + i] = whole + i < m ? a.data[(whole + i) * a.rows + k * a.columns] : 0;
}

/// C [m x n] += A [m x length] B [length x n], a column of C every stride_c; room: room_for(m) doubles. Columns of A that lie in memory
/// as they are needed, and are needed once, are not packed.
template <int lanes, int vectors, int widest>
inline void add_product_in_tiles(Index m, Index n, Index length, View a, View b, double* c, Index stride_c, double* room)
{
    constexpr Index height = vectors * lanes;
    const bool is_direct = a.rows == 1 && n <= widest;
    const Index whole = m / height * height;
    double* const panel = room + (m + height - 1) / height * height * depth;
    for (Index first = 0; first < length; first += depth) {
        const Index here = length - first < depth ? length - first : depth;
        const View part{a.data + first * a.columns, a.rows, a.columns};
        if (is_direct) pack<height>(m - whole, here, {part.data + whole * a.rows, a.rows, a.columns}, room + whole * here);
        else pack<height>(m, here, part, room);
        for (Index left = 0; left < n;) {
            const Index rest = n - left, width = rest >= widest ? widest : rest >= 4 ? 4 : rest >= 2 ? 2 : 1;
            for (Index k = 0; k < here; ++k)
                for (Index j = 0; j < width; ++j) panel[k * width + j] = b.data[(first + k) * b.rows + (left + j) * b.columns];
            for (Index top = 0; top < m; top += height) {
                double* const corner = c + left * stride_c + top;
                const bool is_here = is_direct && top < whole;
                const double* const rows = is_here ? part.data + top : room + top * here;
                const Index stride = is_here ? a.columns : height;
                if (width == widest) tile_of<lanes, vectors, widest>(m - top, here, rows, stride, panel, width, corner, stride_c);
                else if (width == 4) tile_of<lanes, vectors, 4>(m - top, here, rows, stride, panel, width, corner, stride_c);
                else if (width == 2) tile_of<lanes, vectors, 2>(m - top, here, rows, stride, panel, width, corner, stride_c);
                else tile_of<lanes, vectors, 1>(m - top, here, rows, stride, panel, width, corner, stride_c);
            }
            left += width;
        }
    }
}

// NOLINTEND(bugprone-implicit-widening-of-multiplication-result,bugprone-branch-clone)

}  // namespace
