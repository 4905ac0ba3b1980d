#include "status.h"

const char *jscope__status_name(jscope_status status)
{
	switch (status) {
#define JSCOPE_STATUS_CASE(name, value)                                                            \
	case JSCOPE_STATUS_##name:                                                                 \
		return "STATUS_" #name;
		JSCOPE_STATUS_TABLE(JSCOPE_STATUS_CASE)
#undef JSCOPE_STATUS_CASE
	}
	return "an unknown status";
}
