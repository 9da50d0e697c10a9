#include "collapse/app/time_limit.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <optional>

#include "collapse/support/failure.hpp"

using namespace collapse;
using Catch::Contains;

namespace {

double seconds(const std::string& text) { return app::parse_duration("--time-left", text); }

/// A variable of the environment, for as long as this lives.
class Variable {
  public:
    Variable(const char* name, std::optional<std::string> value) : name_(name)
    {
        if (const char* before = std::getenv(name)) before_ = before;
        set(value);
    }
    ~Variable() { set(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    void set(const std::optional<std::string>& value) const
    {
        if (value) setenv(name_, value->c_str(), 1);
        else unsetenv(name_);
    }

    const char* name_;
    std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("durations are read as Slurm writes them", "[app]")
{
    CHECK(seconds("90") == 90 * 60);
    CHECK(seconds("1:30") == 90);
    CHECK(seconds("2:01:30") == 2 * 3600 + 90);
    CHECK(seconds("100:00:00") == 100 * 3600);
    CHECK(seconds("1-0") == 86400);
    CHECK(seconds("1-12:30") == 86400 + 12.5 * 3600);
    CHECK(seconds(" 2-03:04:05 ") == 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
    CHECK(seconds("0") == 0);
    CHECK(seconds("UNLIMITED") == INFINITY);
}

TEST_CASE("what is no duration is refused with the key, the text and the ways to write one", "[app]")
{
    for (const char* text : {"", "soon", "-5", "1:60", "1:61:00", "1:00:60", "1-24:00", "1:2:3:4", "1.5", "1e3", "1:", ":30", "1-",
                             "-1-0", "0x10", "99999999999", "1 h"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(seconds(text), Contains(std::string("--time-left = ") + text) && Contains("write D-HH:MM:SS"));
    }
}

TEST_CASE("the end of a Slurm job is that of its variable", "[app]")
{
    const Variable job("SLURM_JOB_ID", std::nullopt), end("SLURM_JOB_END_TIME", std::to_string(std::time(nullptr) + 1000));
    const app::SlurmLimit limit = app::slurm_limit();
    REQUIRE(limit.seconds_left.has_value());
    CHECK(*limit.seconds_left > 900);
    CHECK(*limit.seconds_left <= 1000);
    CHECK(limit.remarks.empty());
}

TEST_CASE("variables of Slurm that make no sense are ignored with a remark that names them", "[app]")
{
    const Variable job("SLURM_JOB_ID", std::nullopt);
    for (const auto& [value, words] : {std::pair{"1000", "SLURM_JOB_END_TIME = 1000 is over"},
                                       {"", "SLURM_JOB_END_TIME = (nothing) is no time"},
                                       {"tomorrow", "SLURM_JOB_END_TIME = tomorrow is no time"},
                                       {"99999999999999999999", "is no time"}}) {
        const Variable end("SLURM_JOB_END_TIME", value);
        const app::SlurmLimit limit = app::slurm_limit();
        CHECK_FALSE(limit.seconds_left.has_value());
        REQUIRE(limit.remarks.size() == 1);
        CHECK_THAT(limit.remarks[0], Contains(words));
    }
    const Variable end("SLURM_JOB_END_TIME", std::nullopt);
    for (const char* id : {"", "12; rm -rf /", "x"}) {
        const Variable number("SLURM_JOB_ID", id);
        const app::SlurmLimit limit = app::slurm_limit();
        CHECK_FALSE(limit.seconds_left.has_value());
        REQUIRE(limit.remarks.size() == 1);
        CHECK_THAT(limit.remarks[0], Contains("SLURM_JOB_ID"));
    }
}

TEST_CASE("outside Slurm there is no limit and no remark", "[app]")
{
    const Variable job("SLURM_JOB_ID", std::nullopt), end("SLURM_JOB_END_TIME", std::nullopt);
    CHECK_FALSE(app::slurm_limit().seconds_left.has_value());
    CHECK(app::slurm_limit().remarks.empty());
}
