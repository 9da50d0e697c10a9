#include "collapse/mpi/crew.hpp"

#include <list>
#include <utility>

#include <mpi.h>

#include "collapse/mpi/wait.hpp"
#include "collapse/mpi/wire.hpp"

namespace collapse::mpi {

using sweep::Task;

namespace {

enum Tag : int { batch_tag = 1, results_tag, hurry_tag, dismissed_tag, deserted_tag };

struct Message {
    int rank = 0;
    int tag = 0;
    std::string bytes;
};

/// A message that has arrived, if there is one.
std::optional<Message> receive(int source)
{
    int here = 0;
    MPI_Status status;
    MPI_Iprobe(source, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &status);
    if (!here) return std::nullopt;
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    Message message{status.MPI_SOURCE, status.MPI_TAG, std::string(static_cast<std::size_t>(size), '\0')};
    MPI_Recv(message.bytes.data(), size, MPI_BYTE, message.rank, message.tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
}

}  // namespace

/// Messages under way: never waited for one by one, since the receiver may be busy or lost.
struct RankCrew::Outbox {
    struct Entry {
        std::string bytes;
        MPI_Request request = MPI_REQUEST_NULL;
    };
    std::list<Entry> entries;

    void post(int rank, int tag, std::string bytes)
    {
        Entry& entry = entries.emplace_back(Entry{std::move(bytes)});
        MPI_Isend(entry.bytes.data(), static_cast<int>(entry.bytes.size()), MPI_BYTE, rank, tag, MPI_COMM_WORLD, &entry.request);
    }
    void clear_sent()
    {
        entries.remove_if([](Entry& entry) {
            int done = 0;
            MPI_Test(&entry.request, &done, MPI_STATUS_IGNORE);
            return done != 0;
        });
    }
};

RankCrew::RankCrew(const World& world, sweep::Computation compute)
    : SoloCrew(std::move(compute)), world_(&world), outbox_(std::make_unique<Outbox>())
{
}

RankCrew::~RankCrew()
{
    for (std::size_t member = 1; member < size(); ++member) send(member, dismissed_tag, {});
    for (auto& entry : outbox_->entries) wait_idly(&entry.request);
}

std::size_t RankCrew::size() const { return static_cast<std::size_t>(world_->size()); }

void RankCrew::send(std::size_t member, int tag, std::string bytes)
{
    outbox_->post(static_cast<int>(member), tag, std::move(bytes));
}

void RankCrew::give(std::size_t member, std::vector<Task> batch)
{
    if (member == 0) SoloCrew::give(0, std::move(batch));
    else send(member, batch_tag, pack(batch));
}

std::optional<sweep::Crew::Delivery> RankCrew::take()
{
    outbox_->clear_sent();
    if (auto own = SoloCrew::take(std::chrono::milliseconds(0))) return own;  // first, or a stream of messages would starve it
    if (world_->size() > 1)
        if (const auto message = receive(MPI_ANY_SOURCE))
            return Delivery{static_cast<std::size_t>(message->rank), unpack_results(message->bytes)};
    return SoloCrew::take();
}

void RankCrew::hurry()
{
    SoloCrew::hurry();
    for (std::size_t member = 1; member < size(); ++member) send(member, hurry_tag, {});
}

void RankCrew::desert(int status)
{
    for (std::size_t member = 1; member < size(); ++member) send(member, deserted_tag, std::to_string(status));
    // Results that nobody wants any more are still received: a rank whose message is too long to be buffered would wait for ever.
    world_->quit(status, [] { receive(MPI_ANY_SOURCE); });
}

sweep::Worker::Times serve(const World& world, sweep::Computation compute)
{
    sweep::Worker worker(std::move(compute));
    while (true) {
        while (const auto message = receive(0)) {
            if (message->tag == dismissed_tag) return worker.times();
            if (message->tag == deserted_tag) world.quit(std::stoi(message->bytes));
            if (message->tag == hurry_tag) worker.hurry();
            else worker.give(unpack_tasks(message->bytes));
        }
        if (const auto results = worker.take(std::chrono::milliseconds(1))) {
            std::string bytes = pack(*results);
            MPI_Request request = MPI_REQUEST_NULL;
            MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, 0, results_tag, MPI_COMM_WORLD, &request);
            wait_idly(&request);
        }
    }
}

}  // namespace collapse::mpi
