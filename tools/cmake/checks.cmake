# Turns every check.json of a chapter into CTest tests and brings in the tools they need: a chapter
# includes this as its last line, the root for the tools alone. It judges nothing; the checker does.
# Run as a script it is the command of the *.build tests.

# Rebuilds what changed, before the tests that ctest has already listed. REQUIRED must build;
# a target of JUDGED may fail to, since the test that judges it builds it again and tells why.
function(workshop_rebuild)
    set(build "${CMAKE_COMMAND}" --build "${BUILD}" --target)
    if(FLOCK)  # the checker, too, takes this lock when it builds
        file(MAKE_DIRECTORY "${BUILD}/.workshop")
        list(PREPEND build "${FLOCK}" "${BUILD}/.workshop/lock")
    endif()
    execute_process(COMMAND ${build} ${REQUIRED} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        string(REPLACE ";" ", " REQUIRED "${REQUIRED}")
        message(FATAL_ERROR "what every check needs doesn't build: ${REQUIRED}")
    endif()
    if(JUDGED)
        execute_process(COMMAND ${build} ${JUDGED} -- ${KEEP_GOING})
    endif()
    file(SHA256 "${LIST}" list_hash)
    if(NOT list_hash STREQUAL LIST_HASH)
        message(FATAL_ERROR "the tests changed: run ctest again")
    endif()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
    cmake_minimum_required(VERSION 3.20)
    workshop_rebuild()
    return()
endif()

# Adds the fixture NAME.build, which all tests of this folder require.
function(workshop_add_build name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "REQUIRED;JUDGED")
    # What ctest has in memory, to be compared with what stands there after the build. The hash of
    # this file stands for everything about a test but its name.
    get_property(tests DIRECTORY PROPERTY TESTS)
    file(SHA256 "${CMAKE_CURRENT_FUNCTION_LIST_FILE}" maker)
    string(JOIN "\n" content ${maker} ${tests})
    string(SHA256 list_hash "${content}")
    set(list "${CMAKE_CURRENT_BINARY_DIR}/${name}.tests")
    file(WRITE "${list}" "${content}")

    find_program(WORKSHOP_FLOCK flock)
    mark_as_advanced(WORKSHOP_FLOCK)
    set(flock "")
    if(WORKSHOP_FLOCK)
        set(flock "${WORKSHOP_FLOCK}")
    endif()
    set(keep_going -k)
    if(CMAKE_GENERATOR MATCHES "Ninja")
        set(keep_going -k 0)
    endif()
    add_test(NAME ${name}.build
        COMMAND "${CMAKE_COMMAND}" "-DBUILD=${CMAKE_BINARY_DIR}" "-DREQUIRED=${arg_REQUIRED}"
            "-DJUDGED=${arg_JUDGED}" "-DLIST=${list}" "-DLIST_HASH=${list_hash}" "-DFLOCK=${flock}"
            "-DKEEP_GOING=${keep_going}" -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}")
    set_tests_properties(${name}.build PROPERTIES LABELS "${name};build"
        FIXTURES_SETUP ${name}.build RESOURCE_LOCK build TIMEOUT 1800)
endfunction()

# Finds a library of which NAME::NAME is the target, or fetches a release of it from PATH at GitHub
# if that is allowed; else adds it to `missing`.
function(workshop_find name debian path sha256)
    find_package(${name} CONFIG QUIET)
    if(${name}_FOUND)
        return()
    endif()
    if(NOT WORKSHOP_FETCH)
        list(APPEND missing "${name} (Debian: ${debian})")
        set(missing "${missing}" PARENT_SCOPE)
        return()
    endif()
    include(FetchContent)
    if(POLICY CMP0135)
        cmake_policy(SET CMP0135 NEW)
    endif()
    FetchContent_Declare(${name} URL "https://github.com/${path}" URL_HASH SHA256=${sha256})
    FetchContent_MakeAvailable(${name})
    # Its headers are not ours to keep free of warnings.
    set_target_properties(${name} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
        "$<TARGET_PROPERTY:${name},INTERFACE_INCLUDE_DIRECTORIES>")
endfunction()

# Adds the delay server and the checker, unless they are there. Says so once if it can't.
function(workshop_add_tools root)
    get_property(asked GLOBAL PROPERTY WORKSHOP_TOOLS_ASKED)
    if(asked)
        return()
    endif()
    set_property(GLOBAL PROPERTY WORKSHOP_TOOLS_ASKED ON)
    set(missing "")
    workshop_find(CLI11 libcli11-dev CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
        f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a)
    workshop_find(nlohmann_json nlohmann-json3-dev nlohmann/json/releases/download/v3.11.3/json.tar.xz
        d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)
    if(missing)
        string(REPLACE ";" ", " missing "${missing}")
        message(STATUS "Programs only, no checks: not found: ${missing}; "
            "-DWORKSHOP_FETCH=ON downloads what is missing")
        return()
    endif()
    workshop_find(doctest doctest-dev doctest/doctest/archive/refs/tags/v2.4.11.tar.gz
        632ed2c05a7f53fa961381497bf8069093f0d6628c5f26286161fbd32a560186)
    foreach(tool IN ITEMS delayserver checker)
        add_subdirectory("${root}/tools/${tool}" "${CMAKE_BINARY_DIR}/tools/${tool}")
    endforeach()
    set(tests delayserver-tests checker-tests)
    foreach(target IN LISTS tests)
        if(NOT TARGET ${target})
            list(REMOVE_ITEM tests ${target})
        endif()
    endforeach()
    if(WORKSHOP_MAINTAINER)
        add_test(NAME lint COMMAND checker --root "${root}" --build "${CMAKE_BINARY_DIR}" lint)
        set_tests_properties(lint PROPERTIES LABELS "tools;lineage"
            FIXTURES_REQUIRED tools.build TIMEOUT 600)
    endif()
    workshop_add_build(tools REQUIRED checker ${tests})
endfunction()

# Adds the test NAME: the checker's verdict on WHAT. Further arguments are labels.
function(workshop_add_check root chapter name what)
    add_test(NAME "${name}"
        COMMAND checker --root "${root}" --build "${CMAKE_BINARY_DIR}" check "${what}")
    set_tests_properties("${name}" PROPERTIES LABELS "${chapter};${ARGN}"
        FIXTURES_REQUIRED ${chapter}.build SKIP_RETURN_CODE 77 TIMEOUT 900)
endfunction()

# Adds the test of where the files of a check.json come from, if it says that of any.
function(workshop_add_lineage root chapter key folder)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}/check.json")
    file(READ "${folder}/check.json" spec)
    string(JSON carried ERROR_VARIABLE none LENGTH "${spec}" carries)
    if(carried GREATER 0)
        add_test(NAME ${chapter}-${key}.lineage COMMAND checker --root "${root}"
            --build "${CMAKE_BINARY_DIR}" lint --lineage ${chapter}/${key})
        set_tests_properties(${chapter}-${key}.lineage PROPERTIES
            LABELS "${chapter};${chapter}-${key};lineage"
            FIXTURES_REQUIRED ${chapter}.build TIMEOUT 600)
    endif()
