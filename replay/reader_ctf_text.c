/* Events as lines of text, for people. */
#include "ctf/text.h"
#include "reader_ctf.h"

#define TEXT_MAX 16384

void jscope__ctf_text_event(struct jscope__text *text, struct jscope__ctf_stream *stream,
			    const struct jscope__ctf_head *head)
{
	const struct jscope__ctf_event_class *class = head->layout->plan->class;
	const struct jscope__ctf_type *contexts[] = { stream->decoder->class->event_context,
						      class->context };
	struct jscope__ctf_cursor cursor;

	jscope__text_reset(text, TEXT_MAX);
	jscope__text_add(text, "%s:", *class->name ? class->name : "<unnamed>");
	if (stream->knows_cpu)
		jscope__text_add(text, " { cpu_id = %u },", stream->cpu);
	jscope__ctf_stream_cursor(stream, head->body_bits, &cursor);
	for (int i = 0; i < 2; i++) {
		if (!contexts[i])
			continue;
		jscope__text_add(text, " ");
		jscope__ctf_text_scope(text, &cursor, contexts[i]);
		jscope__text_add(text, ",");
	}
	jscope__text_add(text, " ");
	if (class->fields)
		jscope__ctf_text_scope(text, &cursor, class->fields);
	else
		jscope__text_add(text, "{ }");
}
