#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace turnpike::plugins {

/// Reads a shared object's bytes before anything of it runs (plugin-abi.md 14): a 64-bit ELF shared object that
/// exports nothing but turnpike_provider_v*, has no STB_GNU_UNIQUE symbol, needs no library beyond libc, libm,
/// libgcc_s, libstdc++ and the loader, and has no text relocation, executable stack or run path.
/// nullopt = fine; else the rule that is broken.
std::optional<std::string> elf_refusal(std::string_view bytes);

}  // namespace turnpike::plugins
