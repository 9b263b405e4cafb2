# Installs the library into a prefix of its own, where the consumer finds it.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
install_into(${work}/prefix)
build_and_run(find_package -D CMAKE_PREFIX_PATH=${work}/prefix -D EXPECTED_PREFIX=${work}/prefix)
