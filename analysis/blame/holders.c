#include "holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHANGES_FIRST	256
#define OCCUPANTS_FIRST 64

/* A ring: change `i` of the CPU, counted from 0, lies at i modulo room. */
struct jscope__changes {
	uint64_t count; /* ever */
	size_t room;	/* a power of two */
	bool is_short;	/* of memory: it grows no more */
	struct jscope__change *ring;
};

int jscope__holders_init(struct jscope__holders *holders)
{
	int error;

	memset(holders, 0, sizeof *holders);
	holders->occupants = calloc(OCCUPANTS_FIRST, sizeof *holders->occupants);
	holders->occupant_room = OCCUPANTS_FIRST;
	holders->room_min = JSCOPE__CHANGES_MAX;
	holders->occupant_count = 1; /* number 0 is taken */
	error = holders->occupants ? 0 : -ENOMEM;
	if (!error)
		error = jscope_map_create(sizeof(void *), JSCOPE__HOLDERS_CPUS, &holders->cpus);
	if (!error)
		error = jscope_map_create(sizeof(uint32_t), JSCOPE__OCCUPANTS_MAX, &holders->ids);
	return error;
}

void jscope__holders_finish(struct jscope__holders *holders)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (holders->cpus && jscope_map_next(holders->cpus, &cursor, &key, &value)) {
		struct jscope__changes *changes = *(void **)value;

		free(changes ? changes->ring : NULL);
		free(changes);
	}
	jscope_map_destroy(holders->cpus);
	jscope_map_destroy(holders->ids);
	free(holders->occupants);
}

const struct jscope__occupant *jscope__occupant_at(const struct jscope__holders *holders,
						   uint32_t number)
{
	return &holders->occupants[number < holders->occupant_count ? number : 0];
}

/* Room for one more; false where there is none. */
static bool occupants_grow(struct jscope__holders *holders)
{
	const uint32_t room = 2 * holders->occupant_room;
	struct jscope__occupant *grown;

	if (holders->occupant_count < holders->occupant_room)
		return true;
	if (holders->occupant_count >= JSCOPE__OCCUPANTS_MAX)
		return false;
	grown = realloc(holders->occupants, room * sizeof *grown);
	if (!grown)
		return false;
	holders->occupants = grown;
	holders->occupant_room = room;
	return true;
}

/* Threads change their names: the last one counts. */
static void name_note(struct jscope__occupant *occupant, const char *name)
{
	if (*name && strncmp(occupant->name, name, sizeof occupant->name - 1) != 0) {
		strncpy(occupant->name, name, sizeof occupant->name - 1);
		occupant->name[sizeof occupant->name - 1] = '\0';
	}
}

static uint32_t occupant_number(struct jscope__holders *holders, enum jscope_holder holder,
				uint32_t dev, uint64_t id, const char *name)
{
	const struct jscope_key key = { (uint64_t)holder << 32 | dev, id };
	uint32_t *number = jscope_map_get(holders->ids, key);

	if (!number && occupants_grow(holders))
		number = jscope_map_put(holders->ids, key);
	if (!number) {
		holders->refused++;
		return 0;
	}
	if (!*number) {
		*number = holders->occupant_count++;
		holders->occupants[*number] =
			(struct jscope__occupant){ .holder = holder, .dev = dev, .id = id };
	}
	name_note(&holders->occupants[*number], name);
	return *number;
}

static const struct jscope__change *change_at(const struct jscope__changes *changes, uint64_t index)
{
	return &changes->ring[index & (changes->room - 1)];
}

static uint64_t first_kept(const struct jscope__changes *changes)
{
	return changes->count > changes->room ? changes->count - changes->room : 0;
}

/* Twice the room, with all that is there. It is full, and each keeps its place modulo the room. */
static bool ring_grow(struct jscope__holders *holders, struct jscope__changes *changes)
{
	const size_t room = changes->room ? 2 * changes->room : CHANGES_FIRST;
	const size_t added = (room - changes->room) * sizeof *changes->ring;
	struct jscope__change *ring = NULL;

	if (room <= JSCOPE__CHANGES_MAX && holders->bytes + added <= JSCOPE__HOLDERS_BYTES_MAX)
		ring = malloc(room * sizeof *ring);
	if (!ring)
		return false;
	for (uint64_t i = first_kept(changes); i < changes->count; i++)
		ring[i & (room - 1)] = *change_at(changes, i);
	free(changes->ring);
	changes->ring = ring;
	changes->room = room;
	holders->bytes += added;
	return true;
}

