# What is installed, in two components, and the Debian packages that CPack makes of them:
# holdfast-server and holdfast. deploy/package builds them; names and versions come from there.
include(GNUInstallDirs)
set(here ${CMAKE_CURRENT_LIST_DIR})
# Installing builds nothing: not every target is needed.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

# Manual pages and what shells complete, written by the programs themselves: the target
# package_texts.
set(texts ${CMAKE_BINARY_DIR}/texts)
file(MAKE_DIRECTORY ${texts})
function(holdfast_texts program section component)
  set(made)
  foreach(shell bash zsh fish)
    add_custom_command(OUTPUT ${texts}/${program}.${shell} DEPENDS ${program} VERBATIM
      COMMAND ${program} completion ${shell} > ${texts}/${program}.${shell})
    list(APPEND made ${texts}/${program}.${shell})
  endforeach()
  add_custom_command(OUTPUT ${texts}/${program}.${section}.gz DEPENDS ${program} VERBATIM
    COMMAND ${program} manual > ${texts}/${program}.${section}
    COMMAND gzip -9nf ${texts}/${program}.${section})
  add_custom_target(${program}_texts DEPENDS ${made} ${texts}/${program}.${section}.gz)
  install(FILES ${texts}/${program}.${section}.gz COMPONENT ${component}
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  install(FILES ${texts}/${program}.bash COMPONENT ${component} RENAME ${program}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${texts}/${program}.zsh COMPONENT ${component} RENAME _${program}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${texts}/${program}.fish COMPONENT ${component}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endfunction()
holdfast_texts(holdfastd 8 server)
holdfast_texts(holdfast 1 client)
add_custom_target(package_texts DEPENDS holdfastd_texts holdfast_texts)

# What Debian wants beside a program: who may do what with it, and what changed, in our words and
# in the form that its tools read.
set(changes ${texts}/changelog.gz ${texts}/changelog.Debian.gz)
add_custom_command(OUTPUT ${changes} VERBATIM
  DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_BINARY_DIR}/packaging/changelog
  COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${texts}/changelog.gz
  COMMAND gzip -9nc ${CMAKE_BINARY_DIR}/packaging/changelog > ${texts}/changelog.Debian.gz)
add_custom_target(holdfast_changes DEPENDS ${changes})
add_dependencies(package_texts holdfast_changes)
function(holdfast_documents package component)
  install(FILES ${changes} ${here}/copyright ${CMAKE_SOURCE_DIR}/README.md
    ${CMAKE_SOURCE_DIR}/SECURITY.md ${ARGN}
    COMPONENT ${component} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package})
endfunction()
holdfast_documents(holdfast-server server ${CMAKE_SOURCE_DIR}/deploy/OPERATING.md)
holdfast_documents(holdfast client ${CMAKE_SOURCE_DIR}/client/CLIENT.md
  ${CMAKE_SOURCE_DIR}/client/THERAPIST.md ${CMAKE_SOURCE_DIR}/client/cli/JSON.md)

install(TARGETS holdfastd COMPONENT server DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS holdfast COMPONENT client DESTINATION ${CMAKE_INSTALL_BINDIR})
set(deploy ${CMAKE_SOURCE_DIR}/deploy)
install(FILES ${deploy}/holdfastd.service ${deploy}/holdfastd.socket
  ${deploy}/holdfastd-backup.service ${deploy}/holdfastd-backup.timer
  COMPONENT server DESTINATION lib/systemd/system)
install(FILES ${deploy}/holdfast-watch.service COMPONENT client DESTINATION lib/systemd/user)
install(FILES ${here}/holdfastd.default RENAME holdfastd COMPONENT server DESTINATION /etc/default)
install(PROGRAMS ${deploy}/backup-drill COMPONENT server
  DESTINATION ${CMAKE_INSTALL_DATADIR}/holdfast-server)
install(FILES ${deploy}/metrics/holdfast.rules.yml ${deploy}/metrics/holdfast.dashboard.json
  ${deploy}/proxy/nginx.conf ${deploy}/proxy/haproxy.cfg
  COMPONENT server DESTINATION ${CMAKE_INSTALL_DATADIR}/holdfast-server)

# --- the packages ---
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME holdfast)
set(CPACK_PACKAGE_VERSION "$ENV{HOLDFAST_PACKAGE_VERSION}")
if(CPACK_PACKAGE_VERSION STREQUAL "")
  set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
endif()
set(CPACK_PACKAGE_VENDOR "The Holdfast developers")
set(CPACK_PACKAGE_CONTACT "The Holdfast developers <holdfast@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PRE_BUILD_SCRIPTS ${here}/folders.cmake)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "end-to-end encrypted check-ins between therapy sessions")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL server client)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_SERVER_PACKAGE_NAME holdfast-server)
set(CPACK_DEBIAN_SERVER_PACKAGE_SECTION net)
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS adduser)
set(CPACK_COMPONENT_SERVER_DESCRIPTION
"This is the practice: holdfastd stores sealed messages between therapy clients
and their therapists, and cannot read them. It says what it knows: stored,
delivered, opened, answered. It is not an emergency service.")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA ${here}/preinst ${here}/postinst ${here}/prerm
  ${here}/postrm ${here}/conffiles)
set(CPACK_DEBIAN_CLIENT_PACKAGE_NAME holdfast)
set(CPACK_DEBIAN_CLIENT_PACKAGE_SECTION net)
# Hours and rhythms are signed with the transitions of their zone.
set(CPACK_DEBIAN_CLIENT_PACKAGE_DEPENDS tzdata)
set(CPACK_DEBIAN_CLIENT_PACKAGE_CONTROL_EXTRA ${here}/client/preinst)
set(CPACK_COMPONENT_CLIENT_DESCRIPTION
"This is the command line of a therapy client and of their therapist: a weekly
check-in, and an answer to it, readable by the two of them alone.
It is not an emergency service.")

# SOURCE_DATE_EPOCH, where it is set.
string(TIMESTAMP packaged_at "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${here}/changelog.in ${CMAKE_BINARY_DIR}/packaging/changelog @ONLY)
include(CPack)
