# Writes OUT, a C++ file that holds every SQL file of DIR in the order of its number.
file(GLOB files ${DIR}/*.sql)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  string(REGEX MATCH "^0*([0-9]+)_" _ ${name})
  file(READ ${file} sql)
  string(APPEND rows "    {${CMAKE_MATCH_1}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"host/store/migrate.hpp\"\n\nnamespace turnpike::store {\n
static constexpr Migration kMigrations[] = {\n${rows}};
const Migration* migrations_begin() { return kMigrations; }
const Migration* migrations_end() { return kMigrations + sizeof kMigrations / sizeof kMigrations[0]; }\n
}  // namespace turnpike::store\n")
