/* SPDX-License-Identifier: Apache-2.0 */
/* Loading of tests/vectors, see vectors.h. */
#include "tests/support/vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

json_t *vectors_load(const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/%s", TEST_VECTORS_DIR, name);
	root = json_load_file(path, 0, &error);
	if (root == NULL) {
		fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
		abort();
	}
	return root;
}

const char *vectors_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

struct span vectors_bytes(const json_t *object, const char *member)
{
	const char *hex = vectors_text(object, member);
	size_t size = strlen(hex) / 2;
	struct buf out = buf_over(malloc(size + 1), size + 1);

	if (size > 0 && !text_parse_hex(hex, &out)) {
		fprintf(stderr, "%s is not hex: %s\n", member, hex);
		abort();
	}
	return buf_span(&out);
}

void vectors_free(struct span bytes)
{
	free((void *)(uintptr_t)bytes.data);
}