endfunction()

# Adds the tests of the known wrong (mutants) and right (variants) programs beside a check.json.
function(workshop_add_alternatives root chapter key folder)
    file(GLOB mutants CONFIGURE_DEPENDS "${folder}/mutants/*.patch")
    foreach(mutant IN LISTS mutants)
        get_filename_component(mutant "${mutant}" NAME_WLE)
        workshop_add_check("${root}" ${chapter} "${chapter}-${key}.mutant.${mutant}"
            "${chapter}/${key}/mutants/${mutant}" ${chapter}-${key} mutant)
    endforeach()
    file(GLOB variants CONFIGURE_DEPENDS LIST_DIRECTORIES ON "${folder}/variants/*")
    foreach(variant IN LISTS variants)
        if(IS_DIRECTORY "${variant}")
            get_filename_component(variant "${variant}" NAME)
            workshop_add_check("${root}" ${chapter} "${chapter}-${key}.variant.${variant}"
                "${chapter}/${key}/variants/${variant}" ${chapter}-${key} variant)
        endif()
    endforeach()
endfunction()

# Adds the tests of the reader's own copies, which come and go without CMake's knowledge: ctest runs
# the script written here each time it reads its list.
function(workshop_add_work root chapter)
    string(CONFIGURE [==[
# Tests of what lies in work/@chapter@ when ctest runs.
set(work [=[@root@/work/@chapter@]=])
file(GLOB copies LIST_DIRECTORIES ON RELATIVE "${work}" "${work}/*")
foreach(copy IN LISTS copies)
    string(REGEX MATCH "^([a-z]|[0-9][0-9])(-|$)" known "${copy}")
    set(key "${CMAKE_MATCH_1}")
    list(FIND seen_@chapter@ "${key}" seen)  # ctest reads this with the policies of CMake 2.6
    if(known AND seen EQUAL -1)
        list(APPEND seen_@chapter@ ${key})
        add_test(work.@chapter@-${key} [=[$<TARGET_FILE:checker>]=]
            --root [=[@root@]=] --build [=[@CMAKE_BINARY_DIR@]=] check work/@chapter@/${key})
        set_tests_properties(work.@chapter@-${key} PROPERTIES
            LABELS "@chapter@;@chapter@-${key};work" FIXTURES_REQUIRED @chapter@.build
            SKIP_RETURN_CODE 77 TIMEOUT 900)
    endif()
endforeach()
]==] script @ONLY)
    set(file "${CMAKE_CURRENT_BINARY_DIR}/${chapter}.work.cmake")
    file(GENERATE OUTPUT "${file}" CONTENT "${script}")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

