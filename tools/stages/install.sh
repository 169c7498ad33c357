source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
install_packages
