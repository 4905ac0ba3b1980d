#include "rig.h"

int jscope__storport_build(struct jscope__rig *rig)
{
	(void)rig;
	return 0;
}
