#include "collapse/mpi/crew.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include <mpi.h>

#include "collapse/mpi/wire.hpp"
#include "inbox.hpp"
#include "outbox.hpp"

namespace collapse::mpi {

using sweep::MemberIndex;
using sweep::Task;

namespace {

enum Tag : int { batch_tag = 1, results_tag, hurry_tag, dismissed_tag, deserted_tag, farewell_tag };

}  // namespace

struct RankCrew::Mail {
    Inbox in{MPI_ANY_SOURCE};
    Outbox out;
};

RankCrew::RankCrew(const World& world, sweep::Computation compute)
    : SoloCrew(std::move(compute)), world_(&world), mail_(std::make_unique<Mail>())
{
}

RankCrew::~RankCrew()
{
    for (MemberIndex member{1}; member.value < size(); ++member) send(member, dismissed_tag, {});
    // Results that nobody wants any more are still received: a rank whose message is too long to be buffered would wait for ever.
    for (std::size_t farewells = 0; farewells + 1 < size();) {
        mail_->out.clear_sent();
        const auto message = mail_->in.next();
        if (!message) std::this_thread::sleep_for(std::chrono::microseconds(200));
        else if (message->tag == farewell_tag) ++farewells;
    }
    mail_->out.flush();
}

std::size_t RankCrew::size() const { return static_cast<std::size_t>(world_->size()); }

void RankCrew::send(MemberIndex member, int tag, std::string bytes)
{
    mail_->out.post(static_cast<int>(member.value), tag, std::move(bytes));
}

void RankCrew::give(MemberIndex member, std::vector<Task> batch)
{
    if (member.value == 0) SoloCrew::give(member, std::move(batch));
    else send(member, batch_tag, pack(batch));
}

std::optional<sweep::Crew::Delivery> RankCrew::take()
{
    mail_->out.clear_sent();
    if (auto own = SoloCrew::take(std::chrono::milliseconds(0))) return own;  // first, or a stream of messages would starve it
    if (world_->size() > 1)
        if (const auto message = mail_->in.next())
            return Delivery{MemberIndex{static_cast<std::size_t>(message->rank)}, unpack_results(message->bytes)};
    return SoloCrew::take();
}

void RankCrew::hurry()
{
    SoloCrew::hurry();
    for (MemberIndex member{1}; member.value < size(); ++member) send(member, hurry_tag, {});
}

void RankCrew::desert(int status)
{
    for (MemberIndex member{1}; member.value < size(); ++member) send(member, deserted_tag, std::to_string(status));
    world_->quit(status, [this] {  // as when it is dismissed
        mail_->out.clear_sent();
        mail_->in.next();
    });
}

sweep::Worker::Times serve(const World& world, sweep::Computation compute)
{
    sweep::Worker worker(std::move(compute));
    Inbox inbox(0);
    Outbox outbox;
    while (true) {
        while (const auto message = inbox.next()) {
            if (message->tag == dismissed_tag) {
                outbox.post(0, farewell_tag, {});
                outbox.flush();
                return worker.times();
            }
            if (message->tag == deserted_tag) {
                outbox.flush();
                world.quit(std::stoi(message->bytes));
            }
            if (message->tag == hurry_tag) worker.hurry();
            else worker.give(unpack_tasks(message->bytes));
        }
        if (!outbox.clear_sent()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        else if (const auto results = worker.take(std::chrono::milliseconds(1))) outbox.post(0, results_tag, pack(*results));
    }
}

}  // namespace collapse::mpi
