/* SPDX-License-Identifier: Apache-2.0 */
/* An image against its device, see device_check.h. */
#include "src/device_check.h"

#include <inttypes.h>

#include "base/text.h"
#include "image/tlv.h"

enum { TITLE_MAX = 512 };

/* What the single checks look at. */
struct check {
	struct client *client;
	const struct device_facts *facts;
	const struct upload_choice *choice;
	const struct upload_item *item;
	const struct firmware_part *part;
	bool is_forced;
	struct output *output;
	const char *title;
};

/* As MCUboot compares by default: the build number does not count. */
static int compare_versions(struct mcuboot_version a, struct mcuboot_version b)
{
	a.build = 0;
	b.build = 0;
	return mcuboot_version_compare(&a, &b);
}

static enum status check_image(const struct check *check, struct err *reterr)
{
	if (!device_facts_lacks_image(check->facts, check->item->image))
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE, "%s: is for image %" PRIu32 ", and the device has no such",
		check->title, check->item->image);
	err_hint(reterr, "smpctl image slots shows the device's images; -n chooses one");
	return file_object(check->is_forced, check->output, reterr);
}

static enum status check_size(const struct check *check, struct err *reterr)
{
	const struct upload_item *item = check->item;
	size_t len = check->part->bytes.len, image_size = check->part->image.size;
	uint64_t room =
		item->has_target ? device_facts_room(check->facts, item->image, item->target) : 0;

	if (room == 0 || len <= room)
		return STATUS_OK;
	if (image_size > 0 && image_size <= room) {
		err_set(reterr, STATUS_BAD_FILE,
			"%s: padded to %zu bytes, and slot %" PRIu32 " of image %" PRIu32
			" takes %" PRIu64 "; the image itself has %zu",
			check->title, len, item->target, item->image, room, image_size);
		err_hint(reterr,
			"give the file that is not padded: signed without imgtool's "
			"--pad and --confirm; smpctl image confirm marks it on the device");
	} else {
		err_set(reterr, STATUS_BAD_FILE,
			"%s: too large: %zu bytes, and slot %" PRIu32 " of image %" PRIu32
			" takes %" PRIu64,
			check->title, len, item->target, item->image, room);
		err_hint(reterr, "smpctl image slots shows how large the slots are");
	}
	return file_object(check->is_forced, check->output, reterr);
}

static bool is_downgrade_refused(
	const struct check *check, enum status *ret_status, struct err *reterr)
{
	struct smp_os_bootloader_mode mode = { 0 };

	*ret_status = device_bootloader_mode(check->client, &mode, reterr);
	if (*ret_status == STATUS_UNSUPPORTED || *ret_status == STATUS_DEVICE) {
		*ret_status = STATUS_OK;
		err_clear(reterr);
		return false;
	}
	return *ret_status == STATUS_OK && mode.no_downgrade;
}

static enum status check_version(const struct check *check, struct err *reterr)
{
	const struct smp_image_slot *running =
		device_facts_running(check->facts, check->item->image);
	const struct mcuboot_version *version = &check->part->image.version;
	uint8_t storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf text = BUF_OVER(storage);
	struct mcuboot_version runs;
	enum status status = STATUS_OK;
	bool is_refused;

