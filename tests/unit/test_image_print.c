/* SPDX-License-Identifier: Apache-2.0 */
/* The image list as a table, and the slots as lines and as a picture, character by character. */
#include "src/commands/image_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/columns.h"
#include "src/commands/slots_print.h"

enum { TEXT_MAX = 8192, KIB = 1024 };

/* What a printer writes. */
static const char *print(
	const struct result_printer *printer, const void *result, char text[TEXT_MAX])
{
	FILE *file = tmpfile();
	size_t len;

	assert_non_null(file);
	printer->text(result, file);
	rewind(file);
	len = fread(text, 1, TEXT_MAX - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static struct smp_image_slot make_slot(uint32_t image, uint32_t slot, const char *version)
{
	struct smp_image_slot made = { .image = image, .slot = slot, .hash_len = 32 };

	strcpy(made.version, version);
	memset(made.hash, 0x10 + (int)(image * 2 + slot), made.hash_len);
	return made;
}

static struct smp_image_state two_slots(void)
{
	struct smp_image_state state = { .count = 2 };

	state.slots[0] = make_slot(0, 0, "1.2.3");
	state.slots[0].active = state.slots[0].confirmed = true;
	state.slots[1] = make_slot(0, 1, "2.0.0.7");
	state.slots[1].pending = true;
	return state;
}

static void the_table_has_a_row_for_each_slot(void **state)
{
	struct smp_image_state images = two_slots();
	struct image_table table = { .state = &images };
	char text[TEXT_MAX];

	(void)state;
	assert_string_equal(print(image_table_printer(), &table, text),
		"IMAGE  SLOT  VERSION  HASH      FLAGS\n"
		"0      0     1.2.3    10101010  active confirmed\n"
		"0      1     2.0.0.7  11111111  pending\n");
}

static void hashes_are_as_long_as_they_need_to_be(void **state)
{
	struct smp_image_state images = two_slots();
	struct image_table table = { .state = &images };
	char text[TEXT_MAX];

	(void)state;
	memset(images.slots[1].hash, 0x10, 6);
	assert_non_null(strstr(print(image_table_printer(), &table, text), " 10101010101010  "));
	assert_non_null(strstr(text, " 10101010101011  "));
	/* The same image twice is no reason. */
	memset(images.slots[1].hash, 0x10, 32);
	assert_non_null(strstr(print(image_table_printer(), &table, text), " 10101010  pending"));
	table.has_whole_hashes = true;
	print(image_table_printer(), &table, text);
	assert_int_equal(strspn(strstr(text, "10101010"), "10"), 64);
}

static void what_is_missing_is_a_dash(void **state)
{
	struct smp_image_state images = { .count = 1 };
	struct image_table table = { .state = &images };
	char text[TEXT_MAX];

	(void)state;
	assert_non_null(strstr(
		print(image_table_printer(), &table, text), "\n0      0     -        -     -\n"));
	images.count = 0;
	assert_string_equal(
		print(image_table_printer(), &table, text), "IMAGE  SLOT  VERSION  HASH  FLAGS\n");
}

static void the_table_fits_80_columns_with_every_flag(void **state)
{
	struct smp_image_state images = two_slots();
	struct image_table table = { .state = &images };
	char text[TEXT_MAX];

	(void)state;
	strcpy(images.slots[0].version, "255.255.65535.1234");
	images.slots[0].pending = images.slots[0].permanent = true;
	for (char *line =
			strtok((char *)(uintptr_t)print(image_table_printer(), &table, text), "\n");
		line != NULL; line = strtok(NULL, "\n"))
		assert_in_range(columns_width(line), 1, 79);
}

static void colours_tell_what_stays_and_what_is_to_come(void **state)
{
	struct smp_image_state images = two_slots();
	struct image_table table = { .state = &images, .has_colours = true };
	char text[TEXT_MAX];

	(void)state;
	print(image_table_printer(), &table, text);
	assert_non_null(strstr(text, "\033[32mactive\033[0m \033[32mconfirmed\033[0m\n"));
	assert_non_null(strstr(text, "\033[33mpending\033[0m\n"));
	/* Running, but not to stay. */
	images.slots[0].confirmed = false;
	print(image_table_printer(), &table, text);
	assert_non_null(strstr(text, "\033[33mactive\033[0m\n"));
}

static struct smp_image_slot_infos make_infos(void)
{
	return (struct smp_image_slot_infos){
		.slots = {
			{ .image = 0, .slot = 0, .size = 400 * KIB, .max_image_size = 396 * KIB },
			{ .image = 0, .slot = 1, .size = 200 * KIB, .has_upload_image_id = true },
			{ .image = 1, .slot = 0, .size = 40 * KIB },
			{ .image = 1, .slot = 1, .rc = 3 },
		},
		.count = 4,
	};
}

static void no_terminal_gets_the_plain_lines(void **state)
{
	struct smp_image_slot_infos infos = make_infos();
	struct shown_slots shown = { .infos = &infos };
	char text[TEXT_MAX], narrow[TEXT_MAX];

	(void)state;
	assert_string_equal(print(slots_printer(), &shown, text),
		"Slots:\n"
		" image=0 slot=0\n    size: 409600\n    largest image: 405504\n"
		" image=0 slot=1\n    size: 204800\n    upload id: 0\n"
		" image=1 slot=0\n    size: 40960\n"
		" image=1 slot=1\n    error: rc 3\n");
	shown.width = SLOTS_PICTURE_WIDTH_MIN - 1;
	assert_string_equal(print(slots_printer(), &shown, narrow), text);
}

static void slots_are_drawn_in_proportion(void **state)
{
	struct smp_image_slot_infos infos = make_infos();
	struct smp_image_state images = two_slots();
	struct shown_slots shown = { .infos = &infos, .width = 60, .state = &images };
	char text[TEXT_MAX];

	(void)state;
	images.slots[images.count++] = make_slot(1, 0, "0.9.1");
	images.slots[2].active = true;
	assert_string_equal(print(slots_printer(), &shown, text),
		"image 0  slot 0 +-----------------------------------------+\n"
		"      400.0 KiB | 1.2.3  active confirmed                 |\n"
		"                | room for 396.0 KiB                      |\n"
		"                +-----------------------------------------+\n"
		"         slot 1 +--------------------+\n"
		"      200.0 KiB | 2.0.0.7  pending   |\n"
		"                +--------------------+\n"
		"image 1  slot 0 +--+\n"
		"       40.0 KiB |  | 0.9.1  active\n"
		"                +--+\n"
		"         slot 1 +--+\n"
		"                |  | error: rc 3\n"
		"                +--+\n");
}

static void an_empty_slot_is_told_from_one_that_nobody_knows(void **state)
{
	struct smp_image_slot_infos infos = make_infos();
	struct smp_image_state images = { .count = 0 };
	struct shown_slots shown = { .infos = &infos, .width = 60, .state = &images };
	char text[TEXT_MAX];

	(void)state;
	assert_non_null(strstr(print(slots_printer(), &shown, text), "| no image "));
	shown.state = NULL;
	assert_null(strstr(print(slots_printer(), &shown, text), "no image"));
}

/* Columns of the widest line, which may hold escape sequences. */
static size_t widest(const char *text)
{
	size_t widest = 0;

	while (*text != '\0') {
		char line[TEXT_MAX];
		size_t len = strcspn(text, "\n"), kept = 0, width;

		for (size_t i = 0; i < len; i++) {
			if (text[i] == '\033')
				i += strcspn(text + i, "m");
			else
				line[kept++] = text[i];
		}
		line[kept] = '\0';
		width = columns_width(line);
		widest = width > widest ? width : widest;
		text += len + 1;
	}
	return widest;
}

static void the_picture_fits_every_terminal(void **state)
{
	struct smp_image_slot_infos infos = make_infos();
	struct smp_image_state images = two_slots();
	struct shown_slots shown = { .infos = &infos, .state = &images };
	char text[TEXT_MAX];

	(void)state;
	/* The longest that can be. */
	for (size_t i = 0; i < images.count; i++) {
		strcpy(images.slots[i].version, "255.255.65535.4294967295-abcdef");
		images.slots[i].active = images.slots[i].confirmed = true;
		images.slots[i].pending = images.slots[i].permanent = true;
	}
	for (shown.width = SLOTS_PICTURE_WIDTH_MIN; shown.width <= SLOTS_PICTURE_WIDTH_MAX;
		shown.width++) {
		for (uint64_t size = 0; size <= 1000; size += 20) {
			infos.slots[1].size = size * KIB;
			shown.is_utf8 = size % 40 == 0;
			shown.has_colours = size % 80 == 0;
			print(slots_printer(), &shown, text);
			assert_in_range(widest(text), 40, shown.width - 1);
		}
	}
}

static void a_unicode_terminal_gets_real_lines(void **state)
{
	struct smp_image_slot_infos infos = make_infos();
	struct smp_image_state images = two_slots();
	struct shown_slots shown = {
		.infos = &infos,
		.width = 60,
		.state = &images,
		.is_utf8 = true,
		.has_colours = true,
	};
	char text[TEXT_MAX];

	(void)state;
	infos.count = 1;
	infos.slots[0].size = 2 * KIB * KIB;
	assert_string_equal(print(slots_printer(), &shown, text),
		"image 0  slot 0 ┌─────────────────────────────────────────┐\n"
		"        2.0 MiB │ 1.2.3  \033[32mactive\033[0m \033[32mconfirmed\033[0m"
		"                 │\n"
		"                │ room for 396.0 KiB                      │\n"
		"                └─────────────────────────────────────────┘\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_a_row_for_each_slot),
		cmocka_unit_test(hashes_are_as_long_as_they_need_to_be),
		cmocka_unit_test(what_is_missing_is_a_dash),
		cmocka_unit_test(the_table_fits_80_columns_with_every_flag),
		cmocka_unit_test(colours_tell_what_stays_and_what_is_to_come),
		cmocka_unit_test(no_terminal_gets_the_plain_lines),
		cmocka_unit_test(slots_are_drawn_in_proportion),
		cmocka_unit_test(an_empty_slot_is_told_from_one_that_nobody_knows),
		cmocka_unit_test(the_picture_fits_every_terminal),
		cmocka_unit_test(a_unicode_terminal_gets_real_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
