#pragma once

#include <string>

#include "collapse/support/failure.hpp"

namespace collapse::store {

/// The disk does not take or give what it should: it may be full, or gone for a while. Trying again may help.
class DiskRefusal : public support::SystemFailure {
  public:
    DiskRefusal(const std::string& reason, const std::string& remedy) : SystemFailure(reason + "; " + remedy), reason_(reason) {}
    const std::string& reason() const { return reason_; }

  private:
    std::string reason_;
};

}  // namespace collapse::store
