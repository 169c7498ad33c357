# Writes the bytes of INPUT as a C array to HEADER and copies INPUT to COPY.
file(READ ${INPUT} bytes HEX)
if(NOT bytes)
  message(FATAL_ERROR "${INPUT} is empty")
endif()
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE ${HEADER} "static const char turnpike_manifest[] = {\n${bytes}\n};\n")
configure_file(${INPUT} ${COPY} COPYONLY)
