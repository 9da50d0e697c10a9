#pragma once

#include <string>
#include <vector>

#include "collapse/sweep/task.hpp"

/// Tasks and results as bytes. All ranks run the same program on the same kind of machine.
namespace collapse::mpi {

std::string pack(const std::vector<sweep::Task>& tasks);
std::string pack(const std::vector<sweep::TaskResult>& results);
std::vector<sweep::Task> unpack_tasks(const std::string& bytes);
std::vector<sweep::TaskResult> unpack_results(const std::string& bytes);

}  // namespace collapse::mpi
