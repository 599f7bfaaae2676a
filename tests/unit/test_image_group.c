/* SPDX-License-Identifier: Apache-2.0 */
/* The image group's requests, and every form of its two lists (protocol.md 3.2.1, 3.2.6, 4.3). */
#include "smp/image_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 2048, NOTATION_SIZE = 2048 };

/* 32 bytes. */
#define HASH_A "0d8c28b8801b941bab42389ca08604ded99d9dc83baf14e5bcf16e8b5c300c95"
#define HASH_B "64b7d3bc6a9d97de3fd08fce068f18c089e0a928a3629f62b44d99e52d425109"

static enum status read_state(
	const char *notation, struct smp_image_state *ret_state, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .op = 1, .group = SMP_GROUP_IMAGE } };

	cbor_append(&body, notation);
	reply.body = buf_span(&body);
	return smp_image_state_reply(&reply, ret_state, reterr);
}

static enum status read_infos(
	const char *notation, struct smp_image_slot_infos *ret_infos, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .op = 1, .group = SMP_GROUP_IMAGE } };

	cbor_append(&body, notation);
	reply.body = buf_span(&body);
	return smp_image_slot_info_reply(&reply, ret_infos, reterr);
}

static void read_good_state(const char *notation, struct smp_image_state *ret_state)
{
	struct err err;

	if (read_state(notation, ret_state, &err) != STATUS_OK)
		fail_msg("%s: %s", notation, err.message);
}

static void assert_request(const struct smp_request *request, enum smp_op op,
	enum smp_image_command command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request->op, op);
	assert_int_equal(request->group, SMP_GROUP_IMAGE);
	assert_int_equal(request->command, command);
	assert_true(span_equal(request->body, buf_span(&wanted)));
}

static void requests_carry_what_was_asked_for(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct span hash = span_from_text("\x01\x02\xff");
	struct smp_request request;

	(void)state;
	request = smp_image_state_request();
	assert_request(&request, SMP_OP_READ, SMP_IMAGE_STATE, NULL);
	request = smp_image_slot_info_request();
	assert_request(&request, SMP_OP_READ, SMP_IMAGE_SLOT_INFO, NULL);
	request = smp_image_mark_request(&body, hash, false);
	assert_request(
		&request, SMP_OP_WRITE, SMP_IMAGE_STATE, "{'hash': h'0102ff', 'confirm': false}");
	buf_clear(&body);
	request = smp_image_mark_request(&body, hash, true);
	assert_request(
		&request, SMP_OP_WRITE, SMP_IMAGE_STATE, "{'hash': h'0102ff', 'confirm': true}");
	buf_clear(&body);
	request = smp_image_mark_request(&body, span_make(NULL, 0), true);
	assert_request(&request, SMP_OP_WRITE, SMP_IMAGE_STATE, "{'confirm': true}");
	buf_clear(&body);
	request = smp_image_erase_request(&body, -1);
	assert_request(&request, SMP_OP_WRITE, SMP_IMAGE_ERASE, "{}");
	buf_clear(&body);
	request = smp_image_erase_request(&body, 0);
	assert_request(&request, SMP_OP_WRITE, SMP_IMAGE_ERASE, "{'slot': 0}");
	buf_clear(&body);
	request = smp_image_erase_request(&body, UINT32_MAX);
	assert_request(&request, SMP_OP_WRITE, SMP_IMAGE_ERASE, "{'slot': 4294967295}");
}

static void a_full_list_is_read_whole(void **state)
{
	struct smp_image_state list;
	struct span hash;

	(void)state;
	read_good_state("{_ 'images': [_ {_ 'image': 1, 'slot': 0, 'version': '1.2.3',"
			" 'hash': h'" HASH_A "', 'bootable': true, 'pending': false,"
			" 'confirmed': true, 'active': true, 'permanent': false},"
			" {_ 'image': 1, 'slot': 1, 'version': '1.3.0.7', 'hash': h'" HASH_B "',"
			" 'bootable': false, 'pending': true, 'confirmed': false,"
			" 'active': false, 'permanent': true}], 'splitStatus': 2}",
		&list);
	assert_int_equal(list.count, 2);
	assert_true(list.has_split_status);
	assert_int_equal(list.split_status, 2);
	assert_int_equal(list.slots[0].image, 1);
	assert_int_equal(list.slots[0].slot, 0);
	assert_string_equal(list.slots[0].version, "1.2.3");
	assert_true(list.slots[0].bootable && list.slots[0].confirmed && list.slots[0].active);
	assert_false(list.slots[0].pending || list.slots[0].permanent);
	assert_int_equal(list.slots[1].slot, 1);
	assert_string_equal(list.slots[1].version, "1.3.0.7");
	assert_true(list.slots[1].pending && list.slots[1].permanent);
	assert_false(list.slots[1].bootable || list.slots[1].confirmed || list.slots[1].active);
	hash = smp_image_slot_hash(&list.slots[1]);
	assert_int_equal(hash.len, 32);
	assert_memory_equal(hash.data, "\x64\xb7\xd3\xbc", 4);
}

