#!/usr/bin/env bash
# cmake 3.25.1-1: folders in a package have the umask of who runs cpack, whatever is set for them.
#
# Expected: CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS, and for packages
# CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS, say how folders are made for what is installed.
# What happens: with umask 077 the .deb has drwx------ for every folder, although both are set. Files
# have what install() says. So packages of the same source differ by who builds them, and a folder that
# only the package makes is closed to everybody else.
# For us: deploy/packaging/folders.cmake opens them before CPack packs, and a test builds with umask 077.
. "$(dirname "$0")/lib.sh"
have cmake 3.25.1-1

mkdir "$work/thing"
cat >"$work/thing/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(thing VERSION 1 LANGUAGES NONE)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
install(FILES CMakeLists.txt DESTINATION share/thing)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "Nobody <nobody@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
CMAKE

# folders UMASK: how the package's folders are, as dpkg lists them.
folders() {
  (umask "$1"
    cmake -S "$work/thing" -B "$work/$1" >/dev/null
    cpack --config "$work/$1/CPackConfig.cmake" -B "$work/$1/packed" >/dev/null
    dpkg-deb --contents "$work/$1/packed"/*.deb | awk -v mask="$1" '/^d/ {print mask, $1, $NF}')
}
same "022 drwxr-xr-x ./usr/
022 drwxr-xr-x ./usr/share/
022 drwxr-xr-x ./usr/share/thing/
077 drwx------ ./usr/
077 drwx------ ./usr/share/
077 drwx------ ./usr/share/thing/" "$(folders 022; folders 077)"
