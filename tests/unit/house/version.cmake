# A build says which revision it was made from, and says so where it does not know.
#   cmake -D SOURCE=<checkout> -D VERSION=<x.y.z> -D SCRATCH=<folder> [-D PROGRAMS=<a;b>] -P version.cmake
find_program(GIT git REQUIRED)
if(NOT SOURCE OR NOT SCRATCH)
  message(FATAL_ERROR "The lines above say how to call this")
endif()

function(expect what found wanted)
  if(NOT found MATCHES "${wanted}")
    message(SEND_ERROR "${what}: \"${found}\" does not match \"${wanted}\"")
  endif()
endfunction()

# What the build would write for the source in `folder`.
function(written_for folder out)
  execute_process(COMMAND ${CMAKE_COMMAND} -D SOURCE=${folder} -D VERSION=1.2.3
    -D OUTPUT=${SCRATCH}/version.cpp -P ${SOURCE}/proto/version.cmake COMMAND_ERROR_IS_FATAL ANY)
  file(STRINGS ${SCRATCH}/version.cpp line REGEX kVersion)
  set(${out} "${line}" PARENT_SCOPE)
endfunction()

function(git)
  execute_process(COMMAND ${GIT} -C ${SCRATCH}/checkout -c user.name=test -c user.email=test@example.org ${ARGN}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# A hook of git would point at another checkout.
unset(ENV{GIT_DIR})
unset(ENV{GIT_WORK_TREE})
unset(ENV{GIT_INDEX_FILE})
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH}/checkout/tarball)
# Nothing above the scratch folder counts, whatever it lies in.
set(ENV{GIT_CEILING_DIRECTORIES} ${SCRATCH})

written_for(${SCRATCH}/checkout line)
expect("outside git the revision is unknown" "${line}" "\"1\\.2\\.3 \\(revision unknown\\)\"")

git(init -q -b main)
written_for(${SCRATCH}/checkout line)
expect("before the first commit it is unknown" "${line}" "\"1\\.2\\.3 \\(revision unknown\\)\"")

file(WRITE ${SCRATCH}/checkout/file "as committed")
git(add file)
git(commit -q -m first)
written_for(${SCRATCH}/checkout line)
expect("a commit is named" "${line}" "\"1\\.2\\.3 \\([0-9a-f]+\\)\"")

execute_process(COMMAND touch -d @1000000000 ${SCRATCH}/version.cpp COMMAND_ERROR_IS_FATAL ANY)
written_for(${SCRATCH}/checkout line)
file(TIMESTAMP ${SCRATCH}/version.cpp written "%s")
expect("the same revision rewrites nothing" "${written}" "^1000000000$")

written_for(${SCRATCH}/checkout/tarball line)
expect("a folder below a checkout is none" "${line}" "\"1\\.2\\.3 \\(revision unknown\\)\"")

file(WRITE ${SCRATCH}/checkout/file "as changed")
written_for(${SCRATCH}/checkout line)
expect("a changed file is said" "${line}" "\"1\\.2\\.3 \\([0-9a-f]+, changed\\)\"")

foreach(program ${PROGRAMS})
  execute_process(COMMAND ${program} --version OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  get_filename_component(name ${program} NAME)
  string(REPLACE "." "\\." version ${VERSION})
  expect("${name} says its version" "${said}"
    "^${name} ${version} \\(([0-9a-f]+(, changed)?|revision unknown)\\)\n$")
endforeach()
