/* SPDX-License-Identifier: Apache-2.0 */
/* A FILE in memory, see capture.h. */
#include "tests/support/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

void capture_open(struct capture *capture)
{
	capture->file = open_memstream(&capture->text, &capture->size);
	assert_non_null(capture->file);
}

const char *capture_text(struct capture *capture)
{
	assert_int_equal(fflush(capture->file), 0);
	return capture->text;
}

void capture_close(struct capture *capture)
{
	fclose(capture->file);
	free(capture->text);
}
