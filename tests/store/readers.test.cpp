#include <cstdlib>

#include "collapse/support/failure.hpp"
#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using store::ResultFile;
using sweep::RowIndex;

namespace {

/// Runs a script in a shell with $FILE set; standard error is for the log of the test.
int shell(const std::filesystem::path& file, const std::string& command)
{
    return std::system(("FILE='" + file.string() + "'; export FILE; " + command).c_str());
}

bool has(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

constexpr const char* h5py_script = R"(
import os, h5py, numpy as np
with h5py.File(os.environ["FILE"], "r") as f:
    assert f.attrs["schema_name"] == b"collapse-results" and f.attrs["schema_version"] == 2
    assert f.attrs["Conventions"] == b"CF-1.10" and f.attrs["complete"] == 0
    for name in ("title", "app_version", "git_sha1", "created", "modified"):
        assert f.attrs[name].decode(), name
    dims = ["alpha", "beta", "T", "lambda", "n"]
    variables = ("sim_test_error sim_test_error_stderr sim_generator_error theory_generator_error sim_bias sim_variance replicates theory_test_error theory_bias "
                 "theory_variance exact_test_error zscore failure task_seconds status").split()
    for name in variables:
        v = f[name]
        assert [d[0].name for d in v.dims] == ["/" + d for d in dims], name
        assert v.attrs["long_name"] and v.attrs["units"] and v.chunks is None and v.id.get_offset() > 0, name
        assert ("citation" in v.attrs) == (name in ("zscore", "exact_test_error") or name.startswith("theory")), name
        assert v.dtype == {"replicates": np.int64, "failure": np.uint8, "status": np.uint8}.get(name, np.float64), name
    assert f["status"].attrs["flag_meanings"] == b"pending done failed skipped"
    assert list(f["status"].attrs["flag_values"]) == [0, 1, 2, 3]
    assert "_FillValue" not in f["status"].attrs and "_FillValue" in f["sim_bias"].attrs
    assert f["lambda"].attrs["symbol"] == b"\\lambda" and f["sigma"].shape == () and f["sigma"][()] == 0.1
    assert f["status"][0, 0, 1].min() == 1 and f["status"][0, 0, 0].max() == 0
    assert np.isfinite(f["sim_test_error"][0, 0, 1]).all()
    assert f["provenance"].attrs["citations"] == b"DFK: a paper\nGSD: another" and f["provenance"].attrs["seed"] == 1
    assert f["accumulators/sums"].shape == (2, 6, 6, 20)
)";

constexpr const char* xarray_script = R"(
import os, xarray as xr
path = os.environ["FILE"]
ds = xr.open_dataset(path, engine="h5netcdf")
assert list(ds.sizes) == ["alpha", "beta", "T", "lambda", "n"], ds.sizes
assert ds.status.dtype == "u1" and ds.replicates.dtype == "i8" and ds.task_seconds.dtype == "f8"
assert ds.sel(T=20, beta=0).sim_test_error.notnull().all() and ds.where(ds.status == 1).sim_bias.notnull().sum() == 6
assert ds.title.startswith("Model collapse") and ds.sim_bias.units == "1" and ds.task_seconds.units == "s"
assert float(ds.sigma) == 0.1 and ds.r.dims == ("alpha", "beta")
assert xr.open_dataset(path, engine="h5netcdf", group="provenance").segments.item().decode().count("\n") == 1
assert "[grid]" in xr.open_dataset(path, engine="h5netcdf", group="provenance").config
assert xr.open_dataset(path, engine="h5netcdf", group="accumulators").sums.dims == ("slot", "row", "cell", "part")
)";

constexpr const char* octave_script = R"(
pkg load netcdf
path = getenv("FILE");
text = @(value) strrep(value, char(0), "");
assert(ncreadatt(path, "/", "schema_name"), "collapse-results");
assert(text(ncreadatt(path, "sim_bias", "units")), "1");
assert(!isempty(strfind(ncreadatt(path, "theory_bias", "citation"), "DFK")));
assert(ncreadatt(path, "status", "flag_meanings"), "pending done failed skipped");
assert(size(ncread(path, "sim_test_error"))(1:4), [3 2 3 2]);
assert(numel(ncinfo(path).Variables) > 20);
[all, message] = deal(load("-hdf5", path), lastwarn());
assert(isempty(message), message);
assert(isfield(all, "zscore") && isfield(all.accumulators, "checksum"));
lines = strsplit(char(all.provenance.segments(:)'), "\n");
assert(!isempty(strfind(lines{1}, "\"ranks\":3")));
)";

}  // namespace

