# Writes the files FILES (separated by |) as C++ to OUT: script::prelude(), name and text of each in order.
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
set(arrays "")
set(n 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "const char kFile${n}[] = {\n${bytes}\n};\n")
  string(APPEND rows "        {\"${name}\", std::string(kFile${n}, sizeof kFile${n})},\n")
  math(EXPR n "${n} + 1")
endforeach()
file(WRITE ${OUT} "#include \"machine.hpp\"\n\nnamespace {\n${arrays}}  // namespace\n\nnamespace script {\n
const std::vector<std::pair<std::string, std::string>>& prelude() {
    static const std::vector<std::pair<std::string, std::string>> all = {\n${rows}    };\n    return all;\n}\n\n}  // namespace script\n")