static void what_is_left_out_has_its_meaning(void **state)
{
	struct smp_image_state list;

	(void)state;
	/* A frugal list: only true flags. One image: no "image". */
	read_good_state("{'images': [{'slot': 1, 'version': '1.0.0', 'hash': h'" HASH_A "',"
			" 'active': true}]}",
		&list);
	assert_int_equal(list.slots[0].image, 0);
	assert_true(list.slots[0].active);
	assert_false(list.slots[0].confirmed || list.slots[0].bootable);
	assert_false(list.has_split_status);
	/* A serial recovery in its usual build: no flags, no split status, perhaps no hash. */
	read_good_state("{_ 'images': [_ {_ 'slot': 0, 'version': '1.0.0'}]}", &list);
	assert_int_equal(list.slots[0].hash_len, 0);
	assert_int_equal(smp_image_slot_hash(&list.slots[0]).len, 0);
	read_good_state("{'images': [], 'splitStatus': 0}", &list);
	assert_true(list.has_split_status);
	assert_int_equal(list.count, 0);
}

static void empty_lists_and_unknown_keys_are_fine(void **state)
{
	struct smp_image_state list;

	(void)state;
	read_good_state("{_ 'images': [_ ]}", &list);
	assert_int_equal(list.count, 0);
	read_good_state("{'rc': 0, 'more': {'a': [1, {}]}, 'images': [{'compressed': true,"
			" 'slot': 3, 'more': {'slot': 9}, 5: 6}], 'rsn': ''}",
		&list);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.slots[0].slot, 3);
	assert_string_equal(list.slots[0].version, "");
}

static void longer_hashes_fit_up_to_sha_512(void **state)
{
	struct smp_image_state list;

	(void)state;
	read_good_state("{'images': [{'slot': 0, 'hash': h'" HASH_A HASH_B "'}]}", &list);
	assert_int_equal(list.slots[0].hash_len, 64);
	assert_int_equal(list.slots[0].hash[63], 0x09);
	assert_int_equal(read_state("{'images': [{'slot': 0, 'hash': h'" HASH_A HASH_B "00'}]}",
				 &list, ERR_IGNORED),
		STATUS_PROTOCOL);
	read_good_state("{'images': [{'slot': 0, 'hash': h''}]}", &list);
	assert_int_equal(list.slots[0].hash_len, 0);
}

static void versions_are_made_harmless(void **state)
{
	struct smp_image_state list;

	(void)state;
	read_good_state("{'images': [{'slot': 0, 'version': '<?\?\?>'},"
			" {'slot': 1, 'version': '1\x1b[2J'},"
			" {'slot': 2, 'version': '0123456789012345678901234567890123456789'}]}",
		&list);
	assert_string_equal(list.slots[0].version, "<?\?\?>");
	assert_string_equal(list.slots[1].version, "1\\x1b[2J");
	assert_in_range(strlen(list.slots[2].version), 20, SMP_IMAGE_VERSION_MAX - 1);
	assert_memory_equal(list.slots[2].version, "0123456789", 10);
}

static void broken_lists_are_refused_and_leave_the_output_alone(void **state)
{
	static const char *const lists[] = {
		"{}",
		"{'images': {}}",
		"{'images': 'none'}",
		"{'images': [5]}",
		"{'images': [[]]}",
		"{'images': [{}]}",
		"{'images': [{'slot': '0'}]}",
		"{'images': [{'slot': -1}]}",
		"{'images': [{'slot': 4294967296}]}",
		"{'images': [{'slot': 0, 'image': 'a'}]}",
		"{'images': [{'slot': 0, 'version': 100}]}",
		"{'images': [{'slot': 0, 'hash': '0d8c'}]}",
		"{'images': [{'slot': 0, 'bootable': 1}]}",
		"{'images': [{'slot': 0, 'pending': null}]}",
		"{'images': [{'slot': 0, 'confirmed': 'yes'}]}",
		"{'images': [{'slot': 0, 'active': 0}]}",
		"{'images': [{'slot': 0, 'permanent': []}]}",
		"{'images': [{'slot': 0}], 'splitStatus': 'x'}",
		"{'images': [{'slot': 0}, {'slot': 1, 'active': 2}]}",
	};
	struct smp_image_state list = { .count = 7 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (read_state(lists[i], &list, &err) != STATUS_PROTOCOL)
			fail_msg("%s", lists[i]);
		assert_int_equal(err.status, STATUS_PROTOCOL);
		assert_int_equal(list.count, 7);
	}
	assert_int_equal(read_state("{'err': {'group': 1, 'rc': 24}}", &list, &err), STATUS_DEVICE);
	assert_string_equal(err.device.name, "IMAGE_INVALID_HASH");
	assert_int_equal(read_state("{'images': [5]}", &list, &err), STATUS_PROTOCOL);
	assert_non_null(strstr(err.message, "\"images\""));
	assert_int_equal(read_state("{'rc': 3}", &list, ERR_IGNORED), STATUS_DEVICE);
}

