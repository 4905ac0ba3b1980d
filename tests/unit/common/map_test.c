#include "../cmocka_all.h"

#include "common/map.h"

static struct jscope_key key_of(uint64_t n)
{
	return (struct jscope_key){ n % 7, n };
}

static void grows_and_forgets(void **state)
{
	struct jscope_map *map;
	size_t cursor = 0, seen = 0;
	struct jscope_key key;
	void *value;

	(void)state;
	assert_int_equal(jscope_map_create(sizeof(uint64_t), 100000, &map), 0);
	for (uint64_t n = 0; n < 50000; n++)
		*(uint64_t *)jscope_map_put(map, key_of(n)) = n;
	for (uint64_t n = 0; n < 50000; n += 3)
		assert_true(jscope_map_remove(map, key_of(n)));
	assert_false(jscope_map_remove(map, key_of(0)));
	for (uint64_t n = 0; n < 50000; n++) {
		uint64_t *found = jscope_map_get(map, key_of(n));

		if (n % 3 == 0)
			assert_null(found);
		else
			assert_int_equal(*found, n);
	}
	while (jscope_map_next(map, &cursor, &key, &value))
		seen++;
	assert_int_equal(seen, jscope_map_count(map));
	assert_int_equal(seen, 33333);
	jscope_map_destroy(map);
}

static void refuses_beyond_its_bound_and_counts(void **state)
{
	struct jscope_map *map;

	(void)state;
	assert_int_equal(jscope_map_create(1, 100, &map), 0);
	for (uint64_t n = 0; n < 130; n++) {
		void *value = jscope_map_put(map, key_of(n));

		assert_int_equal(value != NULL, n < 100);
	}
	assert_int_equal(jscope_map_refused(map), 30);
	assert_non_null(jscope_map_put(map, key_of(5)));
	assert_true(jscope_map_remove(map, key_of(5)));
	assert_non_null(jscope_map_put(map, key_of(120)));
	jscope_map_destroy(map);
	jscope_map_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_forgets),
		cmocka_unit_test(refuses_beyond_its_bound_and_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
