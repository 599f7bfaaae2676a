/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of framing.json, made by an independent encoder: our client's
 * requests come out byte for byte, the replies mean to our client what they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"
#include "tests/support/oracle.h"
#include "tests/support/rebuild.h"
#include "tests/support/vectors.h"

enum { EQUAL_COUNT = 41, DIFFERENT_COUNT = 5, REPLY_COUNT = 61 };

/* What our client would not say so. */
static const struct difference {
	const char *name;
	const char *why;
} differences[] = {
	{ "os_echo_req_read_op", "we ask for an echo with a write" },
	{ "os_echo_req_bad_type", "bytes instead of text" },
	{ "img_list_req_no_payload", "we send the empty map where there are no arguments" },
	{ "fs_download_req", "the fields stand in another order" },
	{ "fs_upload_req", "the fields stand in another order" },
};

static int load(void **state)
{
	*state = vectors_load("framing.json");
	return 0;
}

static int unload(void **state)
{
	json_decref(*state);
	return 0;
}

/* Is it a message of our commands, and from this side? */
static bool is_wanted(const json_t *vector, struct span packet, bool from_client)
{
	const char *name = vectors_text(vector, "name");
	bool is_sent_by_client = strcmp(vectors_text(vector, "sent_by"), "client") == 0;
	struct smp_header header;

	/* Those are of any bytes, for the framing alone. */
	return strncmp(name, "boundary_", strlen("boundary_")) != 0 &&
	       is_sent_by_client == from_client && smp_header_decode(packet, &header) &&
	       rebuild_is_ours(&header);
}

static bool is_listed(const char *name)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++) {
		if (strcmp(differences[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool comes_out_alike(const json_t *vector, struct span packet)
{
	struct span wanted = vectors_bytes(vector, "wire_hex");
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct smp_header header;
	struct rebuilt rebuilt;
	bool is_same;

	smp_header_decode(packet, &header);
	assert_true(rebuild_request(packet, &rebuilt));
	rebuild_wire(&rebuilt.request, &header, &wire);
	is_same = span_equal(buf_span(&wire), wanted);
	vectors_free(wanted);
	return is_same;
}

static void every_request_comes_out_as_the_other_encoder_made_it(void **state)
{
	json_t *vectors = json_object_get(*state, "vectors");
	size_t equal = 0, different = 0, i;
	json_t *vector;

	json_array_foreach (vectors, i, vector) {
		struct span packet = vectors_bytes(vector, "raw_hex");

		if (is_wanted(vector, packet, true)) {
			const char *name = vectors_text(vector, "name");
			bool is_same = comes_out_alike(vector, packet);

			if (is_same == is_listed(name))
				fail_msg("%s: %s", name, is_same ? "is listed" : "differs");
			equal += is_same;
			different += !is_same;
		}
		vectors_free(packet);
	}
	assert_int_equal(equal, EQUAL_COUNT);
	assert_int_equal(different, DIFFERENT_COUNT);
}

static void every_reply_means_what_it_says(void **state)
{
	json_t *vectors = json_object_get(*state, "vectors");
	struct oracle_tally tally = { 0 };
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		struct span packet = vectors_bytes(vector, "raw_hex");

		if (is_wanted(vector, packet, false)) {
			struct smp_reply reply = {
				.body = span_sub(packet, SMP_HEADER_SIZE, packet.len),
			};

			smp_header_decode(packet, &reply.header);
			oracle_check(
				vectors_text(vector, "name"), span_make(NULL, 0), &reply, &tally);
		}
		vectors_free(packet);
	}
	assert_int_equal(tally.good + tally.general_errors + tally.group_errors, REPLY_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_comes_out_as_the_other_encoder_made_it),
		cmocka_unit_test(every_reply_means_what_it_says),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