static struct jscope__changes *changes_get(struct jscope__holders *holders, unsigned cpu)
{
	struct jscope__changes **known =
		jscope_map_put(holders->cpus, (struct jscope_key){ 0, cpu });

	if (known && !*known)
		*known = calloc(1, sizeof **known);
	return known ? *known : NULL;
}

static void change_add(struct jscope__holders *holders, struct jscope__changes *changes,
		       struct jscope__change change)
{
	if (changes->count == changes->room && !changes->is_short)
		changes->is_short = !ring_grow(holders, changes);
	if (changes->is_short && changes->room < holders->room_min)
		holders->room_min = changes->room;
	if (!changes->room) {
		holders->refused++;
		return;
	}
	/* A clock that goes back stands still here. */
	if (changes->count && change_at(changes, changes->count - 1)->at_ns > change.at_ns)
		change.at_ns = change_at(changes, changes->count - 1)->at_ns;
	changes->ring[changes->count++ & (changes->room - 1)] = change;
}

/* The thread told last was another one, at any time since it was told: handlers are as they were. */
static void thread_amend(struct jscope__holders *holders, struct jscope__changes *changes,
			 const struct jscope_occupant *unseen)
{
	const uint32_t number =
		occupant_number(holders, unseen->holder, unseen->dev, unseen->id, unseen->name);

	for (uint64_t i = changes->count; i > first_kept(changes); i--) {
		struct jscope__change *change = &changes->ring[(i - 1) & (changes->room - 1)];
		const enum jscope_holder holder =
			jscope__occupant_at(holders, change->occupant)->holder;

		if (holder != JSCOPE_HOLDER_THREAD && holder != JSCOPE_HOLDER_IDLE)
			continue;
		change->occupant = number;
		change->is_unseen = true;
		if (change->at_ns <= change->begin_ns)
			return;
	}
}

void jscope__holders_change(struct jscope__holders *holders,
			    const struct jscope_occupancy *occupancy)
{
	const struct jscope_occupant *by = &occupancy->by;
	struct jscope__changes *changes = changes_get(holders, occupancy->cpu);
	struct jscope__change change = { .at_ns = occupancy->at_ns,
					 .begin_ns = by->begin_ns,
					 .is_modelled = occupancy->is_modelled,
					 .left_asleep = occupancy->left_asleep,
					 .has_ahead = occupancy->ahead != 0 };

	if (!changes) {
		holders->refused++;
		return;
	}
	if (occupancy->unseen)
		thread_amend(holders, changes, occupancy->unseen);
	change.occupant = occupant_number(holders, by->holder, by->dev, by->id, by->name);
	change.told = change.occupant;
	if (change.has_ahead)
		change.ahead = occupant_number(holders, JSCOPE_HOLDER_DPC, occupancy->ahead_dev,
					       occupancy->ahead, "");
	change_add(holders, changes, change);
}

/* Two that are old become one, which makes too much unknown rather than too little. */
static void losses_join(struct jscope__holders *holders)
{
	struct jscope_loss *losses = holders->losses;

	if (losses[0].cpu != losses[1].cpu)
		losses[1].cpu = JSCOPE_CPU_UNKNOWN;
	if (losses[0].begin_ns < losses[1].begin_ns)
		losses[1].begin_ns = losses[0].begin_ns;
	if (losses[0].end_ns > losses[1].end_ns)
		losses[1].end_ns = losses[0].end_ns;
	holders->loss_count--;
	memmove(losses, losses + 1, holders->loss_count * sizeof *losses);
}

/* UNKNOWN is the least value, so that an open begin reaches back by itself. */
void jscope__holders_loss(struct jscope__holders *holders, const struct jscope_loss *loss)
{
	struct jscope_loss *last;

	if (holders->loss_count == JSCOPE__HOLDERS_LOSSES)
		losses_join(holders);
	last = &holders->losses[holders->loss_count++];
	*last = *loss;
	if (last->end_ns == JSCOPE_NS_UNKNOWN)
		last->end_ns = INT64_MAX;
}

/* Whether a change that held from one instant to another may have ended, or begun, unseen. */
static bool is_lost(const struct jscope__holders *holders, unsigned cpu, jscope_ns begin_ns,
		    jscope_ns end_ns)
{
	for (unsigned i = 0; i < holders->loss_count; i++) {
		const struct jscope_loss *loss = &holders->losses[i];

		if ((loss->cpu == JSCOPE_CPU_UNKNOWN || loss->cpu == cpu) &&
		    loss->begin_ns < end_ns &&
		    (begin_ns < loss->end_ns || begin_ns == loss->begin_ns))
			return true;
	}
	return false;
}

