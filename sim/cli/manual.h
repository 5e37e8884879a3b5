/* manual.h -- the manual page, made from the tables of commands, options and kinds. */
#ifndef SIM_CLI_MANUAL_H
#define SIM_CLI_MANUAL_H

/* Prints headroom(1) as troff takes it (macros man). */
void manual_print(void);

#endif
