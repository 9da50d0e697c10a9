#include <algorithm>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <mpi.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collapse/mpi/wait.hpp"
#include "collapse/mpi/world.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::mpi {

namespace {

constexpr std::size_t longest_message = std::size_t{1} << 30;  ///< bytes that MPI counts with 32 bits

/// A communicator that is freed; none for ranks of no colour.
class Group {
  public:
    explicit Group(MPI_Comm comm) : comm_(comm) {}
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    ~Group()
    {
        if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
    }
    bool exists() const { return comm_ != MPI_COMM_NULL; }
    int rank() const
    {
        int rank = 0;
        MPI_Comm_rank(comm_, &rank);
        return rank;
    }
    void broadcast(void* bytes, std::size_t count) const
    {
        for (std::size_t first = 0; first < count; first += longest_message) {
            MPI_Request request = MPI_REQUEST_NULL;
            MPI_Ibcast(static_cast<char*>(bytes) + first, static_cast<int>(std::min(longest_message, count - first)), MPI_CHAR, 0,
                       comm_, &request);
            wait_idly(&request);
        }
    }
    bool all(bool mine) const
    {
        int one = mine ? 1 : 0, together = 0;
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Iallreduce(&one, &together, 1, MPI_INT, MPI_MIN, comm_, &request);
        wait_idly(&request);
        return together == 1;
    }

  private:
    MPI_Comm comm_;
};

Group ranks_of_this_node()
{
    MPI_Comm comm = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &comm);
    return Group(comm);
}

Group first_of_every_node(bool is_first)
{
    MPI_Comm comm = MPI_COMM_NULL;
    MPI_Comm_split(MPI_COMM_WORLD, is_first ? 0 : MPI_UNDEFINED, 0, &comm);
    return Group(comm);
}

/// Where a rank of this node has its bytes, as the others of it find them.
struct Place {
    int process = 0, file = -1;
};

std::shared_ptr<char> mapped(int file, std::size_t size, int protection)
{
    void* memory = mmap(nullptr, size, protection, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return nullptr;
    return {static_cast<char*>(memory), [size](char* bytes) { munmap(bytes, size); }};
}

std::shared_ptr<char> own_memory(std::size_t size)
{
    const std::shared_ptr<char[]> memory(new char[size]);
    return {memory, memory.get()};
}

/// Memory of a file without a name, which goes when the last who looks at it does, however that ends.
std::shared_ptr<char> named_memory(std::size_t size, Place& place)
{
    place = {getpid(), memfd_create("collapse", MFD_CLOEXEC)};
    const bool has_room = place.file >= 0 && posix_fallocate(place.file, 0, static_cast<off_t>(size)) == 0;
    std::shared_ptr<char> memory = has_room ? mapped(place.file, size, PROT_READ | PROT_WRITE) : nullptr;
    if (memory) return memory;
    if (place.file >= 0) close(place.file);
    place.file = -1;
    return own_memory(size);
}

std::shared_ptr<char> memory_at(const Place& place, std::size_t size)
{
    if (place.file < 0) return nullptr;
    const int file = open(fmt::format("/proc/{}/fd/{}", place.process, place.file).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    std::shared_ptr<char> memory = mapped(file, size, PROT_READ);
    close(file);
    return memory;
}

}  // namespace

/// 1. the first rank of every node gets the bytes
/// 2. the others of the node map its memory
/// 3. where they cannot (another container, no /proc), all of the node get bytes of their own
std::shared_ptr<const char> World::share(std::span<const char> bytes) const
{
    const Group node = ranks_of_this_node();
    const bool is_first = node.rank() == 0;
    const Group firsts = first_of_every_node(is_first);
    auto size = static_cast<unsigned long long>(bytes.size());
    std::shared_ptr<char> memory;
    Place place;
    if (is_first) {
        firsts.broadcast(&size, sizeof size);
        memory = named_memory(size, place);
        if (is_root()) std::memcpy(memory.get(), bytes.data(), size);
        firsts.broadcast(memory.get(), size);
    }
    node.broadcast(&size, sizeof size);
    node.broadcast(&place, sizeof place);
    if (!is_first) memory = memory_at(place, size);
    const bool shared = node.all(memory != nullptr);
    if (is_first && place.file >= 0) close(place.file);
    if (shared) return memory;
    if (!is_first) memory = own_memory(size);  // what is mapped to read cannot be written
    node.broadcast(memory.get(), size);
    return memory;
}

}  // namespace collapse::mpi
