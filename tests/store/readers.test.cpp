#include <cstdlib>

#include "sample.hpp"

using namespace collapse;
using namespace collapse::test;
using store::ResultFile;

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
    assert f.attrs["schema_name"] == "collapse-results" and f.attrs["schema_version"] == 1
    assert f.attrs["Conventions"] == "CF-1.10" and f.attrs["complete"] == 0
    for name in ("title", "app_version", "git_sha1", "created", "modified"):
        assert isinstance(f.attrs[name], str), name
    dims = ["alpha", "beta", "T", "lambda", "n"]
    variables = ("sim_test_error sim_test_error_stderr sim_bias sim_variance replicates theory_test_error theory_bias "
                 "theory_variance exact_test_error zscore failure task_seconds status").split()
    for name in variables:
        v = f[name]
        assert [d[0].name for d in v.dims] == ["/" + d for d in dims], name
        assert v.attrs["long_name"] and v.attrs["units"] and v.chunks is None and v.id.get_offset() > 0, name
        assert ("citation" in v.attrs) == (name in ("zscore", "exact_test_error") or name.startswith("theory")), name
        assert v.dtype == {"replicates": np.int64, "failure": np.uint8, "status": np.uint8}.get(name, np.float64), name
    assert f["status"].attrs["flag_meanings"] == "pending done failed skipped"
    assert list(f["status"].attrs["flag_values"]) == [0, 1, 2, 3]
    assert "_FillValue" not in f["status"].attrs and "_FillValue" in f["sim_bias"].attrs
    assert f["lambda"].attrs["symbol"] == "\\lambda" and f["sigma"].shape == () and f["sigma"][()] == 0.1
    assert f["status"][0, 0, 1].min() == 1 and f["status"][0, 0, 0].max() == 0
    assert np.isfinite(f["sim_test_error"][0, 0, 1]).all()
    assert f["provenance"].attrs["citations"] == "DFK: a paper\nGSD: another" and f["provenance"].attrs["seed"] == 1
    assert f["accumulators/sums"].shape == (2, 6, 6, 16)
)";

constexpr const char* xarray_script = R"(
import os, xarray as xr
path = os.environ["FILE"]
ds = xr.open_dataset(path, engine="h5netcdf")
assert list(ds.sizes) == ["alpha", "beta", "T", "lambda", "n"], ds.sizes
assert ds.status.dtype == "u1" and ds.replicates.dtype == "i8" and ds.task_seconds.dtype == "f8"
assert ds.sel(T=20, beta=0).sim_test_error.notnull().all() and ds.where(ds.status == 1).sim_bias.notnull().sum() == 6
assert float(ds.sigma) == 0.1 and ds.r.dims == ("alpha", "beta")
assert xr.open_dataset(path, engine="h5netcdf", group="provenance").segments.size >= 128
assert xr.open_dataset(path, engine="h5netcdf", group="accumulators").sums.dims == ("slot", "row", "cell", "part")
)";

}  // namespace

TEST_CASE("Other programs read the file while it is being written")
{
    const Scratch scratch;
    auto file = ResultFile::create(scratch.file(), sample_settings(), sample_provenance());
    file.put(1, sample_state(1, 5, Progress::complete));
    file.put(2, sample_state(2, 5, Progress::partial));
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
    for (std::size_t row = 0; row < 6; ++row) file.put(row, sample_state(row, 5, Progress::complete));
    file.finish(sample_segment());
    if (has("command -v ncdump")) CHECK(shell(scratch.file(), "ncdump -h \"$FILE\" | grep -q ':complete = 1 ;'") == 0);
}
