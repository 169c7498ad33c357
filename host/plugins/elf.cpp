#include "host/plugins/elf.hpp"

#include <elf.h>

#include <array>
#include <cstring>
#include <vector>

namespace turnpike::plugins {
namespace {

using Refusal = std::optional<std::string>;

/// Bounds-checked reads of an untrusted file.
class ElfFile {
  public:
    explicit ElfFile(std::string_view bytes) : bytes_(bytes) {}
    template <class T>
    std::optional<T> at(uint64_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
        T out;
        std::memcpy(&out, bytes_.data() + offset, sizeof out);
        return out;
    }
    std::string_view text(uint64_t offset) const {
        if (offset >= bytes_.size()) return {};
        const size_t end = bytes_.find('\0', offset);
        return end == std::string_view::npos ? std::string_view() : bytes_.substr(offset, end - offset);
    }
    size_t size() const { return bytes_.size(); }

  private:
    std::string_view bytes_;
};

template <class T>
std::vector<T> table(const ElfFile& file, uint64_t offset, uint64_t count) {
    std::vector<T> out;
    for (uint64_t i = 0; i < count && out.size() < 1u << 20; ++i) {
        const auto item = file.at<T>(offset + i * sizeof(T));
        if (!item) break;
        out.push_back(*item);
    }
    return out;
}

/// Libraries and symbols a sanitizer adds.  A host built with one loads plugins built with it; no other host does.
bool of_a_sanitizer([[maybe_unused]] std::string_view name) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    for (const std::string_view prefix : {"libasan.so", "libubsan.so", "libtsan.so", "__odr_asan."})
        if (name.substr(0, prefix.size()) == prefix) return true;
#endif
    return false;
}

bool allowed_library(std::string_view name) {
    constexpr std::array<std::string_view, 6> kAllowed = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"};
    for (const std::string_view allowed : kAllowed)
        if (name == allowed) return true;
    return of_a_sanitizer(name);
}

Refusal check_symbols(const ElfFile& file, const Elf64_Shdr& symbols, const Elf64_Shdr& names) {
    for (const auto& symbol : table<Elf64_Sym>(file, symbols.sh_offset, symbols.sh_size / sizeof(Elf64_Sym))) {
        const unsigned binding = ELF64_ST_BIND(symbol.st_info);
        const std::string_view name = file.text(names.sh_offset + symbol.st_name);
        if (binding == STB_GNU_UNIQUE) return "has the unique symbol " + std::string(name) + ", which two plugins would share: build with -fno-gnu-unique";
        const bool exported = symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL && ELF64_ST_TYPE(symbol.st_info) != STT_SECTION;
        if (exported && name.rfind("turnpike_provider_v", 0) != 0 && !of_a_sanitizer(name))
            return "exports " + std::string(name) + ": a plugin exports turnpike_provider_v1 only (turnpike_add_provider does this)";
    }
    return std::nullopt;
}

Refusal check_dynamic(const ElfFile& file, const Elf64_Shdr& dynamic, const Elf64_Shdr& names) {
    for (const auto& entry : table<Elf64_Dyn>(file, dynamic.sh_offset, dynamic.sh_size / sizeof(Elf64_Dyn))) {
        if (entry.d_tag == DT_NEEDED) {
            const std::string_view name = file.text(names.sh_offset + entry.d_un.d_val);
            if (!allowed_library(name)) return "needs " + std::string(name) + ": a plugin links libc, libm, libgcc_s and libstdc++ only";
        }
        if (entry.d_tag == DT_TEXTREL || (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_TEXTREL))) return "has text relocations: build it with -fPIC";
        if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH) return "has a run path: a plugin finds nothing by itself";
    }
    return std::nullopt;
}

Refusal check_stack(const ElfFile& file, const Elf64_Ehdr& head) {
    for (const auto& segment : table<Elf64_Phdr>(file, head.e_phoff, head.e_phnum))
        if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X)) return "has an executable stack: link it with -z noexecstack";
    return std::nullopt;
}

}  // namespace

Refusal elf_refusal(std::string_view bytes) {
    const ElfFile file(bytes);
    const auto head = file.at<Elf64_Ehdr>(0);
    if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return "is no ELF file";
    if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_type != ET_DYN) return "is no 64-bit shared object";
    if (head->e_shentsize != sizeof(Elf64_Shdr) || head->e_phentsize != sizeof(Elf64_Phdr)) return "has tables of an unknown shape";
    const auto sections = table<Elf64_Shdr>(file, head->e_shoff, head->e_shnum);
    bool symbols_seen = false;
    for (const auto& section : sections) {
        if (section.sh_type != SHT_DYNSYM && section.sh_type != SHT_DYNAMIC) continue;
        if (section.sh_link >= sections.size()) return "has a broken section table";
        const auto& names = sections[section.sh_link];
        symbols_seen = symbols_seen || section.sh_type == SHT_DYNSYM;
        auto refusal = section.sh_type == SHT_DYNSYM ? check_symbols(file, section, names) : check_dynamic(file, section, names);
        if (refusal) return refusal;
    }
    if (!symbols_seen) return "has no table of dynamic symbols";
    return check_stack(file, *head);
}

}  // namespace turnpike::plugins
