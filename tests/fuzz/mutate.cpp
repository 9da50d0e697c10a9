/// A plain driver for the fuzzers, for compilers without libFuzzer: random changes to seed files, without feedback.
///
///     mutate_config SECONDS [SEED-FILE...]     the input under work is kept in ./crash-input, so a crash leaves it behind
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    if (argc < 2) return std::fprintf(stderr, "usage: %s SECONDS [SEED-FILE...]\n", argv[0]), 2;
    std::vector<std::string> seeds{""};
    for (int i = 2; i < argc; ++i) {
        std::ostringstream text;
        text << std::ifstream(argv[i], std::ios::binary).rdbuf();
        seeds.push_back(text.str());
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::stol(argv[1]));
    std::mt19937_64 generator(std::random_device{}());
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(generator() % std::max<std::size_t>(limit, 1)); };
    std::size_t runs = 0;
    for (; std::chrono::steady_clock::now() < end; ++runs) {
        std::string input = seeds[below(seeds.size())];
        for (std::size_t change = 0, changes = 1 + below(8); change < changes; ++change) {
            const std::size_t place = below(input.size() + 1);
            const std::string& other = seeds[below(seeds.size())];
            switch (below(6)) {
                case 0: input.insert(place, 1, static_cast<char>(generator())); break;
                case 1: input.insert(place, 1, "0123456789.,:-+^()=[]#einfT \n"[below(29)]); break;
                case 2: input.erase(place, below(20)); break;
                case 3: input.insert(place, other.substr(below(other.size()), below(60))); break;
                case 4: input.insert(place, std::to_string(generator() >> below(64))); break;
                default:
                    if (place < input.size()) input[place] = static_cast<char>(generator());
            }
        }
        std::ofstream("crash-input", std::ios::binary) << input;
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    }
    std::remove("crash-input");
    std::printf("%zu inputs\n", runs);
    return 0;
}
