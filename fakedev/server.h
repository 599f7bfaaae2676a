/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SMP server of the fake board: one message in, one reply out, work done on flash and RAM. It
 * knows nothing of lines and times; the board around it does.
 *
 * Two servers share this interface: the one of a Zephyr application (server.c with a file or two for
 * each group) and MCUboot's serial recovery (recovery.h).
 */
#ifndef FAKEDEV_SERVER_H
#define FAKEDEV_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "fakedev/boot.h"
#include "fakedev/config.h"
#include "fakedev/files.h"
#include "fakedev/server_error.h"
#include "fakedev/store.h"
#include "smp/body.h"
#include "smp/header.h"

struct server {
	const struct fakedev_config *config;
	const struct boot_setup *setup;
	struct store_ram *ram;
	struct files_area *files;
	unsigned open_file;      /* that an upload appends to */
	unsigned request_number; /* of the message in work, from 1: for the faults */
	uint64_t now_us;         /* when it is carried out */
	uint64_t booted_us;      /* when the application started */
	bool wants_reset;        /* a reset was answered and has to follow */
	bool has_crashed;        /* nothing is answered, and the board starts anew */
	/* Of the reply before: what is left in a buffer. */
	uint8_t last_header[SMP_HEADER_SIZE];
};

struct request {
	struct smp_header header;
	struct span payload;
	struct body_value args; /* an empty map unless has_args */
	bool has_args;          /* the payload is a map with text keys, each of them once */
};

/* What a command says in the end; the keys that it has written count only with an RC_OK. */
struct answer {
	unsigned rc;
	bool is_group_error;
	uint16_t group;
	bool has_len; /* with a group error: version 2 has "len" beside it (protocol.md 1.4) */
	uint64_t len;
};

typedef struct answer (*server_command)(
	struct server *server, const struct request *request, struct buf *body);

static inline struct answer answer_ok(void)
{
	return (struct answer){ .rc = RC_OK };
}

static inline struct answer answer_rc(unsigned rc)
{
	return (struct answer){ .rc = rc };
}

static inline struct answer answer_error(uint16_t group, unsigned error)
{
	return (struct answer){ .rc = error, .is_group_error = true, .group = group };
}

/*
 * Take one message off the front of *packet and append its reply, a packet, to `reply`. False when
 * there is no reply and what is left of the packet is thrown away. After a refusal *packet is empty:
 * the first message that fails stops the rest (protocol.md 1.2).
 */
bool server_answer(struct server *server, struct span *packet, struct buf *reply);

/* A group that is built in. */
struct server_group {
	uint16_t number;
	unsigned handlers; /* places in its table of handlers: up to the last command */
};

enum { SERVER_GROUPS_MAX = 16 };

/* Returns how many there are. */
size_t server_list_groups(
	const struct server *server, struct server_group ret_groups[SERVER_GROUPS_MAX]);

/* For the commands: the keys common to several replies. */
void server_put_rc(struct buf *body, unsigned rc);
void server_put_uint(struct buf *body, const char *key, uint64_t value);
void server_put_text(struct buf *body, const char *key, const char *text);
void server_put_bool(struct buf *body, const char *key, bool value);
/* "rc": 0, where the build has the legacy behaviour. */
void server_put_legacy_rc(const struct server *server, struct buf *body);

/* Decode the body of a message: protocol.md 1.2, "CBOR decoding is by key". */
void request_open(struct request *request);

/* Is this fault on for the message in work? NULL when not. */
const struct fakedev_fault *server_fault(const struct server *server, enum fakedev_fault_kind kind);

/* server_basic.c */
struct answer server_erase_storage(struct server *, const struct request *, struct buf *);

/* server_enum.c */
struct answer server_enum_count(struct server *, const struct request *, struct buf *);
struct answer server_enum_list(struct server *, const struct request *, struct buf *);
struct answer server_enum_single(struct server *, const struct request *, struct buf *);
struct answer server_enum_details(struct server *, const struct request *, struct buf *);

