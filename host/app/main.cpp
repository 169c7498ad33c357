#include "host/app/commands.hpp"

int main(int argc, char** argv) { return turnpike::app::run_command_line(argc, argv); }
