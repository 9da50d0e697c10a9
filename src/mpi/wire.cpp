#include "collapse/mpi/wire.hpp"

#include <cstring>
#include <span>
#include <type_traits>

#include "collapse/support/failure.hpp"

namespace collapse::mpi {

using simulate::CellSums;
using simulate::Moments;
using sweep::Prediction;
using sweep::Task;
using sweep::TaskResult;

namespace {

class Writer {
  public:
    template <class T>
    requires std::is_trivially_copyable_v<T> Writer& operator<<(const T& value)
    {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    Writer& operator<<(const std::string& text)
    {
        *this << text.size();
        bytes_ += text;
        return *this;
    }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

class Reader {
  public:
    explicit Reader(const std::string& bytes) : rest_(bytes) {}

    template <class T>
    requires std::is_trivially_copyable_v<T> Reader& operator>>(T& value)
    {
        support::ensure(rest_.size() >= sizeof value, "a message has the length that its contents need");
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return *this;
    }
    Reader& operator>>(std::string& text)
    {
        std::size_t size = 0;
        *this >> size;
        support::ensure(rest_.size() >= size, "a message has the length that its contents need");
        text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return *this;
    }

  private:
    std::string_view rest_;
};

template <class T, class WriteOne>
void write_table(Writer& writer, const support::Table<T>& table, WriteOne&& write_one)
{
    writer << table.rows() << table.columns();
    for (const T& entry : table) write_one(entry);
}

template <class T, class ReadOne>
support::Table<T> read_table(Reader& reader, ReadOne&& read_one)
{
    std::size_t rows = 0, columns = 0;
    reader >> rows >> columns;
    support::Table<T> table(rows, columns);
    for (T& entry : table) read_one(entry);
    return table;
}

}  // namespace

std::string pack(const std::vector<Task>& tasks)
{
    Writer writer;
    writer << tasks.size();
    for (const Task& task : tasks) writer << task;
    return writer.take();
}

std::vector<Task> unpack_tasks(const std::string& bytes)
{
    Reader reader(bytes);
    std::size_t size = 0;
    reader >> size;
    std::vector<Task> tasks(size);
    for (Task& task : tasks) reader >> task;
    return tasks;
}

std::string pack(const std::vector<TaskResult>& results)
{
    Writer writer;
    writer << results.size();
    for (const TaskResult& result : results) {
        writer << result.task << result.phases << result.seconds << result.message;
        write_table(writer, result.sums, [&](const CellSums& cell) { writer << cell.moments.stored() << cell.failure; });
        write_table(writer, result.predictions, [&](const Prediction& prediction) { writer << prediction; });
    }
    return writer.take();
}

std::vector<TaskResult> unpack_results(const std::string& bytes)
{
    Reader reader(bytes);
    std::size_t size = 0;
    reader >> size;
    std::vector<TaskResult> results(size);
    for (TaskResult& result : results) {
        reader >> result.task >> result.phases >> result.seconds >> result.message;
        result.sums = read_table<CellSums>(reader, [&](CellSums& cell) {
            Moments::Stored stored{};
            reader >> stored >> cell.failure;
            cell.moments = Moments(stored);
        });
        result.predictions = read_table<Prediction>(reader, [&](Prediction& prediction) { reader >> prediction; });
    }
    return results;
}

std::string pack(const std::vector<bool>& selection)
{
    Writer writer;
    writer << selection.size();
    std::string bits((selection.size() + 7) / 8, '\0');
    for (std::size_t cell = 0; cell < selection.size(); ++cell)
        if (selection[cell]) bits[cell / 8] = static_cast<char>(bits[cell / 8] | 1 << cell % 8);
    writer << bits;
    return writer.take();
}

std::vector<bool> unpack_selection(const std::string& bytes)
{
    Reader reader(bytes);
    std::size_t size = 0;
    std::string bits;
    reader >> size >> bits;
    support::ensure(bits.size() == (size + 7) / 8, "a message has the length that its contents need");
    std::vector<bool> selection(size);
    for (std::size_t cell = 0; cell < size; ++cell) selection[cell] = (bits[cell / 8] >> cell % 8 & 1) != 0;
    return selection;
}

}  // namespace collapse::mpi
