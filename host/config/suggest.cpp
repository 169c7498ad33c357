#include "host/config/suggest.hpp"

#include <algorithm>

namespace turnpike::config {
namespace {

/// Edits (insert, delete, replace, swap neighbours) between two names.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (size_t i = 1; i <= a.size(); ++i)
        for (size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view written, const std::vector<std::string>& known) {
    if (written.size() > 64) return {};
    const std::string* best = nullptr;
    size_t best_distance = written.size() / 3 + 2;
    for (const std::string& name : known) {
        const size_t d = distance(written, name);
        if (d >= best_distance) continue;
        best_distance = d;
        best = &name;
    }
    return best ? *best : std::string();
}

}  // namespace turnpike::config
