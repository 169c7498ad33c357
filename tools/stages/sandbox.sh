bash "$(dirname "${BASH_SOURCE[0]}")/gtest.sh" "" "$BUILD/tools/sandbox/sandbox_test"
