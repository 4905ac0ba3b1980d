#include "../cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tree.h"

/* A name as it would confuse a careless reader of /proc/PID/stat. */
#define NAME "a) S 1 (b"

/* Nothing outlives a test that failed, nor keeps its output open. */
static pid_t fork_child(void)
{
	const pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return pid;
}

/* A child (maybe with its own login session) and its child, which both sleep. */
static pid_t start_pair(int with_session)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork_child();
	if (pid == 0) {
		if (with_session)
			setsid();
		if (fork_child() == 0)
			prctl(PR_SET_NAME, NAME);
		if (write(ready[1], "x", 1) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void finds_a_child_by_name_and_word(void **state)
{
	const pid_t parent = start_pair(0);
	const pid_t child = jscope__tree_child(parent, NAME, "lttng_tree_test");

	(void)state;
	assert_true(child > 0);
	assert_int_equal(jscope__tree_child(parent, NAME, "no such word"), -ESRCH);
	assert_int_equal(jscope__tree_child(parent, "b", "lttng_tree_test"), -ESRCH);
	assert_int_equal(jscope__tree_child(getpid(), NAME, "lttng_tree_test"), -ESRCH);
	kill(child, SIGKILL);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	waitpid(child, NULL, 0);
}

static void signals_one_part_of_the_tree(void **state)
{
	const pid_t plain = start_pair(0), apart = start_pair(1);

	(void)state;
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_OUTSIDE, 0), 2);
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_INSIDE, 0), 2);
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_OUTSIDE, SIGKILL), 2);
	assert_int_equal(waitpid(plain, NULL, 0), plain);
	/* The orphan comes to us: we are the reaper. */
	assert_true(waitpid(-1, NULL, 0) > 0);
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_OUTSIDE, 0), 0);
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_INSIDE, SIGKILL), 2);
	assert_int_equal(waitpid(apart, NULL, 0), apart);
	assert_true(waitpid(-1, NULL, 0) > 0);
	assert_int_equal(jscope__tree_signal(getpid(), apart, JSCOPE__TREE_INSIDE, 0), 0);
}

static void does_not_count_the_dead(void **state)
{
	const pid_t pid = fork_child();
	siginfo_t info;

	(void)state;
	if (pid == 0)
		_exit(0);
	/* It ended, and nobody has waited for it yet. */
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(jscope__tree_signal(getpid(), 0, JSCOPE__TREE_OUTSIDE, 0), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A child that ends with the number of the first signal it gets, after it stopped if told so. */
static pid_t start_waiter(bool stopped)
{
	sigset_t signals;
	int number;
	pid_t pid;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCONT);
	sigaddset(&signals, SIGUSR1);
	/* Blocked before the fork, so that none comes too early. */
	sigprocmask(SIG_BLOCK, &signals, NULL);
	pid = fork_child();
	if (pid == 0) {
		if (stopped)
			raise(SIGSTOP);
		sigwait(&signals, &number);
		_exit(number);
	}
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	if (stopped)
		waitpid(pid, NULL, WUNTRACED);
	return pid;
}

static void continues_only_what_is_stopped(void **state)
{
	const pid_t pids[] = { start_waiter(false), start_waiter(true) };
	int status[2];

	(void)state;
	assert_int_equal(jscope__tree_signal(getpid(), 0, JSCOPE__TREE_OUTSIDE, SIGCONT), 2);
	kill(pids[0], SIGUSR1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(waitpid(pids[i], &status[i], 0), pids[i]);
	assert_int_equal(WEXITSTATUS(status[0]), SIGUSR1);
	assert_int_equal(WEXITSTATUS(status[1]), SIGCONT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_child_by_name_and_word),
		cmocka_unit_test(signals_one_part_of_the_tree),
		cmocka_unit_test(does_not_count_the_dead),
		cmocka_unit_test(continues_only_what_is_stopped),
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
