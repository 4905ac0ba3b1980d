#include "probes/codes.h"

const char *jscope_status_name(int64_t status)
{
	switch (status) {
#define CASE(name, value)                                                                          \
	case JSCOPE_STATUS_##name:                                                                 \
		return "STATUS_" #name;
		JSCOPE_STATUS_TABLE(CASE)
#undef CASE
	}
	return "an unknown status";
}

const char *jscope_srb_status_name(int64_t status)
{
	switch (status & JSCOPE_SRB_STATUS_MASK) {
#define CASE(name, value)                                                                          \
	case JSCOPE_SRB_STATUS_##name:                                                             \
		return "SRB_STATUS_" #name;
		JSCOPE_SRB_STATUS_TABLE(CASE)
#undef CASE
	}
	return "an unknown SRB status";
}

const char *jscope_notification_name(int64_t type)
{
	switch (type) {
#define CASE(name, value)                                                                          \
	case JSCOPE_NOTIFICATION_##name:                                                           \
		return #name;
		JSCOPE_NOTIFICATION_TABLE(CASE)
#undef CASE
	}
	return "an unknown type";
}
