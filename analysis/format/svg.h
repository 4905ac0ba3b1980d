/*
 * A small writer of SVG: lines, areas and texts, positions in tenths of a pixel so that the bytes
 * are the same everywhere. Inside analysis/.
 */
#ifndef ANALYSIS_SVG_H
#define ANALYSIS_SVG_H

#include <stdio.h>

#define JSCOPE__SVG_START  "start"
#define JSCOPE__SVG_MIDDLE "middle"
#define JSCOPE__SVG_END	   "end"

/* css: rules of the classes that are named below. */
void jscope__svg_begin(FILE *stream, double width, double height, const char *css);
void jscope__svg_end(FILE *stream);

/* text is escaped; it must be cleaned. Cut after `characters`. */
void jscope__svg_text(FILE *stream, double x, double y, const char *anchor, const char *class_name,
		      const char *text, unsigned characters);

void jscope__svg_line(FILE *stream, double x1, double y1, double x2, double y2,
		      const char *class_name);

void jscope__svg_rect(FILE *stream, double x, double y, double width, double height, double radius,
		      const char *class_name);

/* The title shown when the pointer rests on the drawing that follows inside the group. */
void jscope__svg_group_begin(FILE *stream, const char *title);
void jscope__svg_group_end(FILE *stream);

#endif
