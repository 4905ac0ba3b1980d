#include "../cmocka_all.h"

#include "buffers.h"

#define MIB ((uint64_t)1 << 20)

static void fits_what_is_free(void **state)
{
	static const struct {
		unsigned cpus;
		uint64_t memory_mib, shm_mib, cpu_kib;
	} rows[] = {
		{ 2, 16384, 8192, 65536 },  /* plenty */
		{ 2, 1024, 512, 65536 },    /* an eighth for two is just enough */
		{ 2, 1023, 512, 32768 },    /* and not quite */
		{ 64, 16384, 8192, 32768 }, /* shared by many */
		{ 8, 16384, 64, 4096 },	    /* the /dev/shm of a container */
		{ 1024, 1024, 1024, 512 },  /* never less than this */
		{ 0, 16384, 8192, 65536 },  /* nobody knows */
		{ 2, 0, 0, 512 },
		{ 2, 16384, 4, 512 }, /* half of it would do, but not with the metadata */
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct jscope__buffers got = jscope__buffers_fit(
			rows[i].cpus, rows[i].memory_mib * MIB, rows[i].shm_mib * MIB);

		assert_int_equal(got.part_bytes * got.part_count, rows[i].cpu_kib * 1024);
		assert_int_equal(got.part_bytes & (got.part_bytes - 1), 0);
		assert_int_equal(got.part_count & (got.part_count - 1), 0);
	}
}

/* As `df` shows them on two CPUs, and a little more. */
static void takes_shared_memory(void **state)
{
	static const struct {
		uint64_t cpu_mib, used_kib;
	} rows[] = { { 1, 5464 }, { 2, 7640 }, { 4, 11992 }, { 64, 142552 } };

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct jscope__buffers buffers = { rows[i].cpu_mib * MIB / 16, 16 };
		const uint64_t kib = jscope__buffers_shm_bytes(2, buffers) / 1024;

		assert_in_range(kib, rows[i].used_kib, rows[i].used_kib + 256);
	}
}

static void has_a_size_here(void **state)
{
	struct jscope__buffers here;

	(void)state;
	assert_int_equal(jscope__buffers_here(&here), 0);
	assert_in_range(here.part_bytes * here.part_count, MIB / 2, 64 * MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_what_is_free),
		cmocka_unit_test(takes_shared_memory),
		cmocka_unit_test(has_a_size_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
