bash "$(dirname "${BASH_SOURCE[0]}")/gtest.sh" "" "$BUILD"/tests/unit/unit_*
