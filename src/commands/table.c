/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, see command.h. Rows stand in the order in which help shows them. */
#include <string.h>

#include "src/commands/commands.h"

static const char *const list_options[] = { "table", NULL };
static const char *const slot_option[] = { "slot", NULL };
static const char *const upload_options[] = { "slot", "restart", "upgrade", "force", "key",
	"strict", NULL };
static const char *const inspect_options[] = { "strict", NULL };
static const char *const verify_options[] = { "key", "strict", NULL };
static const char *const digest_options[] = { "output", "public-key", "force", NULL };
static const char *const attach_options[] = { "signature", "public-key", "output", "force", NULL };
static const char *const reset_options[] = { "force", "bootloader", "wait", NULL };
static const char *const update_options[] = { "key", "strict", "force", "confirm", "test-only",
	"no-reset", "dry-run", "check", "check-echo", "check-version", "restart", "all", "from",
	"jobs", "canary", "max-failures", "log-dir", "report", NULL };
static const char *const raw_options[] = { "hex", NULL };
static const char *const erase_storage_options[] = { "force", NULL };
static const char *const recovery_options[] = { "wait", NULL };
static const char *const download_options[] = { "force", NULL };
static const char *const hash_options[] = { "type", NULL };
static const char *const value_options[] = { "hex", NULL };
static const char *const config_options[] = { "save", NULL };

