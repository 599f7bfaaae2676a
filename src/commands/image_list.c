/* SPDX-License-Identifier: Apache-2.0 */
/* image list and image slots: what the device holds, and where it could hold more. */
#include <inttypes.h>

#include "src/commands/commands.h"
#include "src/commands/image_print.h"
#include "src/device.h"

enum status command_image_list(struct invocation *invocation, struct err *reterr)
{
	struct smp_image_state state;
	enum status status = device_image_state(invocation->client, &state, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, image_state_printer(), &state);
	return status;
}

static void print_slots_text(const void *result, FILE *out)
{
	const struct smp_image_slot_infos *infos = result;

	fprintf(out, "Slots:\n");
	for (size_t i = 0; i < infos->count; i++) {
		const struct smp_image_slot_info *info = &infos->slots[i];

		fprintf(out, " image=%" PRIu32 " slot=%" PRIu32 "\n", info->image, info->slot);
		if (info->rc != 0)
			fprintf(out, "    error: rc %" PRId64 "\n", info->rc);
		else
			fprintf(out, "    size: %" PRIu64 "\n", info->size);
		if (info->max_image_size > 0)
			fprintf(out, "    largest image: %" PRIu64 "\n", info->max_image_size);
		if (info->has_upload_image_id)
			fprintf(out, "    upload id: %" PRIu32 "\n", info->upload_image_id);
	}
}

static void put_slots_json(const void *result, struct doc *object)
{
	const struct smp_image_slot_infos *infos = result;
	struct doc *slots = doc_put_array(object, "slots");

	for (size_t i = 0; i < infos->count; i++) {
		const struct smp_image_slot_info *info = &infos->slots[i];
		struct doc *slot = doc_append_object(slots);

		doc_put_uint(slot, "image", info->image);
		doc_put_uint(slot, "slot", info->slot);
		doc_put_uint(slot, "size", info->size);
		if (info->rc != 0)
			doc_put_int(slot, "rc", info->rc);
		if (info->max_image_size > 0)
			doc_put_uint(slot, "max_image_size", info->max_image_size);
		if (info->has_upload_image_id)
			doc_put_uint(slot, "upload_image_id", info->upload_image_id);
	}
}

enum status command_image_slots(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_slots_text, put_slots_json };
	struct smp_image_slot_infos infos;
	enum status status = device_slot_infos(invocation->client, &infos, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &infos);
	return status;
}
