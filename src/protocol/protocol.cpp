#include "collapse/protocol/protocol.hpp"

#include <cmath>

#include "collapse/problem/find.hpp"
#include "collapse/protocol/means.hpp"
#include "collapse/protocol/predict.hpp"
#include "collapse/protocol/simulation.hpp"
#include "collapse/protocol/structure.hpp"

namespace collapse::protocol {

void Protocol::check(const Cell&, const Choices&) const {}

Table<Errors> Protocol::simulate(const Row& row, const Replicate& replicate, LabelNoise noise) const
{
    const auto d = static_cast<double>(replicate.model.eigenvalues.size());
    const LevelledScheme described = levelled(row, replicate.choices);
    const Table<ErrorForms> forms = Simulation(described, row, d, noise, estimator::factorisation_in(replicate.choices))(replicate);
    Table<Errors> errors(row.lambda.size(), row.generations.size());
    for (std::size_t cell = 0; cell < errors.size(); ++cell) errors[cell] = forms[cell].at(described.levels);
    return errors;
}

LevelledScheme Protocol::levelled(const Row& row, const Choices& choices) const
{
    return protocol::levelled([&](const Row& other) { return scheme(other, choices); }, row);
}

Table<Prediction> Protocol::predict(const Row& row, const Nodes& nodes, const Choices& choices) const
{
    return protocol::predict(scheme(row, choices), row, nodes);
}

Table<support::Reason> Protocol::reasons_not_simulated(const Row& row, const Choices& choices) const
{
    return protocol::reasons_not_simulated(scheme(row, choices), row, row.cell.d);
}

Table<std::string> Protocol::reasons_not_predicted(const Row& row, const Choices& choices) const
{
    const Scheme described = scheme(row, choices);
    Table<std::string> reasons(row.lambda.size(), row.generations.size());
    for (std::size_t i = 0; i < row.lambda.size(); ++i)
        for (std::size_t j = 0; j < row.generations.size(); ++j)
            reasons(i, j) = protocol::reason_not_predicted(described, i, row.generations[j]);
    return reasons;
}

bool Protocol::continuous_generations(const Row& row, const Choices& choices) const
{
    const Scheme described = scheme(row, choices);
    if (!is_repeated_fit(described)) return false;
    try {
        described.evaluated(0.5);
    } catch (const support::InvalidInput&) {  // a chain in words, which are of whole generations alone
        return false;
    }
    return true;
}

const Protocol& protocol_called(const std::string& name) { return problem::find_entry(protocols(), "protocol", name); }

Table<Prediction> predict_with_clean(const Protocol& protocol, const Row& row, const Nodes& nodes, const Choices& choices)
{
    Row extended = row;
    extended.generations.push_back(0);
    return beside_clean(protocol.predict(extended, nodes, choices));
}

}  // namespace collapse::protocol
