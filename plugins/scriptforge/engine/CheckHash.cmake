file(SHA256 ${FILE} found)
if(NOT found STREQUAL SHA256)
  message(FATAL_ERROR "${FILE} has the SHA-256 ${found}, pinned is ${SHA256}: nothing is built from it")
endif()
