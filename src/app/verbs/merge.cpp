#include "collapse/store/life/merge.hpp"

#include "collapse/app/build.hpp"
#include "collapse/app/stored_grid.hpp"
#include "collapse/app/verbs.hpp"
#include "collapse/support/text.hpp"

namespace collapse::app {

namespace {

class Merge final : public Verb {
  public:
    Usage usage() const override
    {
        return {.verb = "merge",
                .operands = "OUT IN...",
                .summary = "pools files of shards or of further replicates into the file that one run would have written",
                .flags = {},
                .example = "collapse merge sweep.h5 sweep.shard-*-of-4.h5"};
    }

    Exit run(const Arguments& arguments) const override
    {
        const std::string& out = arguments.operands.front();
        const std::vector<std::filesystem::path> inputs(arguments.operands.begin() + 1, arguments.operands.end());
        const store::ResultView first(inputs.front());
        const sweep::Settings settings = stored_settings(first);
        const store::Merged merged = store::merge(out, inputs, settings, provenance_of(settings, first.provenance("config")));
        fmt::print("{}: {} of {} from {}\n", out, merged.cells - merged.cells_pending, support::counted(merged.cells, "cell"),
                   support::counted(inputs.size(), "file"));
        if (merged.cells_failed > 0)
            fmt::print(
                "{} failed: `collapse status {}` tells why, `collapse run CONFIG --output={} --retry-failed` tries "
                "again\n",
                support::counted(merged.cells_failed, "cell"), out, out);
        if (merged.cells_pending > 0)
            fmt::print("{} pending, which no input has; `collapse run CONFIG --output={}` computes what is missing\n",
                       support::counted(merged.cells_pending, "cell"), out);
        if (merged.cells_pending == merged.cells) return Exit::nothing;
        return merged.cells_failed > 0 && merged.cells_pending == 0 ? Exit::failed_cells : Exit::complete;
    }
};

}  // namespace

const Verb& verb_merge()
{
    static const Merge instance;
    return instance;
}

}  // namespace collapse::app