/* The first change that comes after an instant. */
static uint64_t change_after(const struct jscope__changes *changes, jscope_ns at_ns)
{
	uint64_t low = first_kept(changes), high = changes->count;

	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;

		if (change_at(changes, middle)->at_ns <= at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct jscope__changes *changes_of(const struct jscope__holders *holders, unsigned cpu)
{
	struct jscope__changes *const *known =
		jscope_map_get(holders->cpus, (struct jscope_key){ 0, cpu });

	return known ? *known : NULL;
}

void jscope__held_begin(struct jscope__held_walk *walk, const struct jscope__holders *holders,
			unsigned cpu, jscope_ns begin_ns, jscope_ns end_ns)
{
	*walk = (struct jscope__held_walk){ .holders = holders,
					    .changes = changes_of(holders, cpu),
					    .cpu = cpu,
					    .at_ns = begin_ns,
					    .end_ns = end_ns };
	if (walk->changes && walk->changes->room)
		walk->next = change_after(walk->changes, begin_ns);
	else
		walk->changes = NULL;
}

/* Who held the CPU before change walk->next. */
static void held_name(const struct jscope__held_walk *walk, struct jscope__held *held)
{
	const struct jscope__changes *changes = walk->changes;
	const uint64_t first = first_kept(changes);

	if (walk->next == first) {
		held->unknown = first ? JSCOPE__UNKNOWN_WINDOW : JSCOPE__UNKNOWN_EARLIER;
		return;
	}
	held->by = *change_at(changes, walk->next - 1);
	if (is_lost(walk->holders, walk->cpu, held->by.at_ns, held->end_ns))
		held->unknown = JSCOPE__UNKNOWN_LOST;
	else if (jscope__occupant_at(walk->holders, held->by.occupant)->holder ==
		 JSCOPE_HOLDER_UNKNOWN)
		held->unknown = JSCOPE__UNKNOWN_UNTOLD;
}

bool jscope__held_next(struct jscope__held_walk *walk, struct jscope__held *ret_held)
{
	jscope_ns until_ns = walk->end_ns;

	if (walk->at_ns >= walk->end_ns)
		return false;
	*ret_held = (struct jscope__held){ .begin_ns = walk->at_ns,
					   .end_ns = walk->end_ns,
					   .unknown = walk->changes ? JSCOPE__KNOWN
								    : JSCOPE__UNKNOWN_UNTOLD };
	if (walk->changes) {
		if (walk->next < walk->changes->count)
			until_ns = change_at(walk->changes, walk->next)->at_ns;
		if (until_ns < walk->end_ns)
			ret_held->end_ns = until_ns;
		held_name(walk, ret_held);
		/* Of several changes at one instant the last one counts. */
		walk->next = change_after(walk->changes, ret_held->end_ns);
	}
	walk->at_ns = ret_held->end_ns;
	return true;
}

static bool is_sought(const struct jscope__holders *holders, const struct jscope__change *change,
		      const struct jscope__seek *seek)
{
	const struct jscope__occupant *occupant = jscope__occupant_at(holders, change->told);

	return seek->holders & 1u << occupant->holder && change->begin_ns == seek->at_ns &&
	       (!seek->tid ||
		(occupant->holder == JSCOPE_HOLDER_THREAD && occupant->id == seek->tid));
}

/* Changes of one instant lie side by side before the first that comes after it. */
static bool seek_on(const struct jscope__holders *holders, const struct jscope__changes *changes,
		    const struct jscope__seek *seek, struct jscope__change *ret_change)
{
	if (!changes || !changes->room)
		return false;
	for (uint64_t i = change_after(changes, seek->at_ns); i > first_kept(changes); i--) {
		const struct jscope__change *change = change_at(changes, i - 1);

		if (change->at_ns != seek->at_ns)
			break;
		if (is_sought(holders, change, seek)) {
			*ret_change = *change;
			return true;
		}
	}
	return false;
}

bool jscope__holders_seek(const struct jscope__holders *holders, const struct jscope__seek *seek,
			  unsigned cpu, unsigned *ret_cpu, struct jscope__change *ret_change)
{
	struct jscope_key key;
	size_t cursor = 0;
	unsigned found = 0;
	void *value;

	*ret_cpu = cpu;
	if (cpu != JSCOPE_CPU_UNKNOWN &&
	    seek_on(holders, changes_of(holders, cpu), seek, ret_change))
		return true;
	while (found < 2 && jscope_map_next(holders->cpus, &cursor, &key, &value)) {
		if (!seek_on(holders, *(void **)value, seek, ret_change))
			continue;
		*ret_cpu = (unsigned)key.low;
		found++;
	}
	return found == 1;
}
