#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"

static const int signals[JSCOPE__ENDING_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
/* Through which the handler says that one came. */
static int signal_pipe[2];

static void on_signal(int number, siginfo_t *info, void *context)
{
	const char from_terminal = number == SIGINT && info->si_code == SI_KERNEL;
	const int kept = errno;

	(void)context;
	if (write(signal_pipe[1], &from_terminal, 1) < 0)
		errno = kept;
	errno = kept;
}

int jscope__ending_take(struct jscope__ending *ending)
{
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_RESTART };

	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return jscope_error(-errno, "Cannot make a pipe: %s", strerror(errno));
	ending->fd = signal_pipe[0];
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < JSCOPE__ENDING_SIGNALS; i++) {
		sigaction(signals[i], NULL, &ending->previous[i]);
		/* Whoever ignores a signal (nohup) means it, for the program too. */
		if (ending->previous[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	return 0;
}

void jscope__ending_give_back(struct jscope__ending *ending)
{
	for (size_t i = 0; i < JSCOPE__ENDING_SIGNALS; i++)
		sigaction(signals[i], &ending->previous[i], NULL);
	close(signal_pipe[0]);
	close(signal_pipe[1]);
}

bool jscope__ending_next(struct jscope__ending *ending, bool *ret_from_terminal)
{
	char from_terminal;

	if (read(ending->fd, &from_terminal, 1) != 1)
		return false;
	*ret_from_terminal = from_terminal;
	return true;
}
