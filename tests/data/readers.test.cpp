#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include "collapse/data/dataset.hpp"
#include "support/tolerance.hpp"

using namespace collapse;
using data::Dataset;
using data::Numbers;
using data::Target;

namespace {

/// A file of these bytes that goes with the object.
class Written {
  public:
    Written(const std::string& name, const std::string& bytes, bool compressed = false)
        : path_(std::filesystem::temp_directory_path() / fmt::format("collapse-{}-{}", getpid(), name))
    {
        if (!compressed) std::ofstream(path_, std::ios::binary) << bytes;
        else {
            const gzFile file = gzopen(path_.c_str(), "wb");
            gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
            gzclose(file);
        }
    }
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
    ~Written() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

std::string idx_header(unsigned char type, std::initializer_list<unsigned> sizes)
{
    std::string bytes{'\0', '\0', static_cast<char>(type), static_cast<char>(sizes.size())};
    for (const unsigned size : sizes)
        for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> static_cast<unsigned>(shift) & 255U);
    return bytes;
}

const std::string three_images = idx_header(8, {3, 2, 2}) + std::string("\x01\x02\x03\x04\x05\x06\x07\x08\xff\x0a\x0b\x0c", 12);

void refuses(const std::string& name, const std::string& bytes, std::initializer_list<const char*> words)
{
    const Written file(name, bytes);
    const bool csv = name.ends_with(".csv");
    for (const char* word : words)
        CHECK_THROWS_WITH(csv ? data::read_csv("data.rows", file.path()).numbers : data::read_idx("data.rows", file.path()),
                          Catch::Contains(word));
}

Numbers values(std::vector<std::size_t> shape, std::vector<double> numbers) { return {std::move(shape), {}, std::move(numbers)}; }

}  // namespace

TEST_CASE("IDX files are read as they are, compressed or not")
{
    for (const bool compressed : {false, true}) {
        const Written file("images", three_images, compressed);
        const Numbers numbers = data::read_idx("data.rows", file.path());
        CHECK(numbers.shape == std::vector<std::size_t>{3, 2, 2});
        CHECK(numbers.columns() == 4);
        CHECK(numbers.bytes == std::vector<unsigned char>{1, 2, 3, 4, 5, 6, 7, 8, 255, 10, 11, 12});
    }
}

TEST_CASE("IDX files of other types have their values")
{
    const Written shorts("shorts", idx_header(0x0B, {2}) + std::string("\xff\xfe\x01\x00", 4));
    CHECK(data::read_idx("x", shorts.path()).values == std::vector<double>{-2, 256});
    const Written floats("floats", idx_header(0x0D, {1}) + std::string("\x3f\x80\x00\x00", 4));
    CHECK(data::read_idx("x", floats.path()).values == std::vector<double>{1});
}

TEST_CASE("Damaged IDX files are refused with their name, what was expected and what was found")
{
    refuses("short", three_images.substr(0, 20), {"truncated", "3 x 2 x 2", "28 bytes", "has 20"});
    refuses("long", three_images + "x", {"too long", "28 bytes", "has 29"});
    refuses("magic", "PK\x03\x04 and more", {"no IDX file", "50 4b 03 04", "data.rows"});
    refuses("tiny", "ab", {"2 bytes"});
    refuses("header", three_images.substr(0, 9), {"truncated", "16 bytes"});
    refuses("empty", idx_header(8, {0, 4}), {"empty", "0 x 4"});
    CHECK_THROWS_WITH(data::read_idx("data.rows", "/nowhere/at-all"),
                      Catch::Contains("/nowhere/at-all") && Catch::Contains("no such file"));
}

TEST_CASE("A compressed file that ends too early is refused")
{
    const Written file("whole.gz", std::string(100000, 'a') + three_images, true);
    std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 12);
    CHECK_THROWS_WITH(data::read_idx("data.rows", file.path()), Catch::Contains("damaged"));
}

TEST_CASE("A CSV may have a header, and commas, semicolons or blanks")
{
    for (const std::string text : {"a,b\n1,2\n-3,4e1\n", "# by hand\n\"a\";\"b\"\r\n1;2\r\n-3;4e1\r\n", "a b\n1  2\n-3\t4e1"}) {
        const Written file("table.csv", text);
        const data::Csv csv = data::read_csv("data.rows", file.path());
        CHECK(csv.names == std::vector<std::string>{"a", "b"});
        CHECK(csv.numbers.shape == std::vector<std::size_t>{2, 2});
        CHECK(csv.numbers.values == std::vector<double>{1, 2, -3, 40});
        CHECK(csv.column("b") == 1);
        CHECK(csv.column("c") == -1);
    }
}

