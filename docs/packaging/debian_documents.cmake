# Writes the copyright and the changelogs of the Debian package into `folder` below the installation
# prefix. Needs: source, package, version, revision, maintainer, folder.
set(written $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${folder})

# The licence in Debian's format: each line is indented, and an empty line is a full stop.
file(READ ${source}/LICENSE license)
string(REGEX MATCH "Copyright \\(c\\) ([^\n]+)\n+" notice "${license}")
set(holder "${CMAKE_MATCH_1}")
string(FIND "${license}" "${notice}" start)
string(LENGTH "${notice}" length)
math(EXPR start "${start} + ${length}")
string(SUBSTRING "${license}" ${start} -1 license)
string(REGEX REPLACE "\n+$" "" license "${license}")
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license "${license}")
file(WRITE ${written}/copyright
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: mpilock for C++

Files: *
Copyright: ${holder}
License: BSD-3-Clause
 ${license}
")

# The changelog of the package itself, with the date of the version.
file(STRINGS ${source}/docs/CHANGELOG.md heading REGEX "^## ${version} - [0-9]+-[0-9]+-[0-9]+$")
if(NOT heading)
  message(FATAL_ERROR "docs/CHANGELOG.md has no heading '## ${version} - YEAR-MONTH-DAY'; give the "
    "version that is packaged one")
endif()
string(REGEX MATCH "[0-9]+-[0-9]+-[0-9]+$" day "${heading}")
execute_process(COMMAND date --utc --rfc-email --date "${day} 12:00 UTC" OUTPUT_VARIABLE date
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${written}/changelog.Debian
"${package} (${version}-${revision}) unstable; urgency=medium

  * Version ${version}; changelog.gz says what is new in it.

 -- ${maintainer}  ${date}
")

file(COPY_FILE ${source}/docs/CHANGELOG.md ${written}/changelog)
execute_process(COMMAND gzip --best --no-name --force
  ${written}/changelog ${written}/changelog.Debian
  COMMAND_ERROR_IS_FATAL ANY)
file(CHMOD ${written}/copyright ${written}/changelog.gz ${written}/changelog.Debian.gz
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
