/* What of a recording does not come again, in sentences. Inside cli/like/. */
#ifndef CLI_LIKE_TELL_H
#define CLI_LIKE_TELL_H

#include "disks.h"
#include "streams.h"

/* On stderr, a sentence for each thing that the new session lacks. geometry: it is the recorded one. */
void jscope__like_tell(const char *path, const struct jscope__like_session *session,
		       const struct jscope__like_streams *streams,
		       const struct jscope__like_disks *disks, bool geometry);

#endif
