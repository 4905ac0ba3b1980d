/* The gate of a comparison as JUnit XML: a test case per condition and what it was judged of. */
#include <errno.h>

#include "compared.h"
#include "markup.h"

static void attribute(FILE *stream, const char *name, const char *value)
{
	char clean[1024];

	fprintf(stream, " %s=\"", name);
	jscope__markup_write(stream, jscope__clean(clean, sizeof clean, value),
			     JSCOPE__MARKUP_WHOLE);
	fputc('"', stream);
}

/* Insufficient and invalid are failures as well: nothing shows that the condition holds. */
static void outcome_write(const struct jscope__judgement *judgement, FILE *stream)
{
	char found[JSCOPE__FOUND_SIZE], message[JSCOPE__FOUND_SIZE + sizeof judgement->reason + 2];
	const bool passed = judgement->verdict == JSCOPE_GATE_PASS;

	jscope__judgement_write(judgement, found);
	snprintf(message, sizeof message, "%s%s%s", found, *found && *judgement->reason ? "; " : "",
		 judgement->reason);
	if (passed) {
		fputs("      <system-out>", stream);
		jscope__markup_write(stream, message, JSCOPE__MARKUP_WHOLE);
		fputs("</system-out>\n", stream);
		return;
	}
	fputs("      <failure", stream);
	attribute(stream, "type", jscope_gate_verdict_name(judgement->verdict));
	attribute(stream, "message", message);
	fputs("/>\n", stream);
}

static void case_write(const struct jscope__judgement *judgement, FILE *stream)
{
	char owner[JSCOPE__OWNER_SIZE];

	jscope__judgement_owner(judgement, owner);
	fputs("    <testcase", stream);
	attribute(stream, "classname", *owner ? owner : "recording");
	attribute(stream, "name", judgement->condition->text);
	fputs(">\n", stream);
	outcome_write(judgement, stream);
	fputs("    </testcase>\n", stream);
}

int jscope_compare_write_junit(const struct jscope_compare *compare, FILE *stream)
{
	const unsigned failed =
		compare->judgement_count - jscope_compare_verdicts(compare, JSCOPE_GATE_PASS);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite "
	      "name=\"jitterscope compare\"",
	      stream);
	fprintf(stream, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"0\">\n",
		compare->judgement_count, failed);
	for (unsigned i = 0; i < compare->judgement_count; i++)
		case_write(&compare->judgements[i], stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
