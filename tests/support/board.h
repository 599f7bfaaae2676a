/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host at the other end of a fake board's line, on a fake clock: it sends bytes and packets, lets
 * time pass from wake-up to wake-up of the board, and keeps what came back. It uses the framing code
 * and nothing else of the client.
 */
#ifndef TESTS_SUPPORT_BOARD_H
#define TESTS_SUPPORT_BOARD_H

#include "base/buf.h"
#include "base/file.h"
#include "fakedev/fakedev.h"
#include "smp/body.h"
#include "smp/header.h"

enum { HOST_WIRE_MAX = 128 * 1024, HOST_PACKET_MAX = 4096 };

struct host {
	struct fakedev *board;
	uint64_t now_us;
	uint8_t sequence; /* of the next request */
	uint8_t version;  /* of requests */
	struct buf wire;  /* all that came back since host_forget */
	uint8_t wire_bytes[HOST_WIRE_MAX];
	struct buf body; /* of the request being built */
	uint8_t body_bytes[HOST_PACKET_MAX];
	uint8_t reply_bytes[HOST_PACKET_MAX]; /* of the last host_request */
	struct span reply;                    /* its packet; empty: none came */
	struct body_value map;                /* its body */
};

/* Fails the test when the board cannot be made. */
void host_open(struct host *host, const struct fakedev_config *config);
void host_close(struct host *host);

/* A board with these options ("buf-size=1024,frugal") and its host, allocated. */
struct host *host_new(const char *options);
void host_free(struct host *host);

/* Let time pass and collect what comes. */
void host_run(struct host *host, uint64_t us);

/* Run until the board has nothing more to do by itself, at most `us`. */
void host_settle(struct host *host, uint64_t us);

/* Send all of the bytes, waiting for room where the line is slow. */
void host_send(struct host *host, struct span wire);
void host_send_packet(struct host *host, struct span packet);

/* Forget what came back. */
void host_forget(struct host *host);

/* Take the next packet off what came back into `out`; false when there is none. */
bool host_next_packet(struct host *host, struct buf *out);

/*
 * Send a request with the body in host->body (an empty map when nothing was put there), wait at most
 * a minute for its reply and open it. False when none came; host->body is empty again afterwards.
 */
bool host_request(struct host *host, enum smp_op op, uint16_t group, uint8_t command);

/* The number under `key` of the last reply; fails the test when there is none. */
uint64_t host_reply_uint(struct host *host, const char *key);

/* The last reply's rc: 0 when it has none, group * 1000 + rc for a group error. */
unsigned host_reply_error(struct host *host);

/*
 * Upload a whole image in chunks of `chunk` bytes, with `sha` (may be empty) in the first one.
 * Returns the error as host_reply_error does.
 */
unsigned host_upload(
	struct host *host, uint64_t image, struct span file, struct span sha, size_t chunk);

/* An echo of "hello"; false when no reply came. */
bool host_echo(struct host *host);

/* Ask for a reset and let a second pass, in which the board is back unless its flash is slow. */
void host_reset(struct host *host);

/* A file of tests/vectors/images; unmap it. */
struct file_map host_vector(const char *name);

/* Upload such a file to image 0, without a sha; fails the test when it is refused. */
void host_upload_vector(struct host *host, const char *name);

/* {"hash": hash, "confirm": confirm}; an empty hash is left out. Returns the error. */
unsigned host_mark(struct host *host, struct span hash, bool confirm);

/* Mark the image that the list names last, which is that of slot 1 where there is one. */
unsigned host_mark_last(struct host *host, bool confirm);

/*
 * The image list as one line of text, for example "0/0 1.0.0 ac, 0/1 2.0.0 p": image/slot, version,
 * and the letters a c p P of the flags that are true.
 */
const char *host_list(struct host *host);

void host_assert_no_complaint(const struct host *host);

/* The first complaint holds this text. */
void host_assert_complaint(const struct host *host, const char *text);

#endif
