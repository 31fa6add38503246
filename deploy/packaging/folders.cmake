# Run by CPack before it packs: folders may be entered by everybody, whatever the umask of who builds.
# (CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS leaves those that CPack makes as they are.)
file(CHMOD_RECURSE ${CPACK_TEMPORARY_DIRECTORY} DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