/* server_os.c, server_os_stat.c and server_datetime.c */
struct answer server_os_echo(struct server *, const struct request *, struct buf *);
struct answer server_os_taskstat(struct server *, const struct request *, struct buf *);
struct answer server_os_mpstat(struct server *, const struct request *, struct buf *);
struct answer server_os_datetime(struct server *, const struct request *, struct buf *);
struct answer server_os_set_datetime(struct server *, const struct request *, struct buf *);
struct answer server_os_reset(struct server *, const struct request *, struct buf *);
struct answer server_os_params(struct server *, const struct request *, struct buf *);
struct answer server_os_info(struct server *, const struct request *, struct buf *);
struct answer server_os_bootloader(struct server *, const struct request *, struct buf *);

/* server_image.c */
struct answer server_image_list(struct server *, const struct request *, struct buf *);
struct answer server_image_mark(struct server *, const struct request *, struct buf *);
struct answer server_image_erase(struct server *, const struct request *, struct buf *);
struct answer server_image_slot_info(struct server *, const struct request *, struct buf *);

/* server_fs.c */
struct answer server_fs_download(struct server *, const struct request *, struct buf *);
struct answer server_fs_upload(struct server *, const struct request *, struct buf *);
struct answer server_fs_status(struct server *, const struct request *, struct buf *);
struct answer server_fs_hash(struct server *, const struct request *, struct buf *);
struct answer server_fs_hash_types(struct server *, const struct request *, struct buf *);
struct answer server_fs_close(struct server *, const struct request *, struct buf *);

/* server_shell.c */
struct answer server_shell_exec(struct server *, const struct request *, struct buf *);

/* server_stat.c */
struct answer server_stat_show(struct server *, const struct request *, struct buf *);
struct answer server_stat_list(struct server *, const struct request *, struct buf *);

/* server_settings.c */
struct answer server_settings_read(struct server *, const struct request *, struct buf *);
struct answer server_settings_write(struct server *, const struct request *, struct buf *);
struct answer server_settings_delete(struct server *, const struct request *, struct buf *);
struct answer server_settings_commit(struct server *, const struct request *, struct buf *);
struct answer server_settings_load(struct server *, const struct request *, struct buf *);
struct answer server_settings_save(struct server *, const struct request *, struct buf *);

/* Begin with the build's values and the saved ones over them. */
void server_settings_boot(struct server *server);

/* Forget what is saved; the running values stay. */
void server_settings_erase(struct server *server);

/* server_mynewt.c */
struct answer server_log_show(struct server *, const struct request *, struct buf *);
struct answer server_log_clear(struct server *, const struct request *, struct buf *);
struct answer server_log_modules(struct server *, const struct request *, struct buf *);
struct answer server_log_levels(struct server *, const struct request *, struct buf *);
struct answer server_log_list(struct server *, const struct request *, struct buf *);
struct answer server_crash(struct server *, const struct request *, struct buf *);
struct answer server_run_test(struct server *, const struct request *, struct buf *);
struct answer server_run_list(struct server *, const struct request *, struct buf *);

/* server_upload.c */
struct answer server_upload(struct server *, const struct request *, struct buf *);

/*
 * server_write.c: append a part of the data to the upload in progress. False when the slot is full.
 * Behind the last one server_end_write writes what is still collected.
 */
bool server_write(struct server *server, struct span part);
void server_end_write(struct server *server);

/* Progressively: erase what the next `len` bytes of the upload are the first to touch. */
void server_erase_ahead(const struct server *server, const struct slot *slot, size_t len);

/*
 * Hand the data of an upload to `put`, in one part or, where a fault flips a bit of it, in three.
 * False when `put` says so.
 */
typedef bool (*server_put)(struct server *server, struct span part);
bool server_put_data(struct server *server, struct span data, server_put put);

/* The offset that an upload reply names: the right one, unless a fault wants another. */
uint64_t server_bent_offset(const struct server *server, uint64_t asked, uint64_t right);

#endif
