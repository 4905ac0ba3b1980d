#include "clean.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT	 0xfffdu
#define REPLACEMENT_UTF8 "\xef\xbf\xbd"

/* Bytes of the sequence that a lead byte opens, 0 when it opens none. */
static size_t sequence_size(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies beyond Unicode. */
static bool is_misencoded(uint32_t character, size_t size)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return character < smallest[size] || (character >= 0xd800 && character <= 0xdfff) ||
	       character > 0x10ffff;
}

size_t jscope__character_decode(const char *text, uint32_t *ret_character)
{
	unsigned char lead = (unsigned char)text[0];
	size_t size = sequence_size(lead);
	uint32_t character = size > 1 ? lead & (0xffu >> (size + 1)) : lead;

	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80) {
			size = 0;
			break;
		}
		character = character << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (size == 0 || is_misencoded(character, size)) {
		*ret_character = REPLACEMENT;
		return 1;
	}
	*ret_character = character;
	return size;
}

bool jscope__character_is_unfit(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe0fff);
}

/* One cleaned character at `text`: its bytes; *ret_taken of the source went into it. */
static size_t clean_next(const char *text, const char **ret_clean, size_t *ret_taken)
{
	uint32_t character;
	size_t size = jscope__character_decode(text, &character);

	*ret_taken = size;
	*ret_clean = text;
	if (character != REPLACEMENT && !jscope__character_is_unfit(character))
		return size;
	*ret_clean = REPLACEMENT_UTF8;
	return strlen(REPLACEMENT_UTF8);
}

char *jscope__clean(char *clean, size_t size, const char *text)
{
	size_t used = 0;

	for (const char *rest = text ? text : ""; *rest;) {
		const char *piece;
		size_t taken, piece_size = clean_next(rest, &piece, &taken);

		if (used + piece_size + (rest[taken] ? 2 : 1) > size) {
			clean[used++] = '~';
			break;
		}
		memcpy(clean + used, piece, piece_size);
		used += piece_size;
		rest += taken;
	}
	clean[used] = '\0';
	return clean;
}

char *jscope__clean_dup(const char *text)
{
	size_t size = strlen(text ? text : "") * strlen(REPLACEMENT_UTF8) + 5;
	char *clean = malloc(size);

	return clean ? jscope__clean(clean, size, text) : NULL;
}

unsigned jscope__character_columns(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		unsigned columns;
	} ranges[] = {
		{ 0x300, 0x36f, 0 },	 { 0x1100, 0x115f, 2 }, { 0x20d0, 0x20f0, 0 },
		{ 0x2e80, 0xa4cf, 2 },	 { 0xac00, 0xd7a3, 2 }, { 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },	 { 0xfe20, 0xfe2f, 0 }, { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },	 { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}
