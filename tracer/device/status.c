#include "status.h"

const char *jscope__status_name(jscope_status status)
{
	return jscope_status_name(status);
}
