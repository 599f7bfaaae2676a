/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of a firmware file before a byte of it is sent: that its images are sound, that the
 * user's key has signed them, and that it was none of the development keys, which protect nothing.
 */
#ifndef SRC_FILE_CHECK_H
#define SRC_FILE_CHECK_H

#include "image/firmware.h"
#include "image/verify.h"
#include "src/output.h"
#include "src/settings.h"

struct file_rules {
	const char *key_path;  /* for messages; NULL: signatures are not looked at */
	struct image_key *key; /* NULL without key_path */
	bool is_strict;        /* a development key is an error */
	/*
	 * What speaks against the file is said, and is no error. Key and strictness were asked for
	 * and stay in force: whoever does not want them leaves them out.
	 */
	bool is_forced;
};

/*
 * --key, else the file that SMPCTL_KEY in the environment names; "" as --key is none. STATUS_BAD_FILE
 * when it is no key. Give back with file_rules_clear, which accepts a zeroed struct.
 */
enum status file_rules_load(
	const struct settings *settings, struct file_rules *ret_rules, struct err *reterr);
void file_rules_clear(struct file_rules *rules);

/* firmware_open for a word of the command line: STATUS_USAGE when it is empty. */
enum status file_open(const char *path, struct firmware **ret_firmware, struct err *reterr);

/* Some parts of a firmware file, those that a command deals with. */
struct file_parts {
	const char *path; /* of the file, for messages */
	const struct firmware *firmware;
	const struct firmware_part *parts[FIRMWARE_PARTS_MAX];
	/* Has passed file_check, and not by is_forced only: its hash can be relied on. */
	bool is_sound[FIRMWARE_PARTS_MAX];
	size_t count;
};

/* All parts, or with an image number (not SETTINGS_IMAGE_UNSET) those of that image. */
struct file_parts file_parts_of(const struct firmware *firmware, const char *path, uint64_t image);

/* There is none with that image number; the hint says which there are. */
enum status file_parts_refuse(const struct file_parts *parts, uint64_t image, struct err *reterr);

/* "FILE", in an archive "FILE: NAME", escaped. */
void file_part_title(const char *path, const struct firmware_part *part, struct buf *out);

struct file_verdict {
	enum image_verdict verdict;
	/* The key's signature was looked at: it fits, unless the verdict says that it does not. */
	bool is_signature_checked;
};

/*
 * As image_verify. Of an encrypted image the signature is checked against the hash in the file, which
 * has to be believed; IMAGE_ENCRYPTED then says that it fits.
 */
struct file_verdict file_verify(const struct firmware_part *part, const struct image_key *key);

/*
 * Part number `index` has this verdict: STATUS_OK when a bootloader may take it, else STATUS_BAD_FILE with
 * the reason. `key_path` is the key that was asked for, NULL for none.
 */
enum status file_judge(const struct file_parts *parts, size_t index, enum image_verdict verdict,
	const char *key_path, struct err *reterr);

/* Which development key the part names; NULL: none, or the part is no image. */
const char *file_part_dev_key(const struct firmware_part *part);

/* Does any of the parts name one? */
bool file_parts_have_dev_key(const struct file_parts *parts);

/*
 * One line of warning when any part names a development key; with is_strict STATUS_BAD_FILE. For every
 * command that deals with a firmware file.
 */
enum status file_check_dev_keys(
	const struct file_parts *parts, bool is_strict, struct output *output, struct err *reterr);

/* A line of warning for everything that is strange about part number `index`, whatever its verdict. */
void file_warn_oddities(const struct file_parts *parts, size_t index, struct output *output);

/*
 * Would a bootloader take these parts, one with the user's key if there is one? What is strange about
 * an image that it might take is said as a warning. STATUS_BAD_FILE: no, the error says which and why.
 */
enum status file_check(struct file_parts *parts, const struct file_rules *rules,
	struct output *output, struct err *reterr);

/*
 * For objections that --force overrides, with the objection in *err: returns its status, or says it as
 * a warning, clears it and returns STATUS_OK.
 */
enum status file_object(bool is_forced, struct output *output, struct err *err);

#endif
