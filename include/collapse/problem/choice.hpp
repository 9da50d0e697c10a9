#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace collapse::problem {

/// What was chosen for an option: a word, or one number or several, which are parsed when it is made.
class Choice {
  public:
    Choice() = default;
    Choice(std::string text);                                // NOLINT(google-explicit-constructor): options are written as text
    Choice(const char* text) : Choice(std::string(text)) {}  // NOLINT(google-explicit-constructor)

    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }

    /// The only number, the list of numbers: of choices that check() let pass.
    double number() const;
    const std::vector<double>& numbers() const;

    friend bool operator==(const Choice& choice, const char* text) { return choice.text_ == text; }
    friend bool operator==(const Choice& one, const Choice& other) { return one.text_ == other.text_; }

  private:
    std::string text_;
    std::shared_ptr<const std::vector<double>> numbers_;  ///< null: it is no list of numbers
};

/// The options chosen, by name: every option of the chosen entries has a value.
using Choices = std::map<std::string, Choice, std::less<>>;

}  // namespace collapse::problem