static const struct command commands[] = {
	{ "update", "[FILE]", 0, 1, update_options, NEEDS_CONNECTION,
		"bring a device to a new image, confirmed",
		"Checks the file, compares it with the device, shows the plan, and goes on from\n"
		"wherever the device is: uploads, marks for test, resets, waits, looks what runs,\n"
		"checks, confirms. A failing check takes the image back. Safe to repeat after any\n"
		"interruption. FILE may be a .bin, .hex or dfu_application.zip.\n"
		"With several -p, a pattern and --all, or --from FILE boards are updated side by\n"
		"side, and a table tells what became of each. Ctrl-C finishes what has begun, a\n"
		"second one stops it.",
		"-p usb:2fe3:0100 update build/dfu_application.zip", command_update },
	{ "ports", "", 0, 0, NULL, NEEDS_NOTHING, "show the serial ports of this machine",
		"One line each: port, the shortest address for -p that means it alone, maker and\n"
		"product, serial number, place in the USB tree and interface, driver, and the\n"
		"program that holds it open. With -v also USB vendor and product id, and the name\n"
		"in /dev/serial/by-id.",
		"ports", command_ports },
	{ "image list", "", 0, 0, list_options, NEEDS_DEVICE,
		"show the images that the device holds",
		"A row for each slot with a readable image: its version, its hash, and its flags.\n"
		"active: runs now. confirmed: stays, or comes back. pending: boots at the next\n"
		"reset. permanent: boots and stays without a confirmation.",
		"-p /dev/ttyACM0 image list", command_image_list },
	{ "image slots", "", 0, 0, NULL, NEEDS_DEVICE, "show the slots and how large they are",
		"Asks for slot info, which devices with one image often leave out. On a terminal\n"
		"the slots are drawn in proportion, with what is in them.",
		"-p /dev/ttyACM0 image slots", command_image_slots },
	{ "image upload", "FILE", 1, 1, upload_options, NEEDS_DEVICE,
		"send signed MCUboot images to the device",
		"FILE is a binary, Intel HEX, or a dfu_application.zip, of which all images are\n"
		"sent, or with -n only that one. What the bootloader would not start is refused\n"
		"before a byte is sent, unless --force is given: no sound image, too large for\n"
		"the slot, or older than the bootloader takes. With --key an image that this key\n"
		"did not sign is refused, with --strict one signed with a development key; what\n"
		"these refuse --force does not send either. An image that is in its slot already\n"
		"is not sent again. An upload that was broken off goes on where the device says;\n"
		"--restart begins anew in both cases. Afterwards the device's list is read back.\n"
		"--slot counts within the image, 0 or 1; without it the device takes the slot\n"
		"not in use.",
		"-p /dev/ttyACM0 image upload build/zephyr/zephyr.signed.bin",
		command_image_upload },
	{ "image inspect", "FILE", 1, 1, inspect_options, NEEDS_NOTHING,
		"show what is in a firmware file",
		"For each image in a binary, Intel HEX or dfu_application.zip: header, version,\n"
		"sizes, flags, every TLV, what it is signed with, what stands behind it, and\n"
		"whether the hash is that of the content. Of a damaged file what can be read.",
		"image inspect build/zephyr/zephyr.signed.bin", command_image_inspect },
	{ "image verify", "FILE", 1, 1, verify_options, NEEDS_CONNECTION,
		"check a firmware file as a bootloader would",
		"Recomputes the hash of each image and, with --key, checks its signature. Of an\n"
		"encrypted image only the signature can be checked here. --strict refuses the\n"
		"development keys that come with MCUboot, about which there is a warning always.",
		"image verify build/zephyr/zephyr.signed.bin --key key.pem", command_image_verify },
	{ "image sign-digest", "FILE", 1, 1, digest_options, NEEDS_NOTHING,
		"print the digest that a vault is to sign",
		"For keys that never leave a vault or a signing server: imgtool signs without a\n"
		"key or with a throw-away one, the vault signs this digest, and image attach puts\n"
		"the signature into the image. With -o it is also written to a file, in binary.\n"
		"--public-key checks that the key can sign this kind of digest.",
		"image sign-digest zephyr.unsigned.bin -o digest.bin", command_image_sign_digest },
	{ "image attach", "FILE", 1, 1, attach_options, NEEDS_NOTHING,
		"put a signature from a vault into an image",
		"Replaces all signatures of the image with this one, after checking that it fits.\n"
		"ECDSA signatures may be DER or the bare r and s. --force overwrites the output.",
		"image attach in.bin --signature sig.bin --public-key pub.pem -o out.bin",
		command_image_attach },
	{ "image test", "[HASH|FILE]", 0, 1, NULL, NEEDS_DEVICE,
		"boot an image once at the next reset",
		"A hash may be shortened while it is unambiguous; a file stands for the hashes of\n"
		"its images; without either the only candidate in a secondary slot is taken.",
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
		"port goes away before the answer comes. --wait follows it, under whatever name\n"
		"it comes back, until its application answers; with --bootloader the bootloader.",
		"-p usb:2fe3:0100 reset --wait", command_reset },
	{ "recovery", "", 0, 0, recovery_options, NEEDS_DEVICE,
		"lead a device into its serial recovery",
		"Tries, in this order, a reset with boot mode, a reset with questions while\n"
		"MCUboot listens, and opening the port at 1200 baud; says which one worked. With\n"
		"--wait a device that does not answer can be reset by its button within a minute.",
		"-p usb:2fe3:0100,2fe3:000a recovery", command_recovery },
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
	{ "taskstat", "", 0, 0, NULL, NEEDS_DEVICE, "show the tasks of the device",
		"A row for each, in the device's order. STACK and USED are bytes; what else is\n"
		"shown depends on how the firmware was built. STATE is the kernel's own number.",
		"-p /dev/ttyACM0 taskstat", command_taskstat },
	{ "mpstat", "", 0, 0, NULL, NEEDS_DEVICE, "show the memory pools of the device",
		"Blocks, how many are free, and the fewest that were free so far. Zephyr's pools\n"
		"are its heaps, with blocks of one byte.",
		"-p /dev/ttyACM0 mpstat", command_mpstat },
	{ "datetime", "[RFC3339|now]", 0, 1, NULL, NEEDS_DEVICE, "show or set the device's clock",
		"The time may have a zone, 2026-01-02T04:04:05+01:00; the device is given UTC.\n"
		"What its clock says then is read back and shown.",
		"-p /dev/ttyACM0 datetime now", command_datetime },
	{ "groups", "", 0, 0, NULL, NEEDS_DEVICE, "show the device's groups of commands",
		"Asks for the enumeration, which newer firmware may have. HANDLERS counts the\n"
		"places in the group's table of commands, of which some can be empty.",
		"-p /dev/ttyACM0 groups", command_groups },
	{ "shell exec", "WORD...", 1, COMMAND_ARGS_MAX, NULL, NEEDS_DEVICE,
		"run a command in the device's own shell",
		"Every word arrives as one, blanks and quotes in it included; -- stands before\n"
		"words that begin with a dash. Exit code 7 where the command returns anything but\n"
		"0. It is sent once and has 10 seconds, or what --timeout says if that is more.\n"
		"Long output is cut by the device, without a word.",
		"-p /dev/ttyACM0 shell exec kernel uptime", command_shell_exec },
	{ "zephyr erase-storage", "", 0, 0, erase_storage_options, NEEDS_DEVICE,
		"erase all that the device has saved",
		"The storage partition with settings, keys and bonds. Asks first; --force does\n"
		"not, and is needed where nobody can be asked.",
		"-p /dev/ttyACM0 zephyr erase-storage", command_erase_storage },
	{ "fs upload", "LOCAL REMOTE", 2, 2, NULL, NEEDS_DEVICE,
		"send a file into the device's file system",
		"REMOTE is an absolute path of at most 64 characters; its folder must exist, a\n"
		"file of that name is replaced. - in the place of LOCAL is standard input. What\n"
		"the device has afterwards is compared by sha256 or crc32, as it offers, else by\n"
		"length. The device closes the file in the end, also when Ctrl-C breaks it off.",
		"-p /dev/ttyACM0 fs upload settings.json /lfs1/settings.json", command_fs_upload },
	{ "fs download", "REMOTE LOCAL", 2, 2, download_options, NEEDS_DEVICE,
		"fetch a file from the device's file system",
		"LOCAL gets its name when all of it is there and is what the device has, by\n"
		"sha256, crc32 or length; one that exists already is only replaced with --force.\n"
		"- in the place of LOCAL is standard output, where the bytes come as they arrive:\n"
		"the exit code tells whether they were all, and the right ones.",
		"-p /dev/ttyACM0 fs download /lfs1/log.txt log.txt", command_fs_download },
	{ "fs stat", "REMOTE", 1, 1, NULL, NEEDS_DEVICE, "show the size of a file on the device",
		"", "-p /dev/ttyACM0 fs stat /lfs1/log.txt", command_fs_stat },
	{ "fs hash", "REMOTE", 1, 1, hash_options, NEEDS_DEVICE,
		"show a hash of a file on the device",
		"Older firmware refuses the hash of an empty file, as an offset beyond its end.",
		"-p /dev/ttyACM0 fs hash /lfs1/log.txt --type sha256", command_fs_hash },
	{ "fs hashes", "", 0, 0, NULL, NEEDS_DEVICE, "show the hashes that the device computes", "",
		"-p /dev/ttyACM0 fs hashes", command_fs_hashes },
	{ "fs close", "", 0, 0, NULL, NEEDS_DEVICE, "close the file that the device has open",
		"For a device whose file a client has left open; after four seconds it closes it\n"
		"by itself.",
		"-p /dev/ttyACM0 fs close", command_fs_close },
	{ "settings get", "KEY", 1, 1, NULL, NEEDS_DEVICE, "show the value of a setting",
		"As text where all of it can be printed, else as 0x and its bytes in hex. JSON\n"
		"has both, \"value\" and \"hex\", so that nothing can be mistaken.",
		"-p /dev/ttyACM0 settings get app/name", command_settings_get },
	{ "settings set", "KEY VALUE", 2, 2, value_options, NEEDS_DEVICE,
		"change the running value of a setting",
		"VALUE is the text as it was typed, without a NUL behind it; with --hex the\n"
		"bytes. What the device holds then is read back, and a warning says when that is\n"
		"another value. Until settings save the next reset undoes it. Behind -- a value\n"
		"may begin with a dash.",
		"-p /dev/ttyACM0 settings set app/interval --hex e8030000", command_settings_set },
	{ "settings delete", "KEY", 1, 1, NULL, NEEDS_DEVICE, "remove the saved value of a setting",
		"Zephyr's firmware goes on with the running value until the next reset.",
		"-p /dev/ttyACM0 settings delete app/name", command_settings_delete },
	{ "settings commit", "", 0, 0, NULL, NEEDS_DEVICE, "let the firmware take up what was set",
		"For firmware that collects what is set and puts it to work all at once.",
		"-p /dev/ttyACM0 settings commit", command_settings_commit },
	{ "settings load", "", 0, 0, NULL, NEEDS_DEVICE, "go back to the saved settings",
		"Every saved value replaces the running one.", "-p /dev/ttyACM0 settings load",
		command_settings_load },
	{ "settings save", "[KEY]", 0, 1, NULL, NEEDS_DEVICE,
		"make the running settings outlast a reset",
		"With KEY that one only, where the firmware is new enough to know how; older one\n"
		"saves all of them all the same.",
		"-p /dev/ttyACM0 settings save", command_settings_save },
	{ "config save", "", 0, 0, NULL, NEEDS_DEVICE, "make them outlast a reset, on Mynewt", "",
		"-p /dev/ttyACM0 config save", command_config_save },
	{ "config", "KEY [VALUE]", 1, 2, config_options, NEEDS_DEVICE,
		"show or change a setting, on Mynewt",
		"For firmware with Apache Mynewt, whose settings are texts; for Zephyr's there is\n"
		"settings. With --save the value lasts, else until the next reset; config save\n"
		"saves everything that runs.",
		"-p /dev/ttyACM0 config id/serial", command_config },
	{ "stat list", "", 0, 0, NULL, NEEDS_DEVICE, "show the groups of the device's statistics",
		"", "-p /dev/ttyACM0 stat list", command_stat_list },
	{ "stat", "GROUP", 1, 1, NULL, NEEDS_DEVICE, "show the statistics of a group",
		"Numbers that the firmware counts, in its order; stat list shows the groups. They\n"
		"begin at 0 after a reset. A build without CONFIG_STATS_NAMES calls them s0, s1\n"
		"and so on.",
		"-p /dev/ttyACM0 stat smp_svr_stats", command_stat },
	{ "log show", "[LOG]", 0, 1, NULL, NEEDS_DEVICE, "show the logs of a Mynewt device",
		"All entries of one log, or of each, in as many requests as that takes. A message\n"
		"that is CBOR is shown in diagnostic notation, other bytes in hex.",
		"-p /dev/ttyACM0 log show reboot_log", command_log_show },
	{ "log list", "", 0, 0, NULL, NEEDS_DEVICE, "list the logs of a Mynewt device", "",
		"-p /dev/ttyACM0 log list", command_log_list },
	{ "log modules", "", 0, 0, NULL, NEEDS_DEVICE, "list the modules that write to the logs",
		"", "-p /dev/ttyACM0 log modules", command_log_modules },
	{ "log levels", "", 0, 0, NULL, NEEDS_DEVICE, "list the levels of log entries", "",
		"-p /dev/ttyACM0 log levels", command_log_levels },
	{ "log clear", "", 0, 0, NULL, NEEDS_DEVICE, "empty all logs of a Mynewt device", "",
		"-p /dev/ttyACM0 log clear", command_log_clear },
	{ "crash", "div0|jump0|ref0|assert|wdog", 1, 1, NULL, NEEDS_DEVICE,
		"make a Mynewt device crash on purpose",
		"Divides by zero, jumps to or reads from address 0, fails an assertion, or waits\n"
		"for the watchdog. The device must answer an echo first; that it says nothing\n"
		"afterwards is the crash. Most boards start anew then.",
		"-p /dev/ttyACM0 crash assert", command_crash },
	{ "run list", "", 0, 0, NULL, NEEDS_DEVICE, "list the tests built into a Mynewt device", "",
		"-p /dev/ttyACM0 run list", command_run_list },
	{ "run test", "[TEST] [TOKEN]", 0, 2, NULL, NEEDS_DEVICE, "start a test on a Mynewt device",
		"TEST is a name of run list, or all (the default). TOKEN stands in what the test\n"
		"writes to the logs; the answer says only that it was started.",
		"-p /dev/ttyACM0 run test all", command_run_test },
	{ "raw read", "SMP-GROUP ID [JSON]", 2, 3, raw_options, NEEDS_DEVICE,
		"send any read request and print the answer",
		"For an application's own groups, and for what has no command here. SMP-GROUP is\n"
		"a number or a name: os image stat settings log crash run fs shell enum basic.\n"
		"The payload is JSON, @FILE or - for standard input; without one it is the empty\n"
		"map. {\"$hex\": \"0102\"} stands for a byte string, in the answer too. With\n"
		"--hex the payload is given in hex. What is no CBOR is printed in hex.",
		"-p /dev/ttyACM0 raw read 64 1 '{\"channel\":3}'", command_raw_read },
	{ "raw write", "SMP-GROUP ID [JSON]", 2, 3, raw_options, NEEDS_DEVICE,
		"send any write request and print the answer",
		"As raw read, with the operation that changes something. Mind --tries: a request\n"
		"that is not answered is sent again.",
		"-p /dev/ttyACM0 raw write os 0 '{\"d\":\"hello\"}'", command_raw_write },
	{ "conn add", "NAME type=serial connstring=...", 2, COMMAND_ARGS_MAX, NULL, NEEDS_NOTHING,
		"store a connection profile, for -c NAME",
		"connstring is mcumgr's: dev=/dev/ttyACM0,baud=115200,mtu=512, or shorter\n"
		"/dev/ttyACM0,baud=115200; its mtu counts the base64 on the wire. Other settings\n"
		"are options without their dashes: port, baud, flow, dtr, rts, framing, mtu,\n"
		"line-length, window, timeout, tries, smp-version, key. A profile of the same\n"
		"name is replaced. Options of the command line win over a profile.",
		"conn add testDK type=serial connstring=/dev/ttyACM0,baud=115200,mtu=512",
		command_conn_add },
	{ "conn delete", "NAME", 1, 1, NULL, NEEDS_NOTHING, "delete a connection profile", "",
		"conn delete testDK", command_conn_delete },
	{ "conn show", "[NAME]", 0, 1, NULL, NEEDS_NOTHING, "show the connection profiles",
		"Those of mcumgr (~/.mcumgr.cp.json) can be used, too, unless one of ours has the\n"
		"same name. They are only read.",
		"conn show", command_conn_show },
	{ "console", "", 0, 0, NULL, NEEDS_DEVICE, "show the device's text and pass keys to it",
		"SMP frames are left out. Of what steers a terminal colours and moves of the\n"
		"cursor pass; the rest is shown as \\xNN. Ctrl-] ends it, all other keys are the\n"
		"device's; without a terminal it ends when standard input does. A device that\n"
		"resets is opened again.",
		"-p /dev/ttyACM0 console", command_console },
	{ "interactive", "", 0, 0, NULL, NEEDS_NOTHING, "the interactive shell",
		"Commands without the leading smpctl, on a device that stays open. It is also\n"
		"what smpctl is on a terminal when no command is given. !COMMAND is run by sh,\n"
		"Ctrl-C ends the running command, Ctrl-D the shell.",
		"-p /dev/ttyACM0 interactive", command_interactive },
	{ "connect", "[ADDRESS]", 0, 1, NULL, NEEDS_LINES,
		"shell, script: the device for what follows",
		"Global options that stand with it hold for these lines, too: -c takes a profile,\n"
		"-b another speed.",
		"connect /dev/ttyACM0", command_connect },
	{ "disconnect", "", 0, 0, NULL, NEEDS_LINES, "shell, script: let others at the device",
		"The next command that needs the device opens it again.", "disconnect",
		command_disconnect },
	{ "wait", "DURATION", 1, 1, NULL, NEEDS_LINES, "shell, script: do nothing for a while", "",
		"wait 500ms", command_wait },
	{ "expect", "JSON-PATH VALUE", 2, 2, NULL, NEEDS_LINES,
		"shell, script: check the last answer",
		"The path leads into the result that --json would have shown; what is not in the\n"
		"result is looked for beside it: ok, error.status. Texts are compared as they\n"
		"are, anything else as JSON shows it. Not met: exit code 10.",
		"expect images[0].version 1.2.0", command_expect },
	{ "exit", "", 0, 0, NULL, NEEDS_LINES, "shell, script: leave it with success", "", "exit",
		command_exit },
	{ "completion", "bash|zsh|fish", 1, 1, NULL, NEEDS_NOTHING,
		"print the completion script of a shell",
		"Installing smpctl puts the scripts where the shells look. Without that, in bash:\n"
		"  source <(smpctl completion bash)\n"
		"In zsh, into a folder that is in $fpath, before compinit:\n"
		"  smpctl completion zsh > ~/.zfunc/_smpctl\n"
		"In fish:\n"
		"  smpctl completion fish | source",
		"completion bash", command_completion },
	{ "help", "[COMMAND...]", 0, 3, NULL, NEEDS_NOTHING, "print help, also for a command", "",
		"help image upload", command_help },
};

