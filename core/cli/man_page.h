#ifndef PROVISION_CORE_CLI_MAN_PAGE_H_
#define PROVISION_CORE_CLI_MAN_PAGE_H_

#include <string>

#include "core/cli/command_table.h"

namespace provision {

// "provision-plan-show.1".
std::string ManPageName(const Command& command);

// The manual page of one command, and that of the program, in the language of
// man(7), made from the tables of commands and flags. docs/man holds them.
std::string ManPage(const Command& command);
std::string ManOverview();

}  // namespace provision

#endif  // PROVISION_CORE_CLI_MAN_PAGE_H_
