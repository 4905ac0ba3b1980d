#include "kernel_writer_fixture.h"

#include "../cmocka_all.h"

#include <sys/stat.h>

#include "common/error.h"

char writer_directory[SCRATCH_PATH_SIZE];
struct jscope__kernel_writer *writer;
const struct jscope__kernel_origin writer_origin = {
	.uuid = { 1, 2, 3 },
	.clock_offset_ns = 1700000000000000000,
	.probe_cost_ns = 120,
	.cpu_count = 3,
	.groups = 1 << JSCOPE_KERNEL_IRQ | 1 << JSCOPE_KERNEL_SOFTIRQ | 1 << JSCOPE_KERNEL_HRTIMER |
		  1 << JSCOPE_KERNEL_WAKEUP,
};

void writer_directory_make(const char *name)
{
	scratch_path(writer_directory, name);
	assert_int_equal(mkdir(writer_directory, 0700), 0);
}

int writer_set_up(void **state)
{
	(void)state;
	writer_directory_make("first");
	assert_int_equal(
		jscope__kernel_writer_create(writer_directory, &writer_origin, NULL, &writer), 0);
	return 0;
}

int writer_tear_down(void **state)
{
	(void)state;
	jscope__kernel_writer_destroy(writer);
	scratch_remove();
	jscope_error_clear();
	return 0;
}

void writer_raise(jscope_ns at_ms, uint32_t lost)
{
	const struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_softirq_raise fields;
	} record = { { (uint64_t)(at_ms * WRITER_MS), lost, JSCOPE_KERNEL_EVENT_irq_softirq_raise,
		       sizeof record.fields },
		     { 4 } };

	jscope__kernel_writer_record(writer, 0, &record.head);
}

void writer_finish(jscope_ns at_ms)
{
	assert_int_equal(jscope__kernel_writer_finish(writer, at_ms * WRITER_MS), 0);
}

void writer_packet_check(const struct kernel_packet *packet, jscope_ns begin_ms, jscope_ns end_ms,
			 size_t raises, uint64_t discarded_count)
{
	assert_int_equal(packet->begin_ns, begin_ms * WRITER_MS);
	assert_int_equal(packet->end_ns, end_ms * WRITER_MS);
	assert_int_equal(packet->size, raises * WRITER_RAISE_SIZE);
	assert_int_equal(packet->discarded_count, discarded_count);
}
