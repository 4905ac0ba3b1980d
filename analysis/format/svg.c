#include "svg.h"

#include "markup.h"

void jscope__svg_begin(FILE *stream, double width, double height, const char *css)
{
	fprintf(stream,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\">\n"
		"<style>\n%s</style>\n",
		width, height, width, height, css);
	jscope__svg_rect(stream, 0, 0, width, height, 0, "paper");
}

void jscope__svg_end(FILE *stream)
{
	fputs("</svg>\n", stream);
}

void jscope__svg_text(FILE *stream, double x, double y, const char *anchor, const char *class_name,
		      const char *text, unsigned characters)
{
	fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y,
		anchor, class_name);
	jscope__markup_write(stream, text, characters);
	fputs("</text>\n", stream);
}

void jscope__svg_line(FILE *stream, double x1, double y1, double x2, double y2,
		      const char *class_name)
{
	fprintf(stream, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
		x1, y1, x2, y2, class_name);
}

void jscope__svg_rect(FILE *stream, double x, double y, double width, double height, double radius,
		      const char *class_name)
{
	fprintf(stream,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" "
		"class=\"%s\"/>\n",
		x, y, width, height, radius, class_name);
}

void jscope__svg_group_begin(FILE *stream, const char *title)
{
	fputs("<g><title>", stream);
	jscope__markup_write(stream, title, JSCOPE__MARKUP_WHOLE);
	fputs("</title>\n", stream);
}

void jscope__svg_group_end(FILE *stream)
{
	fputs("</g>\n", stream);
}
