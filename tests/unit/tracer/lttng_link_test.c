#include "../cmocka_all.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"

static void keeps_messages_apart_and_in_order(void **state)
{
	struct jscope__message got;
	int ends[2];

	(void)state;
	assert_int_equal(jscope__link_create(ends), 0);
	assert_int_equal(jscope__link_receive(ends[0], &got), 0);
	jscope__link_tell(ends[1], JSCOPE__TELL, 0, "first %d", 1);
	jscope__link_tell(ends[1], JSCOPE__ERROR, -EIO, "%s", "second");
	close(ends[1]);
	assert_int_equal(jscope__link_receive(ends[0], &got), 1);
	assert_int_equal(got.kind, JSCOPE__TELL);
	assert_string_equal(got.text, "first 1");
	assert_int_equal(jscope__link_receive(ends[0], &got), 1);
	assert_int_equal(got.value, -EIO);
	assert_string_equal(got.text, "second");
	assert_int_equal(jscope__link_receive(ends[0], &got), -EPIPE);
	jscope__link_tell(ends[0], JSCOPE__STOP, 0, "to nobody, and no SIGPIPE");
	close(ends[0]);
}

static void cuts_long_sentences(void **state)
{
	char text[3 * JSCOPE_ERROR_TEXT_MAX];
	struct jscope__message got;
	int ends[2];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(jscope__link_create(ends), 0);
	jscope__link_tell(ends[0], JSCOPE__TELL, 0, "%s", text);
	assert_int_equal(jscope__link_receive(ends[1], &got), 1);
	assert_int_equal(strlen(got.text), JSCOPE_ERROR_TEXT_MAX - 1);
	assert_int_equal(send(ends[0], "short", 5, 0), 5);
	assert_int_equal(jscope__link_receive(ends[1], &got), -EPIPE);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_messages_apart_and_in_order),
		cmocka_unit_test(cuts_long_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