static void more_slots_than_any_device_has_are_refused(void **state)
{
	char notation[NOTATION_SIZE];
	struct smp_image_state list;
	struct smp_image_slot_infos infos;

	(void)state;
	for (int count = SMP_IMAGE_SLOTS_MAX; count <= SMP_IMAGE_SLOTS_MAX + 1; count++) {
		enum status wanted = count == SMP_IMAGE_SLOTS_MAX ? STATUS_OK : STATUS_PROTOCOL;
		char slots[NOTATION_SIZE / 2] = "";
		size_t len = 0;

		for (int i = 0; i < count; i++)
			len += (size_t)snprintf(slots + len, sizeof(slots) - len, "%s{'slot': %d}",
				i > 0 ? ", " : "", i);
		snprintf(notation, sizeof(notation), "{'images': [%s]}", slots);
		assert_int_equal(read_state(notation, &list, ERR_IGNORED), wanted);
		snprintf(notation, sizeof(notation), "{'images': [{'slots': [%s]}]}", slots);
		assert_int_equal(read_infos(notation, &infos, ERR_IGNORED), wanted);
		snprintf(notation, sizeof(notation),
			"{'images': [{'slots': [{'slot': 0}]}, {'slots': [%s]}]}", slots);
		assert_int_equal(read_infos(notation, &infos, ERR_IGNORED), STATUS_PROTOCOL);
	}
	assert_int_equal(list.count, SMP_IMAGE_SLOTS_MAX);
	assert_int_equal(infos.count, SMP_IMAGE_SLOTS_MAX);
}

static void slot_info_is_read_whole(void **state)
{
	struct smp_image_slot_infos infos;
	struct err err;

	(void)state;
	if (read_infos("{_ 'images': [_ {_ 'image': 0, 'slots': [_ {_ 'slot': 0, 'size': 475136},"
		       " {_ 'slot': 1, 'size': 475136, 'upload_image_id': 2}],"
		       " 'max_image_size': 471040},"
		       " {'image': 1, 'more': 1, 'slots': [{'slot': 0, 'rc': -5}]}]}",
		    &infos, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_int_equal(infos.count, 3);
	assert_int_equal(infos.slots[0].size, 475136);
	assert_false(infos.slots[0].has_upload_image_id);
	assert_int_equal(infos.slots[0].max_image_size, 471040);
	assert_int_equal(infos.slots[1].slot, 1);
	assert_true(infos.slots[1].has_upload_image_id);
	assert_int_equal(infos.slots[1].upload_image_id, 2);
	assert_int_equal(infos.slots[1].max_image_size, 471040);
	assert_int_equal(infos.slots[2].image, 1);
	assert_int_equal(infos.slots[2].rc, -5);
	assert_int_equal(infos.slots[2].size, 0);
	assert_int_equal(infos.slots[2].max_image_size, 0);
	assert_int_equal(read_infos("{'images': []}", &infos, &err), STATUS_OK);
	assert_int_equal(infos.count, 0);
}

static void broken_slot_info_is_refused(void **state)
{
	static const char *const lists[] = {
		"{}",
		"{'images': 1}",
		"{'images': [1]}",
		"{'images': [{}]}",
		"{'images': [{'image': 0}]}",
		"{'images': [{'slots': {}}]}",
		"{'images': [{'image': 'a', 'slots': []}]}",
		"{'images': [{'max_image_size': -1, 'slots': []}]}",
		"{'images': [{'slots': [1]}]}",
		"{'images': [{'slots': [{}]}]}",
		"{'images': [{'slots': [{'slot': 'a'}]}]}",
		"{'images': [{'slots': [{'slot': 0, 'size': 'a'}]}]}",
		"{'images': [{'slots': [{'slot': 0, 'rc': 'a'}]}]}",
		"{'images': [{'slots': [{'slot': 0, 'upload_image_id': -1}]}]}",
		"{'images': [{'slots': [{'slot': 0}]}, {'slots': [{'slot': 0}, {}]}]}",
	};
	struct smp_image_slot_infos infos = { .count = 7 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (read_infos(lists[i], &infos, &err) != STATUS_PROTOCOL)
			fail_msg("%s", lists[i]);
		assert_int_equal(infos.count, 7);
	}
	assert_int_equal(read_infos("{'rc': 8}", &infos, &err), STATUS_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_what_was_asked_for),
		cmocka_unit_test(a_full_list_is_read_whole),
		cmocka_unit_test(what_is_left_out_has_its_meaning),
		cmocka_unit_test(empty_lists_and_unknown_keys_are_fine),
		cmocka_unit_test(longer_hashes_fit_up_to_sha_512),
		cmocka_unit_test(versions_are_made_harmless),
		cmocka_unit_test(broken_lists_are_refused_and_leave_the_output_alone),
		cmocka_unit_test(more_slots_than_any_device_has_are_refused),
		cmocka_unit_test(slot_info_is_read_whole),
		cmocka_unit_test(broken_slot_info_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