/* mcumgr's words for commands that have others here. */
static const struct {
	const char *mcumgrs, *path;
} synonyms[] = {
	{ "log module_list", "log modules" },
	{ "log level_list", "log levels" },
};

/* The first command of each section. */
static const struct {
	const char *path;
	const char *heading;
} sections[] = {
	{ "update", "a whole update" },
	{ "image list", "an update step by step, and firmware files" },
	{ "echo", "what the device is and does" },
	{ "fs upload", "its files, settings and statistics" },
	{ "log show", "devices with Apache Mynewt" },
	{ "raw read", "any other request" },
	{ "conn add", "connections" },
	{ "console", "at the keyboard and in scripts" },
	{ "completion", "help" },
};

const char *command_heading(const struct command *command)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (strcmp(sections[i].path, command->path) == 0)
			return sections[i].heading;
	}
	return NULL;
}

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

static const struct command *find_synonym(const char *const *words, size_t count, size_t *ret_words)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
		bool is_whole;

		*ret_words = matching_words(synonyms[i].mcumgrs, words, count, &is_whole);
		for (size_t j = 0; is_whole && j < sizeof(commands) / sizeof(commands[0]); j++) {
			if (strcmp(commands[j].path, synonyms[i].path) == 0)
				return &commands[j];
		}
	}
	return NULL;
}

const struct command *command_find(const char *const *words, size_t count, size_t *ret_words)
{
	const struct command *synonym = find_synonym(words, count, ret_words);
	size_t best = 0;

	if (synonym != NULL)
		return synonym;

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