TEST_CASE("What is no number in a CSV is refused with line and column")
{
    refuses("text.csv", "a,b\n1,2\n3,four\n", {"line 3 column 2", "four"});
    refuses("nan.csv", "1,2\nnan,4\n", {"line 2 column 1", "nan"});
    refuses("header.csv", "1,2\na,b\n", {"line 2 column 1", "header"});
    refuses("ragged.csv", "1,2\n3\n", {"line 2", "1 columns", "have 2"});
    refuses("hole.csv", "1,2\n3,\n", {"line 2 column 2", "''"});
    refuses("none.csv", "a,b\n", {"no numbers"});
}

TEST_CASE("Rows are centred with mean squared norm one, targets have mean zero and variance one")
{
    const Dataset set(values({4, 3}, {1, 5, 7, 2, 5, 1, 3, 5, 2, 8, 5, 0}), values({4}, {1, 2, 3, 10}), Target::value);
    const std::vector<data::Index> all{0, 1, 2, 3};
    const data::Matrix rows = set.rows(all).values(), targets = set.targets(all);
    CHECK(rows.rowwise().mean().norm() < test::rounding);
    CHECK(rows.colwise().squaredNorm().mean() == Approx(1).epsilon(test::rounding));
    CHECK(targets.mean() == Approx(0).margin(test::rounding));
    CHECK(targets.squaredNorm() / 4 == Approx(1).epsilon(test::rounding));
    CHECK(set.constant_features() == 1);
    CHECK((rows.row(1).array() == 0).all());
}

TEST_CASE("Bytes and the same numbers as doubles are the same data set")
{
    const Numbers bytes{{3, 2}, {1, 200, 3, 4, 5, 60}, {}}, doubles = values({3, 2}, {1, 200, 3, 4, 5, 60}),
                                                            labels = values({3}, {0, 1, 1});
    const std::vector<data::Index> some{2, 0};
    const data::Rows one = Dataset(bytes, labels, Target::digit).rows(some),
                     other = Dataset(doubles, labels, Target::digit).rows(some);
    CHECK((one.values() - other.values()).norm() < 1e-14 * other.values().norm());
}

TEST_CASE("Parity and one-hot targets are functions of the digit")
{
    const Numbers rows = values({4, 1}, {1, 2, 3, 4}), digits = values({4}, {3, 4, 4, 7});
    const std::vector<data::Index> all{0, 1, 2, 3};
    const data::Matrix parity = Dataset(rows, digits, Target::parity).targets(all);
    CHECK(parity(0) == parity(3));
    CHECK(parity(0) == Approx(-parity(1)));
    const Dataset hot(rows, digits, Target::onehot);
    CHECK(hot.outputs() == 3);
    CHECK(hot.targets(all).squaredNorm() / 4 == Approx(1));
    CHECK(hot.targets(all).row(1) == hot.targets(all).row(2));
}

TEST_CASE("Rows and targets that do not make a problem are refused")
{
    const Numbers rows = values({3, 1}, {1, 2, 3});
    const auto refused = [&](const Numbers& labels, Target target, const char* words) {
        CHECK_THROWS_WITH(Dataset(rows, labels, target), Catch::Contains(words));
    };
    refused(values({2}, {1, 2}), Target::value, "3 rows, but data.targets has 2");
    refused(values({3}, {1, 1, 1}), Target::value, "the same for all rows");
    refused(values({3}, {1, 1, 1}), Target::onehot, "at least two classes");
    refused(values({3}, {1, 2.5, 1}), Target::digit, "is 2.5");
    refused(values({3, 2}, {1, 2, 3, 4, 5, 6}), Target::digit, "2 numbers a row");
    CHECK_THROWS_WITH(Dataset(values({3, 1}, {2, 2, 2}), values({3}, {1, 2, 3}), Target::value), Catch::Contains("are the same"));
    CHECK_THROWS_WITH(data::target_called("digits"), Catch::Contains("did you mean digit?"));
}

TEST_CASE("A data set that was sent to another process is the same, to the last bit")
{
    const Dataset set(values({4, 2}, {1, 5, 7, 2, 5, 1, 3, 0.1}), values({4}, {1, 2, 3, 10}), Target::onehot);
    const std::span<const char> packed = set.packed();
    const std::shared_ptr<char[]> copy(new char[packed.size()]);
    std::ranges::copy(packed, copy.get());
    const auto there = std::make_shared<Dataset>(std::shared_ptr<const char>(copy, copy.get()));
    const std::vector<data::Index> all{0, 1, 2, 3};
    CHECK(there->rows(all).values() == set.rows(all).values());
    CHECK(there->targets(all) == set.targets(all));
    CHECK(there->digest() == set.digest());
    CHECK(Dataset(values({4, 2}, {1, 5, 7, 2, 5, 1, 3, 0.2}), values({4}, {1, 2, 3, 10}), Target::onehot).digest() != set.digest());
}
