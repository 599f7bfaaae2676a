/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rig for tests of the whole: a client (src/client.h) and a fake board in one process, the
 * loopback transport between them, and a fake clock for both. The board outlives its clients, as a
 * real one outlives the commands that are run against it.
 *
 * Whatever takes more simulated time than FLOW_TIME_LIMIT_US aborts the test program: nothing that a
 * device does may keep a client for ever.
 */
#ifndef TESTS_SUPPORT_FLOW_RIG_H
#define TESTS_SUPPORT_FLOW_RIG_H

#include "fakedev/fakedev.h"
#include "smp/image_group.h"
#include "src/client.h"
#include "tests/support/fake_clock.h"

#define FLOW_TIME_LIMIT_US (UINT64_C(3600) * 1000 * 1000)

/* Called when a call into the board begins and ends: what it allocates is not the client's. */
struct flow_border {
	void (*cross)(void *ctx, bool into_board);
	void *ctx;
};

struct flow_rig {
	struct fake_clock clock;
	struct fakedev_config config;
	struct fakedev *board;
	struct client *client; /* NULL when none is connected */
	uint8_t next_sequence; /* of the next client: no two begin alike */
	enum smp_version_choice version;
	unsigned window;            /* most chunks in flight; 0: as the client thinks best */
	enum smp_framing framing;   /* of the clients */
	bool knows_speed;           /* the clients know how fast the line is, as at a serial port */
	int interrupt_fds[2];       /* what the client listens to, and where to write */
	unsigned interrupt_request; /* the request with which the user presses Ctrl-C; 0: never */
	unsigned cut_request; /* the last that comes from the client, which then dies; 0: none */
	/* The byte with this number, from 1, gets lost on the way; 0: none. */
	uint64_t lost_to_board, lost_from_board;
	uint64_t bytes_to_board, bytes_from_board; /* so far, lost ones too */
	struct flow_border border;
	struct err err; /* of the last call that failed */
};

/*
 * `options` as in the address of a loopback board, for example "slot-size=64K,baud=115200". Fails
 * the test when the board cannot be made. The rig must stay where it is.
 */
void flow_rig_open(struct flow_rig *rig, const char *options);
void flow_rig_open_config(struct flow_rig *rig, const struct fakedev_config *config);
void flow_rig_close(struct flow_rig *rig);

/* Another process takes the board of config.state_path over, with other options. */
void flow_rig_replace_board(struct flow_rig *rig, const char *options);

/* A new client, as every command makes one. */
enum status flow_rig_connect(struct flow_rig *rig);
void flow_rig_disconnect(struct flow_rig *rig);

/* Let time pass until a reset that was answered is over; the board must come back within a minute. */
void flow_rig_wait_for_boot(struct flow_rig *rig);

/* A byte pipe to the board of the rig `ctx`, as struct port_config wants one. */
enum status flow_rig_open_transport(
	void *ctx, struct transport **ret_transport, struct err *reterr);

/*
 * The client is killed while the board works on the request with this number: nothing of what it
 * sends afterwards arrives, and no answer. (It notices, so that it gives its memory back.)
 */
void flow_rig_cut_at(struct flow_rig *rig, unsigned request);

/* The user presses Ctrl-C while the board works on the request with this number. */
void flow_rig_interrupt_at(struct flow_rig *rig, unsigned request);
/* The user has thought better of it, and starts the program again. */
void flow_rig_clear_interrupt(struct flow_rig *rig);

unsigned flow_rig_requests(const struct flow_rig *rig);

/* Does the slot of image 0 hold the file, byte for byte? */
bool flow_rig_holds(const struct flow_rig *rig, unsigned slot, struct span file);

/* The board must have nothing to say against its clients. */
void flow_rig_expect_no_complaints(const struct flow_rig *rig);

/*
 * The image list, asked for with a client of its own, as one line of text: for example
 * "0/0 1.0.0 ac, 0/1 2.0.0 p": image/slot, version, and the letters a c p P of the flags that are
 * true. Fails the test when the board does not answer. Valid until the next call with `text`.
 */
enum { FLOW_LIST_MAX = 256 };
const char *flow_rig_list(struct flow_rig *rig, char text[FLOW_LIST_MAX]);

#endif
