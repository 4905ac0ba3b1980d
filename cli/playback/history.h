/*
 * The records that were played last, with the scenes before them, so that one can go back a little
 * without reading the trace anew: two stretches of JSCOPE_STRETCH_RECORDS, of which the older one
 * gives way. One thread.
 */
#ifndef CLI_PLAYBACK_HISTORY_H
#define CLI_PLAYBACK_HISTORY_H

#include "playback/scene.h"

#define JSCOPE_STRETCH_RECORDS 2048

struct jscope_history_stretch {
	struct jscope_scene begin; /* before its first record */
	size_t count;
	struct jscope_record records[JSCOPE_STRETCH_RECORDS];
};

struct jscope_history {
	struct jscope_history_stretch stretches[2];
	unsigned newest, held; /* stretches in use: 0 to 2 */
};

void jscope_history_init(struct jscope_history *history);

/* scene: as it is before this record, which is the first one beyond those held. */
void jscope_history_add(struct jscope_history *history, const struct jscope_scene *scene,
			const struct jscope_record *record);

/* index: counted from the begin of the trace. NULL where it is not held. Borrowed until the next is added. */
const struct jscope_record *jscope_history_record(const struct jscope_history *history,
						  uint64_t index);

/*
 * The latest scene held from which an index, or an instant, is reached by going on; NULL: there is
 * none, the trace must be read anew.
 */
const struct jscope_scene *jscope_history_before(const struct jscope_history *history,
						 uint64_t index);
const struct jscope_scene *jscope_history_before_instant(const struct jscope_history *history,
							 jscope_ns at_ns);

#endif