# Adds all tests of the chapter whose folder this is.
function(workshop_add_chapter root chapter)
    file(GLOB checks CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}"
        "${CMAKE_CURRENT_SOURCE_DIR}/?-*/check.json"
        "${CMAKE_CURRENT_SOURCE_DIR}/exercises/??-*/check.json")
    set(judged "")
    foreach(check IN LISTS checks)
        get_filename_component(folder "${check}" DIRECTORY)
        string(REGEX REPLACE "^(exercises/)?([^-]+)-.*" "\\2" key "${folder}")
        if(folder MATCHES "^exercises/")
            workshop_add_check("${root}" ${chapter} ${chapter}-${key}.solution
                ${chapter}/${key}/solution ${chapter}-${key} exercise)
            list(APPEND judged ${chapter}-${key}-solution)
            if(WORKSHOP_MAINTAINER)
                workshop_add_check("${root}" ${chapter} ${chapter}-${key}.starter
                    ${chapter}/${key}/starter ${chapter}-${key} exercise)
                list(APPEND judged ${chapter}-${key}-starter)
            endif()
        else()
            workshop_add_check("${root}" ${chapter} ${chapter}-${key}
                ${chapter}/${key} ${chapter}-${key} stage)
            list(APPEND judged ${chapter}-${key})
        endif()
        if(WORKSHOP_MAINTAINER)
            workshop_add_lineage("${root}" ${chapter} ${key}
                "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")
            workshop_add_alternatives("${root}" ${chapter} ${key}
                "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")
        endif()
    endforeach()
    foreach(target IN LISTS judged)
        if(NOT TARGET ${target})  # left out by the chapter: a library is missing
            list(REMOVE_ITEM judged ${target})
        endif()
    endforeach()
    workshop_add_build(${chapter} REQUIRED checker JUDGED ${judged})
    workshop_add_work("${root}" ${chapter})
endfunction()

option(WORKSHOP_FETCH "Download CLI11, nlohmann_json and doctest where they are not installed" OFF)
option(WORKSHOP_MAINTAINER "Add the tests of mutants, variants, starters and lineage" OFF)
enable_testing()
get_filename_component(workshop_root "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
workshop_add_tools("${workshop_root}")
get_filename_component(workshop_folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
if(TARGET checker AND workshop_folder MATCHES "^(ch[0-9][0-9])-")
    workshop_add_chapter("${workshop_root}" ${CMAKE_MATCH_1})
endif()
