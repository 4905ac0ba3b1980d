#include "link.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

int jscope__link_create(int ret_ends[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0)
		return -errno;
	return 0;
}

void jscope__link_send(int end, const struct jscope__message *message)
{
	while (send(end, message, sizeof *message, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

void jscope__link_tell(int end, enum jscope__message_kind kind, int value, const char *format, ...)
{
	struct jscope__message message = { .kind = kind, .value = value };
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message.text, sizeof message.text, format, arguments);
	va_end(arguments);
	jscope__link_send(end, &message);
}

int jscope__link_receive(int end, struct jscope__message *ret_message)
{
	struct jscope__message message;
	ssize_t size;

	do
		size = recv(end, &message, sizeof message, MSG_DONTWAIT);
	while (size < 0 && errno == EINTR);
	if (size < 0 && errno == EAGAIN)
		return 0;
	if (size != (ssize_t)sizeof message)
		return -EPIPE;
	*ret_message = message;
	return 1;
}
