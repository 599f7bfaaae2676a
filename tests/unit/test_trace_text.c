/* SPDX-License-Identifier: Apache-2.0 */
/* The quoted bytes of a trace, written and read. */
#include "transport/trace_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_byte_has_one_harmless_spelling(void **state)
{
	(void)state;
	for (unsigned value = 0; value < 256; value++) {
		uint8_t byte = (uint8_t)value, text_storage[TRACE_TEXT_MAX(1)], byte_storage[1];
		struct buf text = BUF_OVER(text_storage), back = BUF_OVER(byte_storage);

		trace_text_append(&text, span_make(&byte, 1));
		for (size_t i = 0; i < text.len; i++)
			assert_in_range(text.data[i], 0x20, 0x7e);
		assert_true(trace_text_parse(buf_span(&text), &back));
		assert_true(span_equal(buf_span(&back), span_make(&byte, 1)));
	}
}

static void malformed_quotes_are_refused(void **state)
{
	static const char *const texts[] = { "", "\"", "\"a", "a\"", "\"a\"b\"", "\"\\\"", "\"\\",
		"\"\\x\"", "\"\\x1\"", "\"\\x1g\"", "\"\\a\"", "\"\t\"", "\"\xc3\xa9\"",
		"\"too long\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint8_t storage[4];
		struct buf out = BUF_OVER(storage);

		assert_false(trace_text_parse(span_from_text(texts[i]), &out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_has_one_harmless_spelling),
		cmocka_unit_test(malformed_quotes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
