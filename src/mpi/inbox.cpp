#include "inbox.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <mpi.h>

namespace collapse::mpi {

namespace {

constexpr std::size_t most_begun = 64;  ///< bounds the memory

}  // namespace

struct Inbox::Entry {
    Message message;
    MPI_Request request = MPI_REQUEST_NULL;
};

Inbox::Inbox(int source) : source_(source) {}
Inbox::~Inbox() = default;

std::optional<Message> Inbox::next()
{
    accept();
    std::vector<int> waiting;  // ranks of which an older message is not whole
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (std::ranges::find(waiting, entry->message.rank) != waiting.end()) continue;
        int whole = 0;
        MPI_Test(&entry->request, &whole, MPI_STATUS_IGNORE);
        if (whole) {
            Message message = std::move(entry->message);
            entries_.erase(entry);
            return message;
        }
        waiting.push_back(entry->message.rank);
    }
    return std::nullopt;
}

void Inbox::accept()
{
    while (entries_.size() < most_begun) {
        int here = 0, size = 0;
        MPI_Message handle = MPI_MESSAGE_NULL;
        MPI_Status status;
        MPI_Improbe(source_, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &handle, &status);
        if (!here) return;
        MPI_Get_count(&status, MPI_BYTE, &size);
        Entry& entry = entries_.emplace_back();
        entry.message = {status.MPI_SOURCE, status.MPI_TAG, std::string(static_cast<std::size_t>(size), '\0')};
        MPI_Imrecv(entry.message.bytes.data(), size, MPI_BYTE, &handle, &entry.request);
    }
}

}  // namespace collapse::mpi
