#pragma once

#include <string>
#include <vector>

#include "collapse/sweep/task.hpp"

/// Tasks, results and selections of cells as bytes. All ranks run the same program on the same kind of machine.
namespace collapse::mpi {

std::string pack(const std::vector<sweep::Task>& tasks);
std::string pack(const std::vector<sweep::TaskResult>& results);
std::vector<sweep::Task> unpack_tasks(const std::string& bytes);
std::vector<sweep::TaskResult> unpack_results(const std::string& bytes);

/// Eight cells a byte: there may be 10^9.
std::string pack(const std::vector<bool>& selection);
std::vector<bool> unpack_selection(const std::string& bytes);

}  // namespace collapse::mpi
