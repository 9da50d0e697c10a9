#include "collapse/sweep/drive.hpp"

#include <array>
#include <deque>
#include <numeric>

#include "collapse/sweep/pace.hpp"

namespace collapse::sweep {

using namespace pace;

namespace {

constexpr std::size_t most_failures = 3;  ///< in a row, then a member gets nothing more

struct Batch {
    std::vector<Task> tasks;
    double expected = 0;  ///< seconds
};

/// The next tasks for one member, together about `batch_seconds`; none if nothing more can be begun in the seconds left. What
/// follows a task goes with it.
Batch next_batch(Schedule& schedule, double seconds_left)
{
    Batch batch;
    const auto has_room = [&] {
        return batch.expected < batch_seconds && batch.tasks.size() < longest_batch &&
               (batch.tasks.empty() || batch.tasks.size() * schedule.cells_per_row() < most_cells_of_batch);
    };
    while (schedule.next_follows() || has_room()) {
        const std::optional<Task> task = schedule.next(seconds_left - batch.expected);
        if (!task) break;
        batch.expected += schedule.expected_seconds(*task);
        batch.tasks.push_back(*task);
    }
    return batch;
}

/// Who has how much to do, and who is not to be trusted.
class Members {
  public:
    explicit Members(std::size_t count) : members_(count), at_work_(count)
    {
        for (MemberIndex index{0}; index.value < count; ++index) hungry_[0].push_back(index);
    }

    /// Gives batches to whoever can take one, those with empty hands first, until there is nothing for them.
    void feed(Schedule& schedule, Crew& crew, double seconds_left)
    {
        for (std::size_t held = 0; held < most_batches; ++held)
            for (auto& queue = hungry_[held]; !queue.empty(); queue.pop_front()) {
                const MemberIndex index = queue.front();
                Member& member = members_[index.value];
                if (member.retired || member.batches.size() != held) continue;  // said so earlier, no longer true
                const double ahead = std::accumulate(member.batches.begin(), member.batches.end(), 0.0);
                Batch batch = next_batch(schedule, seconds_left - ahead);
                if (batch.tasks.empty()) break;
                crew.give(index, std::move(batch.tasks));
                member.batches.push_back(batch.expected);
                ++under_way_;
                if (held + 1 < most_batches) hungry_[held + 1].push_back(index);
            }
    }

    void delivered(MemberIndex index)
    {
        Member& member = members_[index.value];
        member.batches.pop_front();
        --under_way_;
        hungry_[member.batches.size()].push_back(index);
    }

    /// Takes note of one result. True if its member gets no more work from now on: if it fails again and again while others do
    /// not, its machine is to blame. If more than half of the crew fails, the tasks are.
    bool distrusted(MemberIndex index, bool failed)
    {
        Member& member = members_[index.value];
        if (!failed) {
            ++successes_;
            member.failures = 0;
            return false;
        }
        if (member.failures++ == 0) member.successes_before = successes_;
        const bool alone = successes_ > member.successes_before, enough_others = 2 * (at_work_ - 1) >= members_.size();
        if (member.retired || member.failures < most_failures || !alone || !enough_others) return false;
        --at_work_;
        return member.retired = true;
    }

    bool retired(MemberIndex index) const { return members_[index.value].retired; }
    std::size_t under_way() const { return under_way_; }

  private:
    struct Member {
        std::deque<double> batches;        ///< expected seconds of those it has
        std::size_t failures = 0;          ///< in a row
        std::size_t successes_before = 0;  ///< of everybody, before the first of them
        bool retired = false;
    };
    std::vector<Member> members_;
    std::array<std::deque<MemberIndex>, most_batches> hungry_;  ///< [batches held]: whoever had so many when it was put there
    std::size_t at_work_, under_way_ = 0, successes_ = 0;
};

}  // namespace

std::optional<Crew::Delivery> SoloCrew::take(std::chrono::milliseconds patience)
{
    if (auto results = worker_.take(patience)) return Delivery{MemberIndex{0}, std::move(*results)};
    return std::nullopt;
}

Ending drive(Schedule& schedule, Crew& crew, Watch& watch)
{
    Members members(crew.size());
    bool hurried = false;
    while (true) {
        const double seconds_left = watch.seconds_left();
        if (seconds_left > 0 && !hurried) members.feed(schedule, crew, seconds_left);
        else if (!hurried) {
            crew.hurry();
            hurried = true;
        }
        if (members.under_way() == 0) return Ending::nothing_under_way;
        if (hurried && watch.out_of_patience()) return Ending::tasks_under_way;
        if (auto delivery = crew.take()) {
            members.delivered(delivery->member);
            for (TaskResult& result : delivery->results) {
                watch.task_done(result);
                const bool failed = !result.message.empty();
                if (members.distrusted(delivery->member, failed)) watch.member_retired(delivery->member);
                // What a member fails that is no longer trusted, now or in the batch that still waited for it, others may do.
                if (failed && members.retired(delivery->member)) schedule.abandon(result.task);
                else if (const auto row = schedule.complete(std::move(result))) {
                    watch.row_changed(*row, schedule.state(*row));
                    if (schedule.state(*row).complete) schedule.forget(*row);
                }
            }
        }
        watch.tick(schedule);
    }
}

}  // namespace collapse::sweep
