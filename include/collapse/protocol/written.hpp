#pragma once

#include <string>
#include <utility>
#include <vector>

#include "collapse/language/chain.hpp"
#include "collapse/protocol/protocol.hpp"

namespace collapse::protocol {

/// The protocol that the section [chain] of a config describes.
class Written final : public Protocol {
  public:
    static constexpr const char* name = "chain";

    /// Throws InvalidInput: see language::Chain.
    explicit Written(const std::vector<std::pair<std::string, std::string>>& lines) : chain_(lines) {}

    problem::Description describe() const override;
    problem::Scheme scheme(const Row& row, const Choices& choices) const override;
    const language::Chain& chain() const { return chain_; }

    /// What is said of all of them.
    static problem::Description description();

  private:
    language::Chain chain_;
};

}  // namespace collapse::protocol
