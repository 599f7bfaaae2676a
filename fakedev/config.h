/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fake board is like: one table of options, used by the program's command line
 * (`smpctl-fakedev --buf-size 1024`) and by addresses (`loopback:NAME,buf-size=1024`).
 */
#ifndef FAKEDEV_CONFIG_H
#define FAKEDEV_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fakedev/fault.h"

enum fakedev_mode { FAKEDEV_APP, FAKEDEV_RECOVERY };
enum fakedev_framing { FAKEDEV_CONSOLE, FAKEDEV_RAW };
enum fakedev_bootloader {
	FAKEDEV_SWAP,
	FAKEDEV_OVERWRITE,
	FAKEDEV_DIRECT_XIP,
	FAKEDEV_DIRECT_XIP_REVERT,
	FAKEDEV_SINGLE, /* one slot, which only serial recovery writes to */
};

/* Where in an update a new board begins (protocol.md 6.7). */
enum fakedev_start {
	FAKEDEV_START_FACTORY,
	FAKEDEV_START_UPLOADED,
	FAKEDEV_START_TEST,      /* the second image is marked for test */
	FAKEDEV_START_PERMANENT, /* it is marked for good */
	FAKEDEV_START_TESTING,   /* it runs and is not confirmed */
	FAKEDEV_START_CONFIRMED, /* it runs and is */
	FAKEDEV_START_REVERTED,  /* it ran, and was not */
	FAKEDEV_START_HALF,      /* half of it is uploaded */
	FAKEDEV_START_RECOVERY,  /* the bootloader's serial recovery runs */
};

enum fakedev_flash_model {
	FAKEDEV_FLASH_INSTANT,
	FAKEDEV_FLASH_NRF52840,
	FAKEDEV_FLASH_NRF5340,
	FAKEDEV_FLASH_NRF54L15,
	FAKEDEV_FLASH_QSPI, /* an external NOR chip */
};

/* What an application can be built without, one bit each. */
enum fakedev_part {
	FAKEDEV_TASKSTAT = 1 << 0, /* single commands of the OS group */
	FAKEDEV_MPSTAT = 1 << 1,
	FAKEDEV_DATETIME = 1 << 2,
	FAKEDEV_STAT = 1 << 3, /* and whole groups */
	FAKEDEV_SETTINGS = 1 << 4,
	FAKEDEV_FS = 1 << 5,
	FAKEDEV_SHELL = 1 << 6,
	FAKEDEV_ENUM = 1 << 7,
	FAKEDEV_BASIC = 1 << 8,
};

enum { FAKEDEV_IMAGES_MAX = 4, FAKEDEV_FAULTS_MAX = 16, FAKEDEV_PATH_MAX = 4096 };

struct fakedev_config {
	enum fakedev_mode mode;
	unsigned images;    /* 1..FAKEDEV_IMAGES_MAX, two slots each */
	uint32_t slot_size; /* bytes, a multiple of the flash page */
	enum fakedev_bootloader bootloader;
	char key_path[FAKEDEV_PATH_MAX];     /* public key of the bootloader; "": hash only */
	char factory_path[FAKEDEV_PATH_MAX]; /* first image of a new board; "": a made-up 1.0.0 */
	char state_path[FAKEDEV_PATH_MAX];   /* file in which the flash lasts; "": memory only */
	enum fakedev_start start;            /* of a new board; a state file keeps its state */
	char second_path[FAKEDEV_PATH_MAX];  /* the image that `start` speaks of; "": none */
	uint32_t wait_for_dfu_ms; /* after a reset the bootloader listens so long; 0: not at all */
	uint32_t boot_time_ms;    /* at least, from a reset to the first answer */
	bool has_boot_mode;       /* reset with boot_mode 1 leads into recovery */
	bool has_adapter;         /* behind a serial adapter, which a reset does not concern */
	bool hides_network_core;  /* image 1 is copied away at a boot and not listed then */
	enum fakedev_framing framing;
	bool has_input_timeout; /* half a raw packet is forgotten after 3 s */
	uint32_t buf_size;    /* net buffer of the application, bytes: packets up to buf_size - 4 */
	uint32_t buf_count;   /* net buffers, shared by requests and responses */
	uint32_t line_length; /* longest line taken, bytes, line feed included */
	uint32_t line_buffers; /* of the application; the bootloader has RECOVERY_LINES */
	uint32_t baud;         /* paces both directions; 0: as fast as it goes, as over USB */
	enum fakedev_flash_model flash;
	bool erases_progressively; /* each page when it is first written to, not all at the start */
	bool stalls;               /* erasing internal flash stops the CPU */
	uint32_t fifo_size;        /* bytes that a UART holds meanwhile */
	uint32_t write_block;      /* bytes that the bootloader's flash takes at a time: 1 to 32 */
	unsigned smp_version;      /* 1 or 2: the newest that the server speaks */
	bool is_v2_only;           /* built without version 1 */
	bool text_noise;           /* log lines between the frames */
	bool has_params;           /* os params is built in */
	bool has_slot_info;        /* image slot info is built in */
	bool has_image_check;      /* CONFIG_IMG_ENABLE_IMAGE_CHECK: upload ends with `match` */
	bool is_frugal;            /* image list with true flags only */
	bool has_legacy_rc;        /* "rc": 0 in successful replies */
	bool is_mynewt;            /* the groups log, crash and run are there, too */
	unsigned lacks;            /* enum fakedev_part: what is not built in */
	bool has_board_stats;      /* a group of statistics of its own, besides that of a sample */
	struct fakedev_fault faults[FAKEDEV_FAULTS_MAX];
	unsigned fault_count;
	uint32_t seed; /* of everything random */
};

/* An nRF52840 development kit with a default Zephyr build. */
void fakedev_config_default(struct fakedev_config *ret_config);

/*
 * Set one option by its name (without dashes in front). `value` is NULL for a switch.
 * STATUS_USAGE names what is wrong and what would be right.
 */
enum status fakedev_config_set(
	struct fakedev_config *config, const char *name, const char *value, struct err *reterr);

/* "key=value,key=value,switch", as in an address. */
enum status fakedev_config_parse(
	struct fakedev_config *config, const char *text, struct err *reterr);

/* The fault of this kind that is on for the request with this number; NULL when there is none. */
const struct fakedev_fault *fakedev_config_fault(
	const struct fakedev_config *config, enum fakedev_fault_kind kind, uint32_t request_number);

/* The table, for help texts and completions. */
struct fakedev_option {
	const char *name;
	const char *argument; /* NULL: a switch */
	const char *help;
};

const struct fakedev_option *fakedev_options(size_t *ret_count);

#endif