TEST_CASE("Other programs read the file while it is being written")
{
    const Scratch scratch;
    auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    file.put(RowIndex{1}, sample_state(1, 5, Progress::complete));
    file.put(RowIndex{2}, sample_state(2, 5, Progress::partial));
    file.commit(sample_segment());
    const auto python = [&](const char* script) {
        write_bytes(scratch.path() / "script.py", script);
        return shell(scratch.file(), "/usr/bin/python3 \"$(dirname \"$FILE\")/script.py\"");
    };
    if (has("/usr/bin/python3 -c 'import h5py'")) {
        CHECK(python(h5py_script) == 0);
        CHECK(
            python("import os, h5py\ntry: h5py.File(os.environ['FILE'], 'r+')\nexcept OSError: pass\nelse: raise SystemExit(1)") ==
            0);
    } else WARN("h5py is not installed");
    if (has("/usr/bin/python3 -c 'import xarray, h5netcdf'")) CHECK(python(xarray_script) == 0);
    else WARN("xarray is not installed");
    if (has("command -v ncdump")) {
        CHECK(shell(scratch.file(), "ncdump \"$FILE\" >/dev/null") == 0);
        CHECK(shell(scratch.file(), "ncdump -h \"$FILE\" | grep -q 'double sim_test_error(alpha, beta, T, lambda, n) ;'") == 0);
    } else WARN("ncdump is not installed");
    if (has("command -v h5dump")) CHECK(shell(scratch.file(), "h5dump \"$FILE\" >/dev/null") == 0);
    if (has("octave --version") && has("octave --no-gui --eval 'pkg load netcdf'")) {
        write_bytes(scratch.path() / "script.m", octave_script);
        CHECK(shell(scratch.file(), "octave --no-gui --norc --quiet \"$(dirname \"$FILE\")/script.m\" 2>&1") == 0);
    } else WARN("Octave or its package netcdf is not installed");
    for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
    file.finish(sample_segment());
    if (has("command -v ncdump")) CHECK(shell(scratch.file(), "ncdump -h \"$FILE\" | grep -q ':complete = 1 ;'") == 0);
}

TEST_CASE("Copies that other programs make are read, and where they leave something out they are said to be copies")
{
    const Scratch scratch;
    const auto copy = scratch.path() / "copy.h5";
    {
        auto file = ResultFile::create(scratch.file(), sample_settings(5), sample_provenance());
        for (std::size_t row = 0; row < 6; ++row) file.put(RowIndex{row}, sample_state(row, 5, Progress::complete));
        file.finish(sample_segment());
    }
    const auto copied_by = [&](const std::string& command) {
        std::filesystem::remove(copy);
        return shell(scratch.file(), "COPY='" + copy.string() + "'; " + command + " >/dev/null 2>&1") == 0;
    };
    int tried = 0;
    for (const char* whole : {"nccopy \"$FILE\" \"$COPY\"", "nccopy -d 5 \"$FILE\" \"$COPY\"", "ncks \"$FILE\" \"$COPY\"",
                              "h5repack -f GZIP=5 \"$FILE\" \"$COPY\"", "h5repack \"$FILE\" \"$COPY\""}) {
        INFO(whole);
        if (!copied_by(whole)) continue;
        ++tried;
        const store::ResultView view(copy);
        for (std::size_t row = 0; row < 6; ++row) CHECK(same(view.load(RowIndex{row}), sample_state(row, 5, Progress::complete)));
        CHECK(view.segments().size() == 1);
        CHECK(view.provenance("config") == sample_provenance().config);
    }
    for (const char* part :
         {"ncks -v status,lambda,n \"$FILE\" \"$COPY\"", "nccopy -V sim_bias,status,lambda,n \"$FILE\" \"$COPY\"",
          "/usr/bin/python3 -c 'import os, xarray; xarray.open_dataset(os.environ[\"FILE\"], "
          "engine=\"h5netcdf\").to_netcdf(os.environ[\"FILE\"][:-6] + \"copy.h5\", engine=\"h5netcdf\")'"}) {
        INFO(part);
        if (!copied_by(part)) continue;
        ++tried;
        const auto message = message_of<support::InvalidInput>([&] {
            const store::ResultView view(copy);
            view.load(RowIndex{0});
        });
        const bool said = message.find("another program has written it anew") != std::string::npos ||
                          message.find("it was not written by this program") != std::string::npos;
        INFO(message);
        CHECK(said);
        CHECK_THAT(message, !Catch::Contains("damaged"));
    }
    if (tried < 8) WARN("not all of nccopy, ncks, h5repack and xarray are installed");
}
