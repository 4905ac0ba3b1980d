/*
 * The first sentence of the text report: how it stands with what is most troubled. One thread.
 * Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_VERDICT_H
#define ANALYSIS_TEXT_VERDICT_H

#include "page.h"
#include "subject.h"

void jscope__text_verdict(const struct jscope__page *page, const struct jscope_report *report,
			  const struct jscope__subjects *subjects);

/* "2 glitches", "1 missed": the gravest that happened to a subject, in words; "" where nothing. */
#define JSCOPE__TROUBLE_TEXT_SIZE 32
char *jscope__text_trouble(const struct jscope__subject *subject,
			   char text[JSCOPE__TROUBLE_TEXT_SIZE]);
enum jscope__paint jscope__text_trouble_paint(enum jscope__trouble trouble);

#endif
