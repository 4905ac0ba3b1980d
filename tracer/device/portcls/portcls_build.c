#include "rig.h"

int jscope__portcls_build(struct jscope__rig *rig)
{
	(void)rig;
	return 0;
}
