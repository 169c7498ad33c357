# turnpike_script_engine(TARGET): QuickJS-NG as an object library.  npm brings the WebAssembly file, whose hash is pinned
# here; wasm2c turns it into C; wabt's runtime is used with its few globals made thread-local, so that several threads may
# run scripts.  Nothing generated is kept in the repository.
set(TURNPIKE_QUICKJS_SHA256 d4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9)

function(turnpike_patched out from)
  file(READ ${from} text)
  while(ARGN)
    list(POP_FRONT ARGN before after)
    string(REPLACE "${before}" "${after}" patched "${text}")
    if(patched STREQUAL text)
      message(FATAL_ERROR "${from} has no \"${before}\": this wabt is another one than 1.0.32")
    endif()
    set(text "${patched}")
  endwhile()
  file(CONFIGURE OUTPUT ${out} CONTENT "${text}" @ONLY NEWLINE_STYLE UNIX)
endfunction()

function(turnpike_script_engine target)
  find_program(NPM npm REQUIRED)
  find_program(WASM2C wasm2c REQUIRED)
  find_path(WASM_RT wasm-rt-impl.c PATHS /usr/share/wabt/wasm2c REQUIRED)
  find_path(WASM_RT_H wasm-rt.h REQUIRED)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/engine)
  set(sources ${CMAKE_CURRENT_SOURCE_DIR}/engine)
  turnpike_patched(${folder}/wasm-rt.h ${WASM_RT_H}/wasm-rt.h
    "extern uint32_t wasm_rt_call_stack_depth" "extern __thread uint32_t wasm_rt_call_stack_depth")
  turnpike_patched(${folder}/wasm-rt-impl.h ${WASM_RT}/wasm-rt-impl.h
    "extern jmp_buf wasm_rt_jmp_buf" "extern __thread jmp_buf wasm_rt_jmp_buf"
    "extern uint32_t wasm_rt_saved_call_stack_depth" "extern __thread uint32_t wasm_rt_saved_call_stack_depth")
  turnpike_patched(${folder}/wasm-rt-impl.c ${WASM_RT}/wasm-rt-impl.c
    "\nuint32_t wasm_rt_call_stack_depth" "\n__thread uint32_t wasm_rt_call_stack_depth"
    "\nuint32_t wasm_rt_saved_call_stack_depth" "\n__thread uint32_t wasm_rt_saved_call_stack_depth"
    "\njmp_buf wasm_rt_jmp_buf" "\n__thread jmp_buf wasm_rt_jmp_buf"
    "static jmp_buf* g_unwind_target" "static __thread jmp_buf* g_unwind_target")
  add_custom_command(OUTPUT ${folder}/quickjs.c ${folder}/quickjs.h
    COMMAND ${CMAKE_COMMAND} -E copy ${sources}/package.json ${sources}/package-lock.json ${sources}/.npmrc ${folder}
    COMMAND ${CMAKE_COMMAND} -E chdir ${folder} ${NPM} ci --ignore-scripts --loglevel=error
    COMMAND ${CMAKE_COMMAND} -DFILE=${folder}/node_modules/quickjs-wasi/quickjs.wasm -DSHA256=${TURNPIKE_QUICKJS_SHA256}
      -P ${sources}/CheckHash.cmake
    COMMAND ${WASM2C} ${folder}/node_modules/quickjs-wasi/quickjs.wasm -n quickjs -o ${folder}/quickjs.c
    DEPENDS ${sources}/package.json ${sources}/package-lock.json ${sources}/CheckHash.cmake ${sources}/Engine.cmake
    COMMENT "Fetching QuickJS-NG and turning it into C"
    VERBATIM)
  add_library(${target} OBJECT ${folder}/quickjs.c ${folder}/wasm-rt-impl.c)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  # The generated code is not ours to warn about or to instrument: it checks every access to its memory itself.
  target_compile_options(${target} PRIVATE -w -O2 -fno-sanitize=all -ftls-model=initial-exec)
  target_compile_definitions(${target} PUBLIC WASM_RT_MEMCHECK_SIGNAL_HANDLER=0 WASM_RT_MAX_CALL_STACK_DEPTH=20000)
  target_include_directories(${target} PUBLIC ${folder})
endfunction()
