/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image upload over an open client: asks the device for its limits, runs the upload engine, and
 * reads back what the device holds afterwards.
 */
#ifndef SRC_UPLOAD_H
#define SRC_UPLOAD_H

#include "image/digest.h"
#include "image/mcuboot.h"
#include "src/device.h"
#include "src/progress.h"

enum { UPLOAD_HINT_MAX = 256 };

struct upload_plan {
	struct span file;
	struct span hash; /* what the device's list must show afterwards; empty: not an image */
	uint32_t image;   /* image number */
	bool is_recovery; /* MCUboot's serial recovery answers */
	bool has_slot;
	uint32_t slot;         /* of that image, with has_slot */
	uint64_t message_max;  /* 0: ask the device */
	unsigned window;       /* most chunks in flight; 0: as many as the device has buffers for */
	bool has_fixed_window; /* do not adapt it to what is measured (for benchmarks) */
	bool upgrade_only;
	bool restart;
	uint64_t slot_size; /* bytes that the device may erase first, where it tells; else 0 */
	/* Called with runs of `file` that are needed no more for now; NULL: keep all in memory. */
	void (*forget)(struct span bytes);
};

/* How the result was seen. */
enum upload_proof {
	UPLOAD_PROOF_NONE,  /* nothing could be seen: the device lists no hashes */
	UPLOAD_PROOF_MATCH, /* the device compared the flash with the file's SHA-256 itself */
	UPLOAD_PROOF_LIST,  /* the device's list shows the hash */
};

struct upload_result {
	uint64_t
		bytes; /* of the file; of an upload that has failed: that the device had in the end */
	uint64_t duration_us;
	uint64_t resumed_at; /* bytes the device had already; 0: began at the beginning */
	uint64_t bytes_sent; /* image bytes, repetitions included */
	size_t message_max;  /* bytes, header included */
	unsigned window;     /* most chunks that were in flight */
	/*
	 * Image bytes per second that the line could carry with messages of this size and nothing
	 * between them; 0: the line's speed is not known.
	 */
	uint64_t ceiling;
	/* What to change in the firmware for more speed; "" when it is not the firmware that limits. */
	char hint[UPLOAD_HINT_MAX];
	enum upload_proof proof;
	bool has_slot;
	uint32_t slot; /* where the list shows it */
};

/*
 * The result says of an upload that fails how far it came, all 0 where it had not begun.
 *
 * Errors: those of client_call and the engine ("chunk at 4096: …"), STATUS_UNSUPPORTED (--slot where
 * the device cannot be told the slot), STATUS_DEVICE (all was sent, but the list does not show it).
 */
enum status upload_run(struct client *client, const struct upload_plan *plan,
	struct progress *progress, struct upload_result *ret_result, struct err *reterr);

/*
 * How long the line would be busy with a file of that many bytes in messages of the usual size; 0: the
 * line's speed is not known.
 */
uint64_t upload_estimate_us(const struct client *client, uint64_t bytes);

#endif