	if (running == NULL || !device_facts_version(running, &runs) ||
		compare_versions(*version, runs) >= 0)
		return STATUS_OK;
	/* Serial recovery overwrites what runs, and its bootloader tells nothing. */
	is_refused = !check->facts->is_recovery && is_downgrade_refused(check, &status, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking how the bootloader updates (os bootloader)");
	mcuboot_version_text(version, &text);
	if (!is_refused) {
		output_note(check->output, "warning: %s: version %s is older than the running %s",
			check->title, buf_text(&text), running->version);
		return STATUS_OK;
	}
	err_set(reterr, STATUS_BAD_FILE,
		"%s: version %s is older than the running %s, and the bootloader takes no older "
		"one "
		"(downgrade prevention)",
		check->title, buf_text(&text), running->version);
	err_hint(reterr, "the bootloader would erase it at the next reset");
	return file_object(check->is_forced, check->output, reterr);
}

static void warn_running(const struct check *check)
{
	const struct smp_image_slot *running =
		device_facts_running(check->facts, check->item->image);
	struct span hash;

	if (running != NULL && mcuboot_hash(&check->part->image, &hash) &&
		span_equal(smp_image_slot_hash(running), hash))
		output_note(check->output, "warning: %s: the device runs this image already",
			check->title);
}

static void warn_pending(const struct check *check)
{
	const struct smp_image_slot *row = NULL;

	if (check->item->has_target)
		row = device_facts_slot(check->facts, check->item->image, check->item->target);
	if (row != NULL && row->pending)
		output_note(check->output,
			"warning: slot %" PRIu32 " of image %" PRIu32
			" holds version %s, which is to boot at the next reset and would be lost",
			check->item->target, check->item->image, row->version);
}

/* Will the image that this one depends on be there at the next boot? */
static bool is_fulfilled(const struct check *check, const struct tlv_dependency *dependency)
{
	const struct device_facts *facts = check->facts;
	struct mcuboot_version version;

	for (size_t i = 0; i < check->choice->count; i++) {
		const struct upload_item *item = &check->choice->items[i];

		if (item->image == dependency->image_number &&
			compare_versions(item->part->image.version, dependency->min_version) >= 0)
			return true;
	}
	for (size_t i = 0; i < facts->state.count; i++) {
		const struct smp_image_slot *row = &facts->state.slots[i];

		if (row->image == dependency->image_number &&
			(row->pending || row == device_facts_running(facts, row->image)) &&
			device_facts_version(row, &version) &&
			compare_versions(version, dependency->min_version) >= 0)
			return true;
	}
	return false;
}

static void warn_dependency(const struct check *check, const struct tlv_dependency *dependency)
{
	const struct smp_image_slot *running =
		device_facts_running(check->facts, dependency->image_number);
	uint8_t storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(storage);

	mcuboot_version_text(&dependency->min_version, &version);
	if (running == NULL)
		output_note(check->output,
			"warning: %s: depends on image %u in version %s or newer, and the device "
			"lists no image %u",
			check->title, (unsigned)dependency->image_number, buf_text(&version),
			(unsigned)dependency->image_number);
	else
		output_note(check->output,
			"warning: %s: depends on image %u in version %s or newer, and the device "
			"runs %s",
			check->title, (unsigned)dependency->image_number, buf_text(&version),
			running->version);
}

static void warn_dependencies(const struct check *check)
{
	const struct mcuboot_image *image = &check->part->image;

	for (size_t i = 0; check->facts->has_state && i < image->tlv_count; i++) {
		struct tlv_dependency dependency;

		if (tlv_read_dependency(&image->tlvs[i], &dependency) &&
			!is_fulfilled(check, &dependency))
			warn_dependency(check, &dependency);
	}
}

enum status device_check(struct client *client, const struct device_facts *facts,
	const struct upload_choice *choice, size_t index, bool is_forced, struct output *output,
	struct err *reterr)
{
	uint8_t storage[TITLE_MAX];
	struct buf title = BUF_OVER(storage);
	struct check check = {
		.client = client,
		.facts = facts,
		.choice = choice,
		.item = &choice->items[index],
		.part = choice->items[index].part,
		.is_forced = is_forced,
		.output = output,
	};
	enum status status;

	file_part_title(choice->path, check.part, &title);
	check.title = buf_text(&title);
	status = check_image(&check, reterr);
	if (status == STATUS_OK)
		status = check_size(&check, reterr);
	if (status == STATUS_OK && check.item->is_sound)
		status = check_version(&check, reterr);
	if (status != STATUS_OK)
		return status;
	warn_pending(&check);
	if (check.item->is_sound) {
		warn_running(&check);
		warn_dependencies(&check);
	}
	return STATUS_OK;
}
