/* SPDX-License-Identifier: Apache-2.0 */
/* manifest.json: the examples of docs/protocol.md 7.4, old and odd ones, and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "image/manifest.h"

enum { TEXT_MAX = 16384 };

/* Read a copy in a block of exactly its size, so that a read beyond it is caught. */
static enum status read_text(const char *text, struct manifest *ret_manifest, struct err *reterr)
{
	size_t len = strlen(text);
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum status status;

	assert_non_null(copy);
	memcpy(copy, text, len);
	status = manifest_read(span_make(copy, len), ret_manifest, reterr);
	free(copy);
	return status;
}

static struct manifest read_sound(const char *text)
{
	struct manifest manifest;
	struct err err = { 0 };

	if (read_text(text, &manifest, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return manifest;
}

static void assert_refused(const char *text, const char *message, const char *hint)
{
	struct manifest manifest;
	struct err err = { 0 };

	assert_int_equal(read_text(text, &manifest, &err), STATUS_BAD_FILE);
	if (strstr(err.message, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, message);
	if (strstr(err.hint, hint) == NULL)
		fail_msg("\"%s\" does not hint at \"%s\"", err.hint, hint);
}

/* One entry with these members beside its file name. */
static const char *with_entry(const char *members, char text[TEXT_MAX])
{
	snprintf(text, TEXT_MAX, "{\"files\": [{\"file\": \"a.bin\", %s}]}", members);
	return text;
}

static struct manifest_entry read_entry(const char *members)
{
	char text[TEXT_MAX];

	return read_sound(with_entry(members, text)).entries[0];
}

static void assert_entry_refused(const char *members, const char *message)
{
	char text[TEXT_MAX];

	assert_refused(with_entry(members, text), message, "build the archive again");
}

static void a_single_image_is_read(void **state)
{
	struct manifest manifest = read_sound(
		"{ \"format-version\": 1, \"time\": 1767225600, \"name\": \"blinky\","
		"  \"files\": [ { \"type\": \"application\", \"board\": \"nrf52840dk\","
		"  \"soc\": \"nRF52840\", \"load_address\": 49152, \"image_index\": \"0\","
		"  \"slot_index_primary\": \"1\", \"slot_index_secondary\": \"2\","
		"  \"version_MCUBOOT\": \"1.2.3+4\", \"size\": 201340,"
		"  \"file\": \"blinky.signed.bin\", \"modtime\": 1767225590 } ] }");
	const struct manifest_entry *entry = &manifest.entries[0];

	(void)state;
	assert_int_equal(manifest.format_version, 1);
	assert_false(manifest.is_format_unknown);
	assert_string_equal(manifest.name, "blinky");
	assert_int_equal(manifest.entry_count, 1);
	assert_int_equal(manifest.skipped_count, 0);
	assert_string_equal(entry->file, "blinky.signed.bin");
	assert_true(entry->has_size && entry->size == 201340);
	assert_true(entry->has_image_number && entry->image_number == 0);
	assert_true(entry->has_load_address && entry->load_address == 0xc000);
	assert_false(entry->has_slot);
}

static void both_cores_of_an_nrf5340_are_read(void **state)
{
	struct manifest manifest = read_sound(
		"{ \"format-version\": 1, \"files\": ["
		"{ \"type\": \"application\", \"load_address\": 49152, \"image_index\": \"0\","
		"  \"size\": 310200, \"file\": \"peripheral.signed.bin\" },"
		"{ \"type\": \"application\", \"load_address\": 16812032, \"image_index\": \"1\","
		"  \"version\": \"2\", \"size\": 160500, \"file\": \"ipc_radio.bin\" } ],"
		"\"firmware\": { \"zephyr\": { \"revision\": \"0123456789abcdef\" } } }");

	(void)state;
	assert_int_equal(manifest.entry_count, 2);
	assert_string_equal(manifest.name, "");
	assert_int_equal(manifest.entries[0].image_number, 0);
	assert_int_equal(manifest.entries[1].image_number, 1);
	assert_int_equal(manifest.entries[1].load_address, 16812032);
	assert_string_equal(manifest.entries[1].file, "ipc_radio.bin");
}

static void direct_xip_variants_have_their_slot(void **state)
{
	struct manifest manifest =
		read_sound("{ \"format-version\": 0, \"files\": ["
			   "{ \"image_index\": \"0\", \"slot\": \"0\","
			   "  \"load_address\": 49664, \"file\": \"a.bin\" },"
			   "{ \"image_index\": \"0\", \"slot\": \"1\","
			   "  \"load_address\": 541184, \"file\": \"b.bin\" } ] }");

	(void)state;
	assert_int_equal(manifest.format_version, 0);
	assert_true(manifest.entries[0].has_slot && manifest.entries[0].slot == 0);
	assert_true(manifest.entries[1].has_slot && manifest.entries[1].slot == 1);
	assert_int_equal(manifest.entries[1].image_number, 0);
}

/* Newer SDKs count image 1 as slots 2 and 3. */
static void absolute_slots_are_taken_modulo_2(void **state)
{
	struct manifest manifest =
		read_sound("{\"files\": ["
			   "{\"image_index\": 1, \"slot\": 2, \"file\": \"a\"},"
			   "{\"image_index\": 1, \"slot\": 3, \"file\": \"b\"}]}");

	(void)state;
	assert_int_equal(manifest.entries[0].slot, 0);
	assert_int_equal(manifest.entries[1].slot, 1);
	assert_entry_refused("\"slot\": 32", "entry 1: \"slot\" is no number from 0 to 31");
}

static void the_oldest_manifests_say_little(void **state)
{
	struct manifest manifest = read_sound("{\"files\": [{\"file\": \"app_update.bin\"}]}");

	(void)state;
	assert_int_equal(manifest.format_version, 0);
	assert_int_equal(manifest.entry_count, 1);
	assert_false(manifest.entries[0].has_image_number);
	assert_false(manifest.entries[0].has_size);
	assert_false(manifest.entries[0].has_load_address);
	assert_int_equal(manifest.entries[0].image_number, 0);
}

static void other_formats_are_read_and_flagged(void **state)
{
	(void)state;
	assert_true(read_sound("{\"format-version\": 2, \"files\": [{\"file\": \"a\"}]}")
			    .is_format_unknown);
	assert_int_equal(read_sound("{\"format-version\": \"7\", \"files\": [{\"file\": \"a\"}]}")
				 .format_version,
		7);
	assert_refused("{\"format-version\": true, \"files\": [{\"file\": \"a\"}]}",
		"its \"format-version\" is no number", "build the archive again");
}

static void numbers_may_be_texts(void **state)
{
	(void)state;
	assert_int_equal(read_entry("\"image_index\": 3").image_number, 3);
	assert_int_equal(read_entry("\"image_index\": \"3\"").image_number, 3);
	assert_int_equal(read_entry("\"size\": \"1234\"").size, 1234);
	assert_int_equal(read_entry("\"load_address\": \"0xC200\"").load_address, 0xc200);
	assert_false(read_entry("\"image_index\": null").has_image_number);
}

static void the_key_image_counts_before_image_index(void **state)
{
	(void)state;
	assert_int_equal(read_entry("\"image\": 2, \"image_index\": \"1\"").image_number, 2);
	assert_int_equal(read_entry("\"image\": 2").image_number, 2);
}

static void image_numbers_end_at_15(void **state)
{
	(void)state;
	assert_int_equal(read_entry("\"image_index\": \"15\"").image_number, 15);
	assert_entry_refused(
		"\"image_index\": \"16\"", "entry 1: \"image_index\" is no number from 0 to 15");
	assert_entry_refused("\"image\": 16", "entry 1: \"image\" is no number from 0 to 15");
	assert_entry_refused("\"image_index\": -1", "\"image_index\" is no number");
	assert_entry_refused("\"image_index\": 1.0", "\"image_index\" is no number");
	assert_entry_refused("\"image_index\": \"one\"", "\"image_index\" is no number");
	assert_entry_refused("\"image_index\": \"\"", "\"image_index\" is no number");
	assert_entry_refused("\"image_index\": [1]", "\"image_index\" is no number");
}

static void a_bare_hex_number_is_read_though_it_is_not_json(void **state)
{
	(void)state;
	assert_int_equal(read_entry("\"load_address\": 0xc000").load_address, 0xc000);
	assert_int_equal(read_entry("\"load_address\":0XC000").load_address, 0xc000);
	assert_int_equal(read_entry("\"load_address\": 0x0").load_address, 0);
	assert_int_equal(read_entry("\"load_address\": 0xffffffff").load_address, 0xffffffff);
	assert_int_equal(read_entry("\"load_address\": 0xfffffffff").load_address, 0xfffffffff);
}

static void hex_digits_within_texts_stay_as_they_are(void **state)
{
	struct manifest manifest =
		read_sound("{\"name\": \"a\\\" 0x10 \\\\\", \"files\": [{\"load_address\": 0x10,"
			   " \"file\": \"v0x20 0x30.bin\"}]}");

	(void)state;
	assert_string_equal(manifest.name, "a\" 0x10 \\");
	assert_string_equal(manifest.entries[0].file, "v0x20 0x30.bin");
	assert_int_equal(manifest.entries[0].load_address, 0x10);
}

static void what_only_resembles_a_bare_hex_number_is_no_json(void **state)
{
	(void)state;
	assert_entry_refused("\"load_address\": 0x", "no sound JSON at line 1");
	assert_entry_refused("\"load_address\": 0xg", "no sound JSON at line 1");
	assert_entry_refused("\"load_address\": 0x12z", "no sound JSON at line 1");
	assert_entry_refused("\"load_address\": 10x12", "no sound JSON at line 1");
	assert_entry_refused("\"load_address\": 0x1234567890", "no sound JSON at line 1");
}

static void errors_of_json_name_their_line_and_are_harmless(void **state)
{
	struct manifest manifest;
	struct err err = { 0 };

	(void)state;
	assert_refused("", "no sound JSON at line 1", "build the archive again");
	assert_refused("{\n\"files\":\n", "no sound JSON at line 3", "");
	assert_refused("{\"files\": [], \"files\": []}", "duplicate", "");
	assert_int_equal(read_text("{\"files\": \033[31m}", &manifest, &err), STATUS_BAD_FILE);
	assert_null(strchr(err.message, '\033'));
}

static void json_without_end_is_refused_before_the_stack_is_full(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_refused(text, "maximum parsing depth", "");
}

static void entries_without_a_usable_file_name_are_refused(void **state)
{
	char text[TEXT_MAX], name[FIRMWARE_NAME_MAX + 1];

	(void)state;
	assert_refused("{\"files\": [{\"file\": \"a\"}, {\"size\": 1}]}", "entry 2 names no file",
		"build");
	assert_refused("{\"files\": [{\"file\": \"\"}]}", "entry 1 names no file", "build");
	assert_refused("{\"files\": [{\"file\": 1}]}", "entry 1 names no file", "build");
	assert_refused("{\"files\": [\"a\"]}", "entry 1 is no object", "build");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text), "{\"files\": [{\"file\": \"%s\"}]}", name);
	assert_refused(text, "entry 1: the name of its file is too long", "build");
	snprintf(text, sizeof(text), "{\"files\": [{\"file\": \"%s\"}]}", name + 1);
	assert_string_equal(read_sound(text).entries[0].file, name + 1);
}

static void entries_that_contradict_each_other_are_refused(void **state)
{
	(void)state;
	assert_refused("{\"files\": [{\"file\": \"a\"}, {\"file\": \"a\", \"image_index\": 1}]}",
		"two entries name the same file", "build the archive again");
	assert_refused("{\"files\": [{\"file\": \"a\", \"slot\": 1, \"image_index\": 1},"
		       "{\"file\": \"b\", \"slot\": 3, \"image_index\": 1}]}",
		"two entries are for slot 1 of image 1", "build the archive again");
	/* The same slot of another image is none. */
	read_sound("{\"files\": [{\"file\": \"a\", \"slot\": 1},"
		   "{\"file\": \"b\", \"slot\": 1, \"image_index\": 1}]}");
}

static void more_images_than_there_can_be_are_refused(void **state)
{
	char storage[TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	(void)state;
	buf_append_text(&text, "{\"files\": [");
	for (int i = 0; i < FIRMWARE_PARTS_MAX; i++)
		buf_format(&text, "%s{\"file\": \"%d\"}", i > 0 ? "," : "", i);
	buf_append_text(&text, "]}");
	assert_int_equal(read_sound(buf_text(&text)).entry_count, FIRMWARE_PARTS_MAX);
	text.len -= 2;
	buf_append_text(&text, ",{\"file\": \"x\"}]}");
	assert_refused(buf_text(&text), "more than 16 images", "build");
}

static void entries_for_other_bootloaders_are_skipped_and_counted(void **state)
{
	struct manifest manifest =
		read_sound("{\"files\": [{\"type\": \"suit-envelope\", \"file\": \"s\"},"
			   "{\"type\": \"application\", \"file\": \"a\"},"
			   "{\"type\": \"cache\"}, {\"type\": \"mcuboot\", \"file\": \"m\"},"
			   "{\"type\": \"bin\", \"file\": \"b\"}]}");

	(void)state;
	assert_int_equal(manifest.skipped_count, 3);
	assert_int_equal(manifest.entry_count, 2);
	assert_string_equal(manifest.entries[0].file, "a");
	assert_string_equal(manifest.entries[1].file, "b");
}

static void an_archive_for_another_bootloader_only_is_explained(void **state)
{
	(void)state;
	assert_refused("{\"files\": [{\"type\": \"mcuboot\", \"file\": \"signed_by_b0_s0.bin\"}]}",
		"no image of an application in it, but an update of the bootloader itself",
		"dfu_application.zip");
	assert_refused("{\"files\": [{\"type\": \"suit-envelope\", \"file\": \"root.suit\"}]}",
		"but a SUIT envelope", "another bootloader");
	assert_refused("{\"files\": []}", "lists no files", "build the archive again");
}

static void other_tools_manifests_are_told_apart(void **state)
{
	(void)state;
	assert_refused("{\"manifest\": {\"application\": {\"bin_file\": \"a.bin\","
		       "\"dat_file\": \"a.dat\"}}}",
		"Nordic's nRF5 SDK (Secure DFU), not for MCUboot", "nrfutil");
	assert_refused("{\"format-version\": 1}", "no list \"files\" in it", "build");
	assert_refused("{\"files\": {}}", "no list \"files\" in it", "build");
	assert_refused("[]", "no list \"files\" in it", "build");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_single_image_is_read),
		cmocka_unit_test(both_cores_of_an_nrf5340_are_read),
		cmocka_unit_test(direct_xip_variants_have_their_slot),
		cmocka_unit_test(absolute_slots_are_taken_modulo_2),
		cmocka_unit_test(the_oldest_manifests_say_little),
		cmocka_unit_test(other_formats_are_read_and_flagged),
		cmocka_unit_test(numbers_may_be_texts),
		cmocka_unit_test(the_key_image_counts_before_image_index),
		cmocka_unit_test(image_numbers_end_at_15),
		cmocka_unit_test(a_bare_hex_number_is_read_though_it_is_not_json),
		cmocka_unit_test(hex_digits_within_texts_stay_as_they_are),
		cmocka_unit_test(what_only_resembles_a_bare_hex_number_is_no_json),
		cmocka_unit_test(errors_of_json_name_their_line_and_are_harmless),
		cmocka_unit_test(json_without_end_is_refused_before_the_stack_is_full),
		cmocka_unit_test(entries_without_a_usable_file_name_are_refused),
		cmocka_unit_test(entries_that_contradict_each_other_are_refused),
		cmocka_unit_test(more_images_than_there_can_be_are_refused),
		cmocka_unit_test(entries_for_other_bootloaders_are_skipped_and_counted),
		cmocka_unit_test(an_archive_for_another_bootloader_only_is_explained),
		cmocka_unit_test(other_tools_manifests_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
