#include "collapse/problem/choice.hpp"

#include <utility>

#include "collapse/problem/numbers.hpp"
#include "collapse/support/failure.hpp"

namespace collapse::problem {

Choice::Choice(std::string text) : text_(std::move(text))
{
    if (text_.empty() || std::string_view(" +-.0123456789").find(text_.front()) == std::string_view::npos) return;  // a word
    try {
        numbers_ = std::make_shared<const std::vector<double>>(parse_numbers("", text_));
    } catch (const support::InvalidInput&) {  // whether it may be a word is for check() to say
    }
}

const std::vector<double>& Choice::numbers() const
{
    support::ensure(numbers_ != nullptr, "an option that is asked for numbers was checked");
    return *numbers_;
}

double Choice::number() const
{
    support::ensure(numbers_ != nullptr && numbers_->size() == 1, "an option that is asked for a number was checked");
    return numbers_->front();
}

}  // namespace collapse::problem
