/* The subcommands, each in its own cmd_<verb>.c. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "command.h"

extern const struct jscope_command jscope_cmd_record_sim;
extern const struct jscope_command jscope_cmd_record_live;
extern const struct jscope_command jscope_cmd_record_app;
extern const struct jscope_command jscope_cmd_record_kernel;
extern const struct jscope_command jscope_cmd_replay;
extern const struct jscope_command jscope_cmd_events;
extern const struct jscope_command jscope_cmd_report;
extern const struct jscope_command jscope_cmd_check;
extern const struct jscope_command jscope_cmd_compare;
extern const struct jscope_command jscope_cmd_blame;
extern const struct jscope_command jscope_cmd_whatif;
extern const struct jscope_command jscope_cmd_doctor;

#endif
