#include "locale.hpp"

#include <algorithm>

namespace stripe {
namespace {

constexpr std::string_view kLocales[] = {
    "bg", "cs",  "da", "de",    "el", "en", "en-GB", "es", "es-419", "et",
    "fi", "fil", "fr", "fr-CA", "hr", "hu", "id",    "it", "ja",     "ko",
    "lt", "lv",  "ms", "mt",    "nb", "nl", "pl",    "pt", "pt-BR",  "ro",
    "ru", "sk",  "sl", "sv",    "th", "tr", "vi",    "zh", "zh-HK",  "zh-TW"};

}  // namespace

std::string_view page_locale(std::string_view wanted) {
    auto known = [](std::string_view name) {
        return std::find(std::begin(kLocales), std::end(kLocales), name) != std::end(kLocales);
    };
    if (known(wanted)) return wanted;
    const std::string_view language = wanted.substr(0, wanted.find('-'));
    return known(language) ? language : std::string_view();
}

}  // namespace stripe
