# SPDX-License-Identifier: MIT
# Installs the headers, a CMake package and a pkg-config file. All of it is independent of the architecture, so the last
# two go under share/, and none of it names an absolute path, so that the installed tree may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS sonde EXPORT sonde FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
# An export of its own, since it may be included only where libcurl is.
install(TARGETS sonde_http EXPORT sonde_http FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/sonde")
install(EXPORT sonde NAMESPACE sonde:: FILE sondeTargets.cmake DESTINATION "${package_dir}")
install(EXPORT sonde_http NAMESPACE sonde:: FILE sondeHttpTargets.cmake DESTINATION "${package_dir}")
configure_package_config_file(
  .cmake/sondeConfig.cmake.in sondeConfig.cmake
  INSTALL_DESTINATION "${package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(sondeConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/sondeConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/sondeConfigVersion.cmake"
  DESTINATION "${package_dir}")

set(pc_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH pc_to_prefix "/${pc_dir}" "/")
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
set(pc_definitions "")
if(SONDE_FMT_HEADER_ONLY)
  set(pc_definitions " -DFMT_HEADER_ONLY")
endif()
foreach(pc IN ITEMS sonde.pc sonde-http.pc)
  configure_file(.cmake/${pc}.in ${pc} @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${pc}" DESTINATION "${pc_dir}")
endforeach()

install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/sonde")
