/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, see command.h. Rows stand in the order in which help shows them. */
#include <string.h>

#include "src/commands/commands.h"

static const char *const slot_option[] = { "slot", NULL };
static const char *const upload_options[] = { "slot", "restart", "upgrade", "force", NULL };
static const char *const reset_options[] = { "force", "bootloader", NULL };

static const struct command commands[] = {
	{ "image list", "", 0, 0, NULL, NEEDS_DEVICE, "show the images that the device holds",
		"A row for each slot with a readable image: its version, its hash, and its flags.\n"
		"active: runs now. confirmed: stays, or comes back. pending: boots at the next\n"
		"reset. permanent: boots and stays without a confirmation.",
		"-p /dev/ttyACM0 image list", command_image_list },
	{ "image slots", "", 0, 0, NULL, NEEDS_DEVICE, "show the slots and how large they are",
		"Asks for slot info, which devices with one image often leave out.",
		"-p /dev/ttyACM0 image slots", command_image_slots },
	{ "image upload", "FILE", 1, 1, upload_options, NEEDS_DEVICE,
		"send a signed MCUboot image to the device",
		"The file is checked first: a file that is no sound image is refused, unless\n"
		"--force is given. An upload that was broken off goes on where the device says;\n"
		"--restart begins anew. Afterwards the device's list is read back. --slot counts\n"
		"within the image, 0 or 1; without it the device takes the slot not in use.",
		"-p /dev/ttyACM0 image upload build/zephyr/zephyr.signed.bin",
		command_image_upload },
	{ "image test", "[HASH|FILE]", 0, 1, NULL, NEEDS_DEVICE,
		"boot an image once at the next reset",
		"A hash may be shortened while it is unambiguous; a file stands for its hash;\n"
		"without either the only candidate in a secondary slot is taken.",
		"-p /dev/ttyACM0 image test 86dca73a", command_image_test },
	{ "image confirm", "[HASH|FILE]", 0, 1, NULL, NEEDS_DEVICE,
		"make the running or a named image permanent",
		"Without an argument the running image is confirmed, so that it stays. With the\n"
		"hash of an image in a secondary slot that one boots at the next reset and stays.",
		"-p /dev/ttyACM0 image confirm", command_image_confirm },
	{ "image erase", "", 0, 0, slot_option, NEEDS_DEVICE, "erase a slot",
		"Without --slot the device erases the slot that is not in use. Slots are numbered\n"
		"over all images: 0 and 1 belong to image 0, 2 and 3 to image 1.",
		"-p /dev/ttyACM0 image erase", command_image_erase },
	{ "reset", "", 0, 0, reset_options, NEEDS_DEVICE, "reset the device",
		"The device answers and reboots a moment later. Ends with success, too, when the\n"
		"port goes away before the answer comes.",
		"-p /dev/ttyACM0 reset", command_reset },
	{ "echo", "TEXT", 1, 1, NULL, NEEDS_DEVICE, "send a text and print what comes back", "",
		"-p /dev/ttyACM0 echo hello", command_echo },
	{ "os info", "[FORMAT]", 0, 1, NULL, NEEDS_DEVICE, "what runs on the device",
		"FORMAT letters: s kernel name, n node name, r kernel release, v kernel version,\n"
		"b build date, m machine, p processor, i board, o operating system, a all.\n"
		"Without FORMAT a table of all that the device tells.",
		"-p /dev/ttyACM0 os info", command_os_info },
	{ "os params", "", 0, 0, NULL, NEEDS_DEVICE, "size and number of the device's buffers", "",
		"-p /dev/ttyACM0 os params", command_os_params },
	{ "os bootloader", "", 0, 0, NULL, NEEDS_DEVICE, "the bootloader and how it updates", "",
		"-p /dev/ttyACM0 os bootloader", command_os_bootloader },
	{ "help", "[COMMAND...]", 0, 3, NULL, NEEDS_NOTHING, "print help, also for a command", "",
		"help image upload", command_help },
};

const struct command *command_table(size_t *ret_count)
{
	*ret_count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}

/* How many of the words agree with the path from its beginning; *ret_is_whole: all of the path. */
static size_t matching_words(
	const char *path, const char *const *words, size_t count, bool *ret_is_whole)
{
	size_t matched = 0;

	while (matched < count) {
		size_t len = strcspn(path, " ");

		if (strlen(words[matched]) != len || strncmp(words[matched], path, len) != 0)
			break;
		matched++;
		path += len;
		if (*path == '\0')
			break;
		path++;
	}
	*ret_is_whole = *path == '\0';
	return matched;
}

const struct command *command_find(const char *const *words, size_t count, size_t *ret_words)
{
	size_t best = 0;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		bool is_whole;
		size_t matched = matching_words(commands[i].path, words, count, &is_whole);

		if (is_whole) {
			*ret_words = matched;
			return &commands[i];
		}
		if (matched > best)
			best = matched;
	}
	*ret_words = best;
	return NULL;
}

bool command_is_of_family(const struct command *command, const char *word)
{
	size_t len = strlen(word);

	return strncmp(command->path, word, len) == 0 && command->path[len] == ' ';
}
